// What a guest does with its network interfaces, as lines of `ip`: the kinds that the world file knows. Pure.
import type { Guest } from '../../sim/cloud/state/entities.ts';
import type { WantedNic } from './wanted.ts';

const PRIMARY_METRIC = 100;
const SECONDARY_METRIC = 200;
/** Tables of our own for source routing: this and the number of the interface. */
const FIRST_TABLE = 100;

export const tableOf = (index: number): number => FIRST_TABLE + index;

/** The primary interface, as DHCP would set it up. */
export const primaryLines = ({ address, prefix, gateway }: WantedNic): readonly string[] => [
  'link set eth0 up',
  `addr add ${address}/${prefix} dev eth0 metric ${PRIMARY_METRIC}`,
  `route add default via ${gateway} dev eth0 metric ${PRIMARY_METRIC}`,
];

/**
 * A second interface, ethN. `manual`: it is there and nobody brings it up. A default route of equal metric comes before the one that was
 * there: of two, Linux takes the first.
 */
export function secondaryLines(kind: Guest, { address, prefix, gateway }: WantedNic, index: number): readonly string[] {
  if (kind.secondNic === 'manual') return [];
  const device = `eth${index}`;
  const route = kind.equalMetric ? `route prepend default via ${gateway} dev ${device} metric ${PRIMARY_METRIC}` : `route append default via ${gateway} dev ${device} metric ${SECONDARY_METRIC + index}`;
  return [
    `link set ${device} up`,
    `addr add ${address}/${prefix} dev ${device} metric ${SECONDARY_METRIC + index}`,
    route,
    ...(kind.sourceRouting ? [`route replace default via ${gateway} dev ${device} table ${tableOf(index)}`, `rule add from ${address} lookup ${tableOf(index)}`] : []),
  ];
}
