// The port Metrics as a Prometheus registry, made from the table: every metric of it is there from the start, with zeros where its labels
// are few enough to be listed, so that a rate over a counter that has not counted yet is zero and not nothing.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { METRICS, METRIC_PREFIX } from '../../api/metrics.ts';
import type { Definition, LabelValues } from '../../api/metrics.ts';
import type { Metrics, Read, Readings } from '../../ports/metrics.ts';

type Labels = Readonly<Record<string, string>>;
type Instrument = Counter | Gauge | Histogram;

const DEFINITIONS: Readonly<Record<string, Definition>> = METRICS;
/** The port's types promise texts for every name; the compiler cannot see it for all names at once. */
const texts = (labels: object): Labels => labels as Labels;

/** Counters with more combinations of labels begin empty. */
const ZEROS_MAX = 64;

/** The registry of one process. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #instruments = new Map<string, Instrument>();
  readonly #readings: Readings[] = [];

  /** `ofProcess`: whether the memory, CPU and event loop of the process are measured too. */
  constructor({ ofProcess }: { readonly ofProcess: boolean }) {
    for (const [name, definition] of Object.entries(DEFINITIONS)) this.#instruments.set(name, instrument(this.#registry, name, definition));
    if (ofProcess) collectDefaultMetrics({ register: this.#registry });
  }

  count(name: string, labels: object): void {
    const counter = this.#instruments.get(name);
    if (counter instanceof Counter) counter.inc(texts(labels));
  }

  observe(name: string, labels: object, value: number): void {
    const histogram = this.#instruments.get(name);
    if (histogram instanceof Histogram) histogram.observe(texts(labels), value);
  }

  /** From now on this is asked at every scrape. */
  read(readings: Readings): void {
    this.#readings.push(readings);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** What a scrape answers. */
  async text(): Promise<string> {
    this.#readAll();
    return this.#registry.metrics();
  }

  /** Anew each time, so that what is no longer said is no longer shown. */
  #readAll(): void {
    for (const [name, { how, labels }] of Object.entries(DEFINITIONS)) if (how === 'read') this.#forget(name, labels);
    const read: Read = (name, labels, value) => this.#set(name, labels, value);
    for (const readings of this.#readings) readings(read);
  }

  /** A metric without labels is reset to 0, which would be said though nobody says it. */
  #forget(name: string, labels: object): void {
    const metric = this.#instruments.get(name);
    metric?.reset();
    if (Object.keys(labels).length === 0) metric?.remove();
  }

  #set(name: string, labels: object, value: number): void {
    const metric = this.#instruments.get(name);
    if (metric instanceof Counter) metric.inc(texts(labels), value);
    else if (metric instanceof Gauge) metric.set(texts(labels), value);
  }
}

function instrument(registry: Registry, name: string, { type, how, help, labels, buckets }: Definition): Instrument {
  const about = { name: `${METRIC_PREFIX}${name}`, help, labelNames: Object.keys(labels), registers: [registry] };
  if (type === 'gauge') return new Gauge(about);
  if (type === 'histogram') return new Histogram({ ...about, ...(buckets && { buckets: [...buckets] }) });
  const counter = new Counter(about);
  if (how === 'told') for (const combination of combinations(labels)) counter.inc(combination, 0);
  return counter;
}

/** Every combination of the values; none where a set is known elsewhere only, or where there are too many. */
function combinations(labels: Readonly<Record<string, LabelValues>>): readonly Labels[] {
  let all: Labels[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    if (typeof values === 'string') return [];
    all = all.flatMap((before) => values.map((value) => ({ ...before, [label]: value })));
  }
  return all.length > ZEROS_MAX ? [] : all;
}
