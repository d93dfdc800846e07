// Tables as lines of text. Pure: rows in, lines out; colour is added only for a terminal, and after the cells have their width.
import { styleText } from 'node:util';
import type { Sighting } from './sighting.ts';
import type { Said } from './states.ts';
import { CAST } from './story.ts';

export interface Row {
  readonly sighting: Sighting;
  readonly said: Said;
}

type Style = Parameters<typeof styleText>[0];

const STYLE: Readonly<Record<string, Style>> = {
  Unified: 'green', NothingToMove: 'green', Blocked: 'yellow', NotSelected: 'gray', Progressing: 'cyan', InWindow: 'magenta', Degraded: 'red', Drifted: 'red',
};

/** Columns of equal width, two spaces apart; no spaces at line ends. */
export function table(cells: readonly (readonly string[])[]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd());
}

const ips = (addresses: readonly string[]): string => addresses.join(', ') || '-';

const seen = ({ egressIps, running }: Sighting): string => (running ? ips(egressIps) : `(${ips(egressIps)})`);

function reached({ inboundIps, reachedThrough, running }: Sighting): string {
  if (inboundIps.length === 0) return '-';
  const where = `${ips(inboundIps)} on the ${reachedThrough}`;
  return running ? where : `(${where})`;
}

const kindOf = (id: string): string => CAST[id]?.kind ?? '';

/** The table that lives in a terminal of so many columns, below it the bar. No line is longer, or it could not be drawn over. */
export function liveLines(rows: readonly Row[], bar: string, columns: number): string[] {
  const head = ['INSTANCE', 'WHAT IT IS', 'THE INTERNET SEES', 'REACHED ON', 'STATE'];
  const lines = table([head, ...rows.map(({ sighting, said }) => [sighting.id, kindOf(sighting.id), seen(sighting), reached(sighting), said.state])]);
  return [...lines.map((line, index) => coloured(line.slice(0, columns), rows[index - 1]?.said.state ?? '')), '', bar.slice(0, columns)];
}

function coloured(line: string, state: string): string {
  const style = STYLE[state];
  return style !== undefined && line.endsWith(state) ? `${line.slice(0, line.length - state.length)}${styleText(style, state)}` : line;
}

const BAR_WIDTH = 30;

/** `[██████░░░░] 7 of 12 at rest · …`. */
export function progressBar(done: number, all: number, note: string): string {
  const full = Math.round((done / Math.max(1, all)) * BAR_WIDTH);
  return `[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${done} of ${all} at rest · ${note}`;
}

/** One plain line for one change of one instance. */
export const changeLine = ({ sighting, said }: Row): string =>
  `${sighting.id}: ${said.state}, the Internet sees ${seen(sighting)}, reached on ${reached(sighting)}${said.state === 'Progressing' ? ` (${said.message})` : ''}`;

/** What was and what is, per instance. */
export function beforeAfterLines(before: readonly Sighting[], after: readonly Row[]): string[] {
  const was = new Map(before.map((sighting) => [sighting.id, sighting]));
  const head = ['INSTANCE', 'WHAT IT IS', 'THE INTERNET SAW', 'AND SEES', 'REACHED ON BEFORE', 'AND NOW', 'STATE'];
  const lines = after.map(({ sighting, said }) => {
    const first = was.get(sighting.id) ?? sighting;
    return [sighting.id, kindOf(sighting.id), seen(first), seen(sighting), reached(first), reached(sighting), said.state];
  });
  return table([head, ...lines]);
}

/** Those that were left alone: why, and what to do. */
export const reasonLines = (rows: readonly Row[]): string[] =>
  rows.filter(({ said }) => said.reason !== '').map(({ sighting, said }) => `${sighting.id}: ${said.reason}: ${said.message}`);
