/** What `instances` prints: one line an instance, or the same as JSON for scripts. Pure. */
import type { Reported } from '../core/status.ts';
import type { Output } from './command-line.ts';
import { table, type Columns } from './table.ts';

type Row = Readonly<Record<'instanceId' | 'state' | 'publicIp' | 'eipId' | 'networkInterfaceId' | 'reason' | 'message', string>>;

const rowOf = ({ verdict, reason, message }: Reported): Row => ({
  instanceId: verdict.instanceId, state: verdict.state, publicIp: verdict.publicIp ?? '', eipId: verdict.eipId ?? '', networkInterfaceId: verdict.networkInterfaceId ?? '', reason, message,
});

const COLUMNS: Columns<Row> = [
  ['INSTANCE', 'instanceId'], ['STATE', 'state'], ['PUBLIC IP', 'publicIp'], ['EIP', 'eipId'], ['ENI', 'networkInterfaceId'], ['REASON', 'reason'], ['MESSAGE', 'message'],
];

export function printInstances(reported: readonly Reported[], output: Output): string {
  const rows = reported.map(rowOf);
  return output === 'json' ? `${JSON.stringify(rows, undefined, 2)}\n` : `${table(COLUMNS, rows)}\n`;
}
