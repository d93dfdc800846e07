// Whose an EIP or an interface is, by what the controller itself wrote on it and when it created it, not by what its tags say now: every owner
// that a call of a replica named, and which clusters have laid a hand on it. What a world begins with counts as written.
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { Deed } from './deeds.ts';
import { listNamed, tagsNamed, type Made } from './ledger.ts';

interface Mark {
  readonly clusters: Set<string>;
  readonly owners: Set<string>;
  /** The controller has taken its tags off: who unbinds it now takes an address away. */
  isLetGo: boolean;
}

export class Marks {
  readonly #state: CloudState;
  readonly #marks = new Map<string, Mark>();

  constructor(state: CloudState) {
    this.#state = state;
    for (const object of [...state.eips.all(), ...state.interfaces.all()]) this.#note(object.id, object.tags);
  }

  /** Notes what a call has written, whatever it answered. */
  take({ action, event: { request: { params } } }: Deed, made: readonly Made[]): void {
    const tags = tagsNamed(params);
    for (const { eni } of made) this.#note(eni.id, tags);
    if (/untag/i.test(action)) for (const id of listNamed(params, 'ResourceId')) this.#letGo(id);
    if (action === 'TagResources') for (const id of listNamed(params, 'ResourceId')) if (this.#bears(id, tags)) this.#note(id, tags);
  }

  #bears(id: string, tags: ReadonlyMap<string, string>): boolean {
    const object = this.#state.eips.get(id) ?? this.#state.interfaces.get(id);
    return object !== undefined && [...tags].every(([key, value]) => object.tags.get(key) === value);
  }

  isMarked(id: string): boolean {
    return this.#marks.get(id)?.isLetGo === false;
  }

  isMarkedBy(id: string, clusterId: string): boolean {
    return this.#marks.get(id)?.clusters.has(clusterId) ?? false;
  }

  ownersOf(id: string): ReadonlySet<string> {
    return this.#marks.get(id)?.owners ?? new Set();
  }

  #letGo(id: string): void {
    const mark = this.#marks.get(id);
    const tags = (this.#state.eips.get(id) ?? this.#state.interfaces.get(id))?.tags;
    if (mark && tags && !tags.has(TAG.instance)) mark.isLetGo = true;
  }

  #note(id: string, tags: ReadonlyMap<string, string>): void {
    const cluster = tags.get(TAG.cluster);
    const owner = tags.get(TAG.owner);
    if (cluster === undefined && owner === undefined) return;
    const mark = this.#marks.get(id) ?? { clusters: new Set(), owners: new Set(), isLetGo: false };
    mark.isLetGo = false;
    if (cluster !== undefined) mark.clusters.add(cluster);
    if (owner !== undefined) mark.owners.add(owner);
    this.#marks.set(id, mark);
  }
}
