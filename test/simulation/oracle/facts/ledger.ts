// Which network interfaces the controller made, for whom, by the tags of the creating call alone: what the tags say later may be forged.
// Interfaces that a world begins with count as made when their tags then say by whom and for what; Retain has taken the owner off.
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import type { NetworkInterface } from '../../../../sim/cloud/state/entities.ts';
import { TAG } from '../../../../src/api/names.ts';

export interface Made {
  readonly eni: NetworkInterface;
  readonly cluster: string;
  readonly owner: string;
  readonly instance: string;
  readonly eip: string;
}

/** The tags that an API call names: Tag.1.Key, Tag.1.Value, … */
export function tagsNamed(params: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (let n = 1; params[`Tag.${n}.Key`] !== undefined; n += 1) tags.set(params[`Tag.${n}.Key`] ?? '', params[`Tag.${n}.Value`] ?? '');
  return tags;
}

/** Name.1, Name.2, … of a call. */
export function listNamed(params: Readonly<Record<string, string>>, name: string): readonly string[] {
  const values: string[] = [];
  for (let n = 1; params[`${name}.${n}`] !== undefined; n += 1) values.push(params[`${name}.${n}`] ?? '');
  return values;
}

const LINK = [TAG.cluster, TAG.instance, TAG.eip] as const;
const BORN_WITH = [...LINK, TAG.owner] as const;
const hasAll = (tags: ReadonlyMap<string, string>, keys: readonly string[]): boolean => keys.every((key) => tags.has(key));

export class Ledger {
  readonly #state: CloudState;
  readonly #made = new Map<string, Made>();
  readonly #byInstance = new Map<string, Made[]>();

  constructor(state: CloudState) {
    this.#state = state;
    for (const eni of state.interfaces.all()) if (eni.type === 'Secondary' && hasAll(eni.tags, LINK)) this.#keep(eni, eni.tags);
  }

  /** An interface that a call has made, with the tags that the call named. */
  note(eni: NetworkInterface, tags: ReadonlyMap<string, string>): Made | undefined {
    return this.#made.has(eni.id) || !hasAll(tags, BORN_WITH) ? undefined : this.#keep(eni, tags);
  }

  #keep(eni: NetworkInterface, tags: ReadonlyMap<string, string>): Made {
    const [cluster = '', instance = '', eip = '', owner = ''] = BORN_WITH.map((key) => tags.get(key));
    const made = { eni, cluster, owner, instance, eip };
    this.#made.set(eni.id, made);
    this.#byInstance.set(instance, [...(this.#byInstance.get(instance) ?? []), made]);
    return made;
  }

  of(eniId: string): Made | undefined {
    return this.#made.get(eniId);
  }

  /** Those made for the instance that still exist, Deleting ones not counted. */
  for(instance: string): readonly Made[] {
    return (this.#byInstance.get(instance) ?? []).filter(({ eni }) => this.#state.interfaces.get(eni.id) === eni && eni.status !== 'Deleting');
  }

  /** Those that were ever made for the instance. */
  ever(instance: string): readonly Made[] {
    return this.#byInstance.get(instance) ?? [];
  }

  standing(): readonly Made[] {
    return [...this.#made.values()].filter(({ eni }) => this.#state.interfaces.get(eni.id) === eni);
  }
}
