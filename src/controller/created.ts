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
  /** Creates that did not name an ENI: by the UID of the resource, and the monotonic ms of their end, Infinity while they are on their way. */
  readonly #unnamed = new Map<InstanceId, { readonly by: string; readonly endedMs: number }>();

  /** A Create is about to be sent for a resource. */
  asking(instance: InstanceId, by: string): void {
    this.#unnamed.set(instance, { by, endedMs: Number.POSITIVE_INFINITY });
  }

  /** It has ended; unless it was noted, nobody knows whether it made an ENI. */
  ended(instance: InstanceId, by: string, atMs: number): void {
    if (this.#unnamed.get(instance)?.by === by) this.#unnamed.set(instance, { by, endedMs: atMs });
  }

  /**
   * Only a listing begun after this (monotonic ms) shows what the Create of another resource has made for the instance. Of its own resource
   * a Create need not be shown: the client token repeats it.
   */
  unnamedUntilMs(instance: InstanceId, by: string): number {
    const unnamed = this.#unnamed.get(instance);
    return unnamed && unnamed.by !== by ? unnamed.endedMs : Number.NEGATIVE_INFINITY;
  }

  note(id: EniId, { instance, eip }: Link): void {
    this.#unnamed.delete(instance);
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
