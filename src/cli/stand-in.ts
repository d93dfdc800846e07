/**
 * Resources without an API server: a few objects in memory, for a command that has none or may write to none. What the controller writes
 * about them stays here and is told to whoever listens; with its last finalizer a resource that is being deleted is gone, as it would be there.
 */
import type { EgressUnification, EgressUnificationStatus } from '../api/egress-unification.ts';
import { FINALIZER } from '../api/names.ts';
import type { Resources } from '../ports/resources.ts';

export interface Heard {
  /** Each status that is written, changed or not. */
  readonly onStatus?: (status: EgressUnificationStatus) => void;
  /** The finalizer was taken off. */
  readonly onLetGo?: () => void;
}

export class StandInResources implements Resources {
  readonly #resources: Map<string, EgressUnification>;
  readonly #heard: Heard;
  #changed: (name: string) => void = () => undefined;

  constructor(resources: readonly EgressUnification[], heard: Heard = {}) {
    this.#resources = new Map(resources.map((resource) => [resource.metadata.name, resource]));
    this.#heard = heard;
  }

  async start(changed: (name: string) => void): Promise<void> {
    this.#changed = changed;
  }

  async stop(): Promise<void> {
    this.#changed = () => undefined;
  }

  async refresh(): Promise<void> {
    return undefined;
  }

  get(name: string): EgressUnification | undefined {
    return this.#resources.get(name);
  }

  list(): readonly EgressUnification[] {
    return [...this.#resources.values()];
  }

  unreadableUids(): readonly string[] {
    return [];
  }

  async listFresh(): Promise<readonly EgressUnification[]> {
    return this.list();
  }

  async applyStatus({ metadata: { name } }: EgressUnification, status: EgressUnificationStatus): Promise<boolean> {
    const known = this.#resources.get(name);
    if (known) this.#resources.set(name, { ...known, status });
    this.#heard.onStatus?.(status);
    return true;
  }

  async addFinalizer({ metadata: { name } }: EgressUnification): Promise<void> {
    const known = this.#resources.get(name);
    if (known === undefined) return;
    this.#resources.set(name, { ...known, metadata: { ...known.metadata, finalizers: [...known.metadata.finalizers, FINALIZER] } });
    this.#changed(name);
  }

  async removeFinalizer({ metadata: { name } }: EgressUnification): Promise<void> {
    this.#resources.delete(name);
    this.#changed(name);
    this.#heard.onLetGo?.();
  }
}
