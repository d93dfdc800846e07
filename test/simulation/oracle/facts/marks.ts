// Whose an EIP or an interface is, by what the controller itself wrote on it and when it created it, not by what its tags say now: every owner
// that a call of a replica named, and which clusters have laid a hand on it. What a world begins with counts as written.
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { Deed } from './deeds.ts';
import { listNamed, tagsNamed } from './ledger.ts';

interface Mark {
  readonly clusters: Set<string>;
  readonly owners: Set<string>;
}

export class Marks {
  readonly #marks = new Map<string, Mark>();

  constructor(state: CloudState) {
    for (const object of [...state.eips.all(), ...state.interfaces.all()]) this.#note(object.id, object.tags);
  }

  /** Notes what a call that succeeded has written. */
  take({ action, succeeded, eni, event: { request: { params } } }: Deed): void {
    if (!succeeded) return;
    const tags = tagsNamed(params);
    if (action === 'CreateNetworkInterface' && eni) this.#note(eni.id, tags);
    if (action === 'TagResources') for (const id of listNamed(params, 'ResourceId')) this.#note(id, tags);
  }

  isMarkedBy(id: string, clusterId: string): boolean {
    return this.#marks.get(id)?.clusters.has(clusterId) ?? false;
  }

  ownersOf(id: string): ReadonlySet<string> {
    return this.#marks.get(id)?.owners ?? new Set();
  }

  #note(id: string, tags: ReadonlyMap<string, string>): void {
    const cluster = tags.get(TAG.cluster);
    const owner = tags.get(TAG.owner);
    if (cluster === undefined && owner === undefined) return;
    const mark = this.#marks.get(id) ?? { clusters: new Set(), owners: new Set() };
    if (cluster !== undefined) mark.clusters.add(cluster);
    if (owner !== undefined) mark.owners.add(owner);
    this.#marks.set(id, mark);
  }
}
