// How the drills went: as a table for people, as one line for scripts. Pure.
import type { Row } from './inside.ts';
import { figuresOf, type Figures } from './interruptions.ts';

export interface Summary {
  readonly ok: boolean;
  readonly drills: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly tookS: number;
    readonly seen: readonly string[];
    readonly faults: readonly string[];
    readonly statesCompared: number;
  }[];
  readonly statesCompared: number;
  readonly disagreements: number;
  readonly interruptionMs: { readonly inbound: Figures; readonly egress: Figures };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** `expected`: how many drills there should be; a lane that ended early leaves some out. */
export function summaryOf(rows: readonly Row[], expected: number): Summary {
  const all = (which: 'inbound' | 'egress'): readonly number[] => rows.flatMap(({ interruptions }) => interruptions?.[which] ?? []);
  return {
    ok: rows.length === expected && rows.every(({ ok }) => ok),
    drills: rows.map(({ name, ok, tookS, lines, faults, statesCompared, disagreements }) => ({ name, ok, tookS, seen: lines, faults: [...faults, ...disagreements], statesCompared })),
    statesCompared: sum(rows.map(({ statesCompared }) => statesCompared)),
    disagreements: sum(rows.map(({ disagreements }) => disagreements.length)),
    interruptionMs: { inbound: figuresOf(all('inbound')), egress: figuresOf(all('egress')) },
  };
}

/** What a drill saw, a line each. */
export const rowLines = ({ name, description, ok, tookS, lines, faults, disagreements }: Row): readonly string[] => [
  '', `${name}: ${description}`,
  ...lines.map((line) => `  ${line}`),
  ...[...faults, ...disagreements].map((line) => `  NOT RIGHT: ${line}`),
  `  ${ok ? 'held' : 'MISSED'} after ${tookS} s`,
];

const figures = ({ p50, p99, max }: Figures): string => `${p50} ms (p50), ${p99} ms (p99), ${max} ms (max)`;

export function tableLines(rows: readonly Row[], { statesCompared, disagreements, interruptionMs }: Summary): readonly string[] {
  const cells = [['drill', 'verdict', 'seconds', 'states compared', 'disagreements'], ...rows.map((row) => [row.name, row.ok ? 'held' : 'MISSED', row.tookS, row.statesCompared, row.disagreements.length].map(String))];
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return [
    '', ...cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()), '',
    `Not reached, the longest of each instance: ${figures(interruptionMs.inbound)}.`,
    `Did not get out, the longest of each instance: ${figures(interruptionMs.egress)}.`,
    `Verdict and kernel compared in ${statesCompared} states; they differed ${disagreements} times.`,
  ];
}
