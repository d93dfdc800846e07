// Something that always changes, and when each change was seen: resources that are edited in turn, past every proxy. Whoever watches
// them says what it saw; the pulse says how long that took.
import { setTimeout as pause } from 'node:timers/promises';
import { MERGE_PATCH, PATH, objectPath } from '../../../src/adapters/kubernetes/api.ts';
import type { KubernetesApi } from '../../../src/adapters/kubernetes/api.ts';
import { eventually } from '../../apiserver/kit/until.ts';

/** Each resource is edited every three seconds, so that its status may be written after every edit. */
const RESOURCES = 15;

export interface PulseOptions {
  /** Leads to the server on a way that nobody breaks. */
  readonly api: KubernetesApi;
  readonly everyMs?: number;
  /** How seldom whoever watches says what it saw of one resource; that is no blindness. */
  readonly saysEveryMs?: number;
  /** What the names of its resources begin with. */
  readonly prefix?: string;
}

/** An edit that takes longer to be seen fell into a blind interval. */
export const IN_TIME_MS = 1_000;
const STEADY_MS = 4_000;

/** How something came back. */
export interface Recovery {
  /** From when it was broken until the last edit was seen that had not been seen in time; 0 when there was none. */
  readonly afterMs: number;
  /** The longest that an edit took to be seen. */
  readonly slowestMs: number;
}

interface Edit {
  readonly name: string;
  readonly generation: number;
  /** When the server had it, by performance.now. */
  readonly atMs: number;
  seenAtMs?: number;
  /** Before this nobody could say that it was seen. */
  sayableAtMs?: number;
}

const latencyMs = ({ atMs, seenAtMs = performance.now(), sayableAtMs = atMs }: Edit): number => Math.max(0, seenAtMs - Math.max(atMs, sayableAtMs));

interface Written {
  readonly metadata: { readonly generation: number };
}

export class Pulse {
  readonly names: readonly string[];
  readonly #options: Required<PulseOptions>;
  readonly #edits: Edit[] = [];
  /** The newest generation that was seen, and what was said last and when, by name. */
  readonly #seen = new Map<string, { readonly generation: number; readonly said: string; readonly saidAtMs: number }>();
  #beats = 0;
  #ended = false;
  #beating: Promise<void> = Promise.resolve();

  constructor(options: PulseOptions) {
    this.#options = { everyMs: 200, saysEveryMs: 0, prefix: 'pulse', ...options };
    this.names = Array.from({ length: RESOURCES }, (_, index) => `${this.#options.prefix}-${index}`);
  }

  /** Creates the resources, each in a VPC of its own that does not exist: those of one VPC look anew when one of them is edited. */
  async create(): Promise<void> {
    for (const name of this.names) {
      const spec = { regionId: 'cn-hangzhou', vpcId: `vpc-${name.replace('-', '')}`, mode: 'Observe', instanceSelector: { tags: { egress: 'nobody' } } };
      const body = { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec };
      await this.#options.api.request({ method: 'POST', path: PATH.egressUnifications, body });
    }
  }

  begin(): void {
    this.#beating = this.#beat();
  }

  /** One edit, now. */
  async edit(): Promise<void> {
    this.#beats += 1;
    await this.#edit(this.names[this.#beats % RESOURCES] ?? '', this.#beats);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#beating;
  }

  /** Somebody saw this generation of a resource, and with it every one before. `said`: how it says so; of one generation more than one thing may be said. */
  saw(name: string, generation: number, said = String(generation)): void {
    const nowMs = performance.now();
    const before = this.#seen.get(name);
    if (before !== undefined && (before.generation > generation || before.said === said)) return;
    this.#seen.set(name, { generation, said, saidAtMs: nowMs });
    const sayableAtMs = before === undefined ? 0 : before.saidAtMs + this.#options.saysEveryMs;
    for (const edit of this.#edits.filter((each) => each.name === name && each.generation <= generation && each.seenAtMs === undefined)) Object.assign(edit, { seenAtMs: nowMs, sayableAtMs });
  }

  isSeen(name: string): boolean {
    return this.#seen.has(name);
  }

  /** The longest that an edit made in this span took to be seen, in ms; one that was not seen counts until now. */
  slowestMs(fromMs: number, toMs = performance.now()): number {
    return Math.max(0, ...this.#within(fromMs, toMs).map(latencyMs));
  }

  /** How many edits were made in a span. */
  count(fromMs: number, toMs = performance.now()): number {
    return this.#within(fromMs, toMs).length;
  }

  /** How many edits of a span were not seen yet. */
  unseen(fromMs: number, toMs = performance.now()): number {
    return this.#within(fromMs, toMs).filter(({ seenAtMs }) => seenAtMs === undefined).length;
  }

  /** Waits until every edit so far is seen, and those of the last three seconds were seen in time. */
  async recovery(brokenAtMs: number, timeoutMs: number): Promise<Recovery> {
    await eventually(() => {
      const nowMs = performance.now();
      const since = Math.max(brokenAtMs, nowMs - STEADY_MS);
      if (nowMs - brokenAtMs < STEADY_MS) throw new Error('it was not watched for long enough');
      if (this.unseen(0, nowMs - IN_TIME_MS) > 0) throw new Error(`${this.unseen(0)} edits were not seen, ${Math.round(nowMs - brokenAtMs)} ms after it was broken`);
      if (this.count(since, nowMs - IN_TIME_MS) === 0 || this.slowestMs(since, nowMs - IN_TIME_MS) > IN_TIME_MS) throw new Error('it is slow');
    }, { timeoutMs, everyMs: 20 });
    const late = this.#edits.filter((edit) => (edit.seenAtMs ?? 0) >= brokenAtMs && latencyMs(edit) > IN_TIME_MS);
    return { afterMs: Math.max(0, ...late.map(({ seenAtMs = 0 }) => seenAtMs - brokenAtMs)), slowestMs: this.slowestMs(brokenAtMs - IN_TIME_MS) };
  }

  #within(fromMs: number, toMs: number): readonly Edit[] {
    return this.#edits.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  }

  async #beat(): Promise<void> {
    while (!this.#ended) {
      const nextMs = performance.now() + this.#options.everyMs;
      // without a server there is no edit to be seen
      await this.edit().catch(() => undefined);
      await pause(Math.max(0, nextMs - performance.now()));
    }
  }

  async #edit(name: string, beat: number): Promise<void> {
    const body = { spec: { rollout: { maxInProgress: 1 + (beat % 9_000) } } };
    const written = (await this.#options.api.request({ method: 'PATCH', path: objectPath(PATH.egressUnifications, name), contentType: MERGE_PATCH, body })) as Written;
    const { generation } = written.metadata;
    const atMs = performance.now();
    this.#edits.push({ name, generation, atMs, ...((this.#seen.get(name)?.generation ?? 0) >= generation && { seenAtMs: atMs }) });
  }
}
