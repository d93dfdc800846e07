// Metrics that are kept as they are told.
import type { Metrics } from '../../src/ports/metrics.ts';

interface Told {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Labels as "name=value", with commas between. */
export class KeptMetrics implements Metrics {
  readonly told: Told[] = [];

  count(name: string, labels: object): void {
    this.#keep(name, labels, 1);
  }

  observe(name: string, labels: object, value: number): void {
    this.#keep(name, labels, value);
  }

  /** Sums of a counter by its labels. */
  counts(name: string): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { labels, value } of this.told.filter((each) => each.name === name)) sums[labels] = (sums[labels] ?? 0) + value;
    return sums;
  }

  /** What was observed, in its order. */
  values(name: string): readonly number[] {
    return this.told.filter((each) => each.name === name).map(({ value }) => value);
  }

  #keep(name: string, labels: object, value: number): void {
    this.told.push({ name, value, labels: Object.entries(labels).map(([label, text]) => `${label}=${String(text)}`).join() });
  }
}
