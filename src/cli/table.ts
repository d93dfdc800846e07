/** Tables as they are printed: columns as wide as their widest cell, an empty cell is a dash. Pure. */

/** Title of a column, and the field that is in it. */
export type Columns<Row> = readonly (readonly [string, keyof Row])[];

export function table<Row extends Readonly<Record<string, unknown>>>(columns: Columns<Row>, rows: readonly Row[]): string {
  const shown = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  const cells = [columns.map(([title]) => title), ...rows.map((row) => columns.map(([, key]) => shown(row[key]) || '-'))];
  const widths = columns.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
