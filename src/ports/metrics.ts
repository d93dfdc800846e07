/**
 * What is counted while the controller works, by the names of the table in src/api/metrics.ts; a wrong name, label or value does not
 * compile. Counters and histograms are told; gauges are asked for by whoever scrapes, so that a loop that nobody watches computes nothing.
 */
import type { METRICS } from '../api/metrics.ts';

type Table = typeof METRICS;
type MetricName = keyof Table;
type Named<D> = { readonly [N in MetricName]: Table[N] extends D ? N : never }[MetricName];

type CounterName = Named<{ type: 'counter'; how: 'told' }>;
type HistogramName = Named<{ type: 'histogram' }>;
export type ReadName = Named<{ how: 'read' }>;

/** The labels of a metric with their values. */
export type LabelsOf<N extends MetricName> = { readonly [L in keyof Table[N]['labels']]: Table[N]['labels'][L] extends readonly (infer V)[] ? V : string };

/** Never throws and never waits. */
export interface Metrics {
  /** Adds one to a counter. */
  count<N extends CounterName>(name: N, labels: LabelsOf<N>): void;
  /** Notes a value of a histogram. */
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, value: number): void;
}

/** Takes one value of what is read. */
export type Read = <N extends ReadName>(name: N, labels: LabelsOf<N>, value: number) => void;

/** Says what is so now. Called at each scrape; a series that it does not name any more is gone. */
export type Readings = (read: Read) => void;

const nothing = (): void => undefined;

/** For tests and simulations. */
export const NO_METRICS: Metrics = { count: nothing, observe: nothing };
