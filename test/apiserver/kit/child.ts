// A command of the project as a process of its own, run by the Node that runs the tests. No child outlives the tests: those that are
// still there when the process ends are killed with it. A child gets the environment that it is given and nothing else, so that
// nobody's credentials or settings leak into a test.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';

export const ROOT = resolve(import.meta.dirname, '../../..');

/** What a process left when it had ended; a code of -1 stands for one that a signal ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Several controllers run on one machine at a time, and only who wants to look at one has it listen. */
const QUIET = { EGRESS_METRICS_ADDRESS: '0', EGRESS_HEALTH_ADDRESS: '0' };

const alive = new Set<Child>();
process.once('exit', () => { for (const child of alive) child.kill('SIGKILL'); });

/** One process. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  #stdout = '';
  #stderr = '';

  /** `args` begin with the script, from the root of the project. `bare`: nothing is added to the environment. */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, { command = process.execPath, bare = false } = {}) {
    const added = bare ? {} : { HOME: tmpdir(), PATH: process.env['PATH'] ?? '', ...QUIET };
    this.#process = spawn(command, args, { cwd: ROOT, env: { ...added, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    alive.add(this);
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => { this.#stdout += text; });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => { this.#stderr += text; });
    const { promise, resolve: settle, reject } = Promise.withResolvers<Ended>();
    this.#process.once('error', reject).once('close', (code) => {
      alive.delete(this);
      settle({ code: code ?? -1, stdout: this.#stdout, stderr: this.#stderr });
    });
    this.ended = promise;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What it has said so far. */
  get said(): string {
    return `${this.#stdout}${this.#stderr}`;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Ends it with a signal and waits until it is gone. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.kill(signal);
    return this.ended;
  }
}

/** Runs a command to its end. */
export const runToEnd = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> => new Child(args, env).ended;
