// The sizes of a simulated VPC, as far as they decide what a listing costs.
import type { CloudState } from '../sim/cloud/state/cloud-state.ts';

interface Gateway {
  readonly snatEntries: number;
  readonly forwardEntries: number;
}

export interface World {
  readonly instances: number;
  /** Secondary ones. */
  readonly networkInterfaces: number;
  readonly vSwitches: number;
  readonly routeTables: readonly { readonly natRoutes: number }[];
  readonly natGateways: readonly Gateway[];
  /** Of the whole region. */
  readonly eips: number;
}

export const natEntriesOf = (gateways: readonly Gateway[]): readonly number[] => gateways.flatMap(({ snatEntries, forwardEntries }) => [snatEntries, forwardEntries]);

export function worldOfVpc(state: CloudState, vpcId: string): World {
  const here = <T extends { readonly vpcId: string }>(all: readonly T[]): readonly T[] => all.filter((one) => one.vpcId === vpcId);
  return {
    instances: here(state.instances.all()).length,
    networkInterfaces: here(state.interfaces.all()).filter(({ type }) => type === 'Secondary').length,
    vSwitches: here(state.vSwitches.all()).length,
    routeTables: here(state.routeTables.all()).map(({ routes }) => ({ natRoutes: routes.all().filter(({ nextHopType }) => nextHopType === 'NatGateway').length })),
    natGateways: here(state.natGateways.all()).map(({ snat, dnat }) => ({ snatEntries: snat.size, forwardEntries: dnat.size })),
    eips: state.eips.size,
  };
}
