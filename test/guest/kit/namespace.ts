// A process that holds namespaces open: they are gone when it is, whatever a test left in them.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A control group of this machine, for the processes of one guest: the root of what its systemd sees. */
class ControlGroup {
  static #count = 0;
  readonly folder: string;

  constructor() {
    const root = existsSync('/sys/fs/cgroup/systemd') ? '/sys/fs/cgroup/systemd' : '/sys/fs/cgroup';
    this.folder = join(root, `guest-${process.pid}-${(ControlGroup.#count += 1)}`);
    mkdirSync(this.folder);
  }

  /** The kernel removes a group only once its last process is gone, which takes it a moment after the kill. */
  remove(): void {
    spawnSync('sh', ['-c', 'for n in 1 2 3 4 5 6 7 8 9 10; do find "$1" -depth -type d -exec rmdir {} + && exit; sleep 0.1; done', 'sh', this.folder]);
  }
}

/** What a program said and how it ended. */
export interface Said {
  readonly code: number | null;
  readonly output: string;
}

export class Namespace {
  /** Of the process inside, as this machine counts. */
  readonly pid: number;
  readonly #flags: readonly string[];
  readonly #holder: ChildProcess;
  readonly #programs: ChildProcess[] = [];
  readonly #groups: ControlGroup | undefined;
  #ended = false;

  private constructor(holder: ChildProcess, pid: number, flags: readonly string[], groups?: ControlGroup) {
    this.#groups = groups;
    this.#holder = holder;
    this.pid = pid;
    this.#flags = flags;
  }

  /** A network of its own; the rest is this machine's. */
  static async ofNetwork(): Promise<Namespace> {
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo ready && exec sleep 1000000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    return new Namespace(holder, holder.pid!, ['--net']);
  }

  /** All namespaces that a machine of its own has, as `script` sets them up; it says ready. */
  static async ofMachine(script: string, args: readonly string[]): Promise<Namespace> {
    const groups = new ControlGroup();
    const unshare = ['unshare', '--cgroup', '--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', 'sh', script, ...args];
    const holder = spawn('sh', ['-c', 'echo $$ > "$1/cgroup.procs" && shift && exec "$@"', 'sh', groups.folder, ...unshare], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const child = readFileSync(`/proc/${holder.pid!}/task/${holder.pid!}/children`, 'utf8').trim();
    return new Namespace(holder, Number(child), ['--cgroup', '--net', '--mount', '--pid'], groups);
  }

  /** Runs a program to its end; `output` is both streams, as the cloud's agent keeps them. Kills it after `timeoutMs`. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}, timeoutMs = 60_000): Said {
    const { status, stdout } = spawnSync('nsenter', ['-t', String(this.pid), ...this.#flags, 'sh', '-c', 'exec "$@" 2>&1', 'sh', ...args], {
      encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL', env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...env },
    });
    return { code: status, output: stdout };
  }

  /** Runs lines of shell, and throws what they said when one failed. */
  sh(lines: string): string {
    const { code, output } = this.run(['sh', '-euc', lines]);
    if (code !== 0) throw new Error(`exit code ${code ?? 'none'}: ${output}\n${lines}`);
    return output;
  }

  /** Starts a program of Node in the network, not in the mounts; resolves when it says its first words. */
  async start(program: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<ChildProcess> {
    const child = spawn('nsenter', ['-t', String(this.pid), '--net', process.execPath, '--no-warnings', program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
    this.#programs.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const program of this.#programs) program.kill('SIGKILL');
    process.kill(this.pid, 'SIGKILL');
    this.#holder.kill('SIGKILL');
    this.#groups?.remove();
  }
}
