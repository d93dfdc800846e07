/**
 * Places in the rollout of one resource: how many instances may be between their first write and settled, and how many windows
 * may be open. A place that the cloud shows as taken is taken, granted or not; so after a restart nothing has to be remembered.
 */
import type { InstanceId } from '../core/ids.ts';

/** spec.rollout.maxInProgress of a selection of `selected`: a number, or a percentage rounded up, at least 1. */
export function placesOf(maxInProgress: number | string, selected: number): number {
  if (typeof maxInProgress === 'number') return Math.max(1, maxInProgress);
  return Math.max(1, Math.ceil((Number.parseInt(maxInProgress, 10) / 100) * selected));
}

export class Rollout {
  placesMax = 1;
  readonly #places = new Set<InstanceId>();
  readonly #windows = new Set<InstanceId>();
  readonly #queue = new Set<InstanceId>();

  /** The cloud shows it under way. */
  occupy(id: InstanceId): void {
    this.#places.add(id);
    this.#queue.delete(id);
  }

  /** Asks for a place. False: it stands in the queue, and `release` names it when its turn comes. */
  request(id: InstanceId): boolean {
    if (this.#places.has(id)) return true;
    if (this.#places.size >= this.placesMax) {
      this.#queue.add(id);
      return false;
    }
    this.occupy(id);
    return true;
  }

  /** Settled, or out of the resource's hands: gives the place back and names those who may ask again. A window that is open stays counted. */
  release(id: InstanceId): readonly InstanceId[] {
    this.#queue.delete(id);
    if (!this.#places.delete(id)) return [];
    return [...this.#queue].slice(0, Math.max(0, this.placesMax - this.#places.size));
  }

  has(id: InstanceId): boolean {
    return this.#places.has(id);
  }

  get inUse(): number {
    return this.#places.size;
  }

  openWindow(id: InstanceId): boolean {
    if (this.#windows.has(id)) return true;
    if (this.#windows.size >= this.placesMax) return false;
    this.#windows.add(id);
    return true;
  }

  closeWindow(id: InstanceId): void {
    this.#windows.delete(id);
  }

  /** The cloud shows its window open. */
  sawWindow(id: InstanceId): void {
    this.#windows.add(id);
  }
}
