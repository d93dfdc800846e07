// Who runs a command inside an instance. The simulated cloud answers from its own model of a guest (guest-model.ts) unless it is given an
// executor, as the network lab does: that one runs the script for real, in the instance's network namespace.

/** What a command left behind when it ended by itself. */
export interface GuestRun {
  readonly exitCode: number;
  /** Standard output and standard error, as the agent would send them. */
  readonly output: string;
}

export interface GuestScript {
  /** From the script's header line `# egressunification.io/guest-command: NAME`; '' when it has none. */
  readonly name: string;
  /** The script, its {{parameters}} filled in. */
  readonly script: string;
  /** The values that were filled in, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** After so long the cloud calls it timed out, and whatever comes later is not looked at. Milliseconds of world time. */
  readonly timeoutMs: number;
}

/** Runs one command as root in the guest. A rejection means that the guest could not run it: the invocation ends as Error, with its message. */
export type GuestExecutor = (instanceId: string, command: GuestScript) => Promise<GuestRun>;

/** Runs it at once, so that nothing of a virtual clock's order depends on promises. */
export type GuestModel = (instanceId: string, command: GuestScript) => GuestRun;

/** What the cloud's agent needs of the world: somewhere to run, and time. */
export interface GuestHost {
  readonly run: GuestExecutor | GuestModel;
  /** World time, epoch milliseconds. */
  now(): number;
  /** Brings something about after a while of world time; gives a function that cancels it. `what`: for who watches. */
  later(delayMs: number, what: string, action: () => void): () => void;
  /** Brings something about now. */
  befall(what: string, action: () => void): void;
}

const HEADER = /^# egressunification\.io\/guest-command: ([a-z-]+)$/m;

/** The name by which a script of ours calls itself; '' for any other. */
export const commandNameOf = (script: string): string => HEADER.exec(script)?.[1] ?? '';
