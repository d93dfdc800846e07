// A process that holds namespaces open: they are gone when it is, whatever a test left in them.
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';

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

  private constructor(holder: ChildProcess, pid: number, flags: readonly string[]) {
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

  /** A network, processes and mounts of its own, as `script` sets them up; it says ready. */
  static async ofMachine(script: string, folder: string): Promise<Namespace> {
    const holder = spawn('unshare', ['--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', 'sh', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const child = readFileSync(`/proc/${holder.pid!}/task/${holder.pid!}/children`, 'utf8').trim();
    return new Namespace(holder, Number(child), ['--net', '--mount', '--pid']);
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
    for (const program of this.#programs) program.kill('SIGKILL');
    process.kill(this.pid, 'SIGKILL');
    this.#holder.kill('SIGKILL');
  }
}
