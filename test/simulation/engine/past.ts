// What the cloud looked like before each of its last changes: kept only in runs in which somebody reads what is stale.
import type { CloudState } from '../../../sim/cloud/state/cloud-state.ts';
import { snapshotOf } from '../../../sim/cloud/state/snapshot.ts';

const KEPT_MAX = 8;

export class Past {
  readonly #states: CloudState[] = [];

  /** Called right before a change. */
  changing(state: CloudState): void {
    this.#states.push(snapshotOf(state));
    if (this.#states.length > KEPT_MAX) this.#states.shift();
  }

  /** The state before the last so many changes; undefined when there were not that many. */
  before(changes: number): CloudState | undefined {
    return this.#states.at(-changes);
  }
}
