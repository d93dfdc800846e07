/**
 * ENIs that a Create answered to this process, whichever resource asked: a witness of their link until a listing shows their tags, and
 * after somebody took those off. Lost with the process; by then a listing shows them.
 */
import type { EipId, EniId, InstanceId } from '../core/ids.ts';
import type { StepOf } from '../core/step.ts';

type Link = Pick<StepOf<'createNetworkInterface'>, 'instance' | 'eip'>;

export class Created {
  readonly #links = new Map<EniId, Link>();
  readonly #byKey = new Map<InstanceId | EipId, readonly EniId[]>();

  note(id: EniId, { instance, eip }: Link): void {
    if (this.#links.has(id)) return;
    this.#links.set(id, { instance, eip });
    for (const key of [instance, eip]) this.#byKey.set(key, [...this.for(key), id]);
  }

  /** Those made for the instance, or to carry the EIP; oldest first. */
  for(key: InstanceId | EipId): readonly EniId[] {
    return this.#byKey.get(key) ?? [];
  }

  /** It is gone, or somebody else's now. */
  forget(id: EniId): void {
    const link = this.#links.get(id);
    this.#links.delete(id);
    for (const key of link ? [link.instance, link.eip] : []) this.#byKey.set(key, this.for(key).filter((other) => other !== id));
  }
}
