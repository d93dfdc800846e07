// What the world shows of an instance, and whether that is what should have become of it. Pure: two sightings and the expectation in,
// one sentence out. An instance that does not run is judged by what the network would do if it ran.
import type { InstanceReport } from '../cloud/control/report.ts';
import type { Expected } from './story.ts';

export interface Sighting {
  readonly id: string;
  readonly vpcId: string;
  readonly running: boolean;
  /** What the Internet sees of connections that it opens. */
  readonly egressIps: readonly string[];
  /** Public addresses on which it is reached. */
  readonly inboundIps: readonly string[];
  /** Through what it is reached. */
  readonly reachedThrough: 'instance' | 'second interface' | '';
  /** Everything about it that a write of the controller would change. */
  readonly setUp: string;
}

export function sightingOf(report: InstanceReport): Sighting {
  const { id, vpcId, status, publicIp, eipIds, networkInterfaceIds, securityGroupIds, chargeType, internetChargeType, tags } = report;
  const running = status === 'Running';
  const { egressIps, inboundIps } = running ? report : report.network;
  const own = publicIp !== '' || eipIds.length > 0;
  return {
    id, vpcId, running, egressIps, inboundIps,
    reachedThrough: inboundIps.length === 0 ? '' : own ? 'instance' : 'second interface',
    setUp: JSON.stringify({ status, publicIp, eipIds, networkInterfaceIds, securityGroupIds, chargeType, internetChargeType, tags }),
  };
}

const same = (a: readonly string[], b: readonly string[]): boolean => [...a].sort().join() === [...b].sort().join();
const list = (ips: readonly string[]): string => ips.join(', ') || 'nothing';

function movedFault(before: Sighting, after: Sighting, natIps: readonly string[]): string | undefined {
  if (!same(after.egressIps, natIps)) return `leaves by ${list(after.egressIps)} and not by ${list(natIps)}`;
  if (!same(after.inboundIps, before.inboundIps)) return `is reached on ${list(after.inboundIps)} and was on ${list(before.inboundIps)}`;
  return undefined;
}

function touchedFault(before: Sighting, after: Sighting): string | undefined {
  const untouched = after.setUp === before.setUp && same(after.egressIps, before.egressIps) && same(after.inboundIps, before.inboundIps);
  return untouched ? undefined : 'was changed though it should not be touched';
}

const FAULT: Readonly<Record<Expected, (before: Sighting, after: Sighting, natIps: readonly string[]) => string | undefined>> = {
  unified: movedFault,
  nothingToMove: movedFault,
  blocked: touchedFault,
  notSelected: touchedFault,
};

/** What is wrong with how an instance ended; undefined: nothing. `natIps`: the addresses of the NAT gateway. */
export const faultOf = (expected: Expected, before: Sighting, after: Sighting, natIps: readonly string[]): string | undefined => FAULT[expected](before, after, natIps);
