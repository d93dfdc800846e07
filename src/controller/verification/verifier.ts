/**
 * Tests with packets, in the background: two lists of their own, one for connections from outside and one for commands in guests, so that no
 * worker of the loop waits for either.
 * Invariants: so many at once and no more, however large the fleet; one of a kind for one instance at a time; what waits for its time holds
 * nothing but its place in the list; of an instance or resource that is gone nothing is tried any more and nothing is remembered.
 */
import type { InstanceId } from '../../core/ids.ts';
import type { Resources } from '../../ports/resources.ts';
import type { Clock, Log } from '../../ports/runtime.ts';
import type { ResourceState } from '../resource-state.ts';
import { PRIORITY, WorkQueue, type Priority } from '../work-queue.ts';

/** Instances tried at once; each knocks at ten ports at most. */
const KNOCKS_MAX = 32;
/** Commands that run or wait for their turn at once. */
const COMMANDS_MAX = 32;
/** For what a place in the rollout waits for, besides: a fleet that is tested after a restart holds up nobody. */
const URGENT_MAX = 8;
const KINDS = { baseline: 'knocks', inbound: 'knocks', egress: 'commands', routing: 'commands' } as const;
export type Kind = keyof typeof KINDS;

export interface Task {
  readonly kind: Kind;
  readonly state: ResourceState;
  readonly id: InstanceId;
  /** Tries once. Says in how many ms it is to be tried again; undefined: never. Never throws for what the network says. */
  readonly attempt: () => Promise<number | undefined>;
  /** Called when it is dropped before it came to an end. */
  readonly dropped: () => void;
}

/** Sooner: somebody's place in the rollout, or its window, waits for it. */
const priorityOf = ({ urgent }: { urgent: boolean }): Priority => (urgent ? PRIORITY.window : PRIORITY.resync);

export class Verifier {
  readonly #tasks = new Map<string, Task & { readonly urgent: boolean }>();
  readonly #queues: Readonly<Record<'knocks' | 'commands', WorkQueue>>;

  readonly #resources: Pick<Resources, 'get'>;

  constructor({ clock, log, resources }: { clock: Clock; log: Log; resources: Pick<Resources, 'get'> }) {
    this.#resources = resources;
    const queue = (concurrencyMax: number) => new WorkQueue({ clock, log, concurrencyMax, windowsMax: URGENT_MAX, work: (key) => this.#work(key) });
    this.#queues = { knocks: queue(KNOCKS_MAX), commands: queue(COMMANDS_MAX) };
  }

  /** Puts a task on its list; one that is there already is what it was, and comes sooner if that is wished. */
  add(task: Task, { afterMs, urgent }: { readonly afterMs: number; readonly urgent: boolean }): void {
    const key = `${task.kind}/${task.state.uid}/${task.id}`;
    this.#tasks.set(key, { ...(this.#tasks.get(key) ?? task), urgent });
    const queue = this.#queues[KINDS[task.kind]];
    if (afterMs <= 0) queue.add(key, priorityOf({ urgent }));
    else queue.addAfter(key, afterMs, priorityOf({ urgent }));
  }

  async #work(key: string): Promise<void> {
    const task = this.#tasks.get(key);
    if (task === undefined) return;
    const againMs = this.#isWanted(task) ? await task.attempt() : undefined;
    if (againMs === undefined || !this.#isWanted(task)) {
      this.#tasks.delete(key);
      task.dropped();
      return;
    }
    this.#queues[KINDS[task.kind]].addAfter(key, againMs, priorityOf(task));
  }

  #isWanted({ state, id }: Task): boolean {
    const living = this.#resources.get(state.resource.metadata.name)?.metadata;
    return living?.uid === state.uid && state.members.has(id);
  }

  /** Begins nothing any more. Nobody waits for what is under way: it only asks, and a command in a guest may take minutes. */
  stop(): void {
    for (const queue of Object.values(this.#queues)) void queue.stop();
  }
}
