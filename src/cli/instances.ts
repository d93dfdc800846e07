/** What `instances` prints: one line an instance, or the same as JSON for scripts. Pure. */
import type { Reported } from '../core/status.ts';
import type { Output } from '../options.ts';

interface Row {
  readonly instanceId: string;
  readonly state: string;
  readonly publicIp: string;
  readonly eipId: string;
  readonly networkInterfaceId: string;
  readonly reason: string;
  readonly message: string;
}

const rowOf = ({ verdict, reason, message }: Reported): Row => ({
  instanceId: verdict.instanceId, state: verdict.state, publicIp: verdict.publicIp ?? '', eipId: verdict.eipId ?? '', networkInterfaceId: verdict.networkInterfaceId ?? '', reason, message,
});

const COLUMNS: readonly (readonly [string, keyof Row])[] = [
  ['INSTANCE', 'instanceId'], ['STATE', 'state'], ['PUBLIC IP', 'publicIp'], ['EIP', 'eipId'], ['ENI', 'networkInterfaceId'], ['REASON', 'reason'], ['MESSAGE', 'message'],
];

function table(rows: readonly Row[]): string {
  const cells = [COLUMNS.map(([title]) => title), ...rows.map((row) => COLUMNS.map(([, key]) => row[key] || '-'))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

export function printInstances(reported: readonly Reported[], output: Output): string {
  const rows = reported.map(rowOf);
  return output === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : `${table(rows)}\n`;
}
