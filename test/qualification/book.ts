// What a qualification has found so far, in a file that is written after every finding: a trial that was interrupted goes on where it was.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether what was seen is what the documentation lets expect. No code depends on the answer; where one would, it is a test of the contract. */
export type Verdict = 'as expected' | 'otherwise' | 'not shown';

export interface Answer {
  readonly seen: string;
  readonly verdict: Verdict;
}

export interface Window {
  readonly instanceId: string;
  readonly publicIp: string;
  readonly direction: 'to the interface' | 'to the instance';
  /** From the first look that showed the EIP leaving until the first that showed it bound again. */
  readonly ms: number;
  /** How long the port did not answer, where one was probed. */
  readonly probeMs?: number;
  /** The controller was killed in it. */
  readonly isKilled?: boolean;
}

export interface Conversion {
  readonly instanceId: string;
  readonly publicIp: string;
  /** From the cloud accepting it to the look that shows an EIP of the same address. */
  readonly ms: number;
}

export interface Trial {
  readonly version: string;
  readonly regionId: string;
  readonly vpcId: string;
  /** Where the calls went, when not to the cloud. */
  readonly endpoint?: string;
  readonly startedAt: string;
  finishedAt?: string;
  instances: readonly { readonly id: string; readonly publicIp: string; readonly type: string }[];
  contract?: { readonly passed: number; readonly failed: readonly string[]; readonly skipped: number };
  answers: Record<string, Answer>;
  conversions: Conversion[];
  windows: Window[];
  kill?: { readonly publicIp: string; readonly restartedAfterMs: number; readonly boundAfterMs: number };
  revert?: { readonly home: readonly string[]; readonly away: readonly string[] };
  /** What of ours was there in the end. */
  leftBehind?: readonly string[];
  problems: string[];
  /** Processes that the trial has started, while they run. */
  processes?: readonly number[];
}

export type Subject = Pick<Trial, 'version' | 'regionId' | 'vpcId' | 'endpoint'>;

export class Book {
  readonly trial: Trial;
  readonly #file: string;

  private constructor(trial: Trial, file: string) {
    this.trial = trial;
    this.#file = file;
  }

  /** The unfinished trial of the same subject in the folder, else a new one. `fresh`: a new one in any case. */
  static open(folder: string, subject: Subject, { now, fresh }: { readonly now: Date; readonly fresh: boolean }): Book {
    mkdirSync(folder, { recursive: true });
    const begun = fresh ? undefined : unfinished(folder, subject);
    if (begun) return begun;
    const trial: Trial = { ...subject, startedAt: now.toISOString(), instances: [], answers: {}, conversions: [], windows: [], problems: [] };
    return new Book(trial, join(folder, freeName(folder, `${trial.startedAt.slice(0, 10)}-${subject.regionId}${subject.endpoint === undefined ? '' : '-simulated'}`)));
  }

  static of(trial: Trial, file: string): Book {
    return new Book(trial, file);
  }

  get isResumed(): boolean {
    return existsSync(this.#file);
  }

  get file(): string {
    return this.#file;
  }

  get reportFile(): string {
    return this.#file.replace(/\.json$/, '.md');
  }

  /** Whole or not at all. */
  save(): void {
    writeFileSync(`${this.#file}.part`, `${JSON.stringify(this.trial, null, 2)}\n`);
    renameSync(`${this.#file}.part`, this.#file);
  }

  problem(text: string): void {
    this.trial.problems.push(text);
    this.save();
  }

  answer(id: string, answer: Answer): void {
    this.trial.answers[id] = answer;
    this.save();
  }
}

/** A second trial of a day gets a number. */
function freeName(folder: string, name: string): string {
  const names = [name, ...Array.from({ length: 99 }, (_, index) => `${name}-${index + 2}`)].map((each) => `${each}.json`);
  return names.find((each) => !existsSync(join(folder, each))) ?? `${name}.json`;
}

const isSame = (trial: Trial, subject: Subject): boolean => trial.regionId === subject.regionId && trial.vpcId === subject.vpcId && trial.endpoint === subject.endpoint;

function unfinished(folder: string, subject: Subject): Book | undefined {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json')).map((name) => join(folder, name));
  const trials = files.map((file) => Book.of(JSON.parse(readFileSync(file, 'utf8')) as Trial, file));
  return trials.find(({ trial }) => trial.finishedAt === undefined && isSame(trial, subject));
}
