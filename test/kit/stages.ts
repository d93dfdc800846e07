// The stages of the move, as views: each is what a look shows between two steps.
import type { View } from '../../src/core/situation.ts';
import type { Eip, Instance, NetworkInterface } from '../../src/core/view.ts';
import { anEip, anEni, anInstance, at, EIP1, eniLinks, ENI1, I1, links, on, PRIMARY1 } from './cloud.ts';

export type Stage = Pick<View, 'networkInterfaces' | 'eips'> & { readonly instance: Instance };

const SHOWN = { id: EIP1, ip: '47.0.0.1', unassociable: true };

/** The instance with its EIP on it, and with its own ENI attached or not. */
export const withEip = (given: Partial<Instance> = {}): Instance => anInstance({ eip: SHOWN, ...given });
export const ourEni = (given: Partial<NetworkInterface> = {}): NetworkInterface => anEni({ tags: eniLinks(), ...given });
export const attachedEni = (given: Partial<NetworkInterface> = {}): NetworkInterface => ourEni({ status: 'InUse', instanceId: I1, ...given });
export const homeEip = (given: Partial<Eip> = {}): Eip => anEip({ tags: links(), ...given });

const BOTH = [PRIMARY1, ENI1];

export const STAGE = {
  nothing: { instance: anInstance(), networkInterfaces: [], eips: [] },
  staticIp: { instance: anInstance({ publicIps: ['47.0.0.1'] }), networkInterfaces: [], eips: [] },
  untagged: { instance: withEip(), networkInterfaces: [], eips: [anEip({ binding: at(I1) })] },
  tagged: { instance: withEip(), networkInterfaces: [], eips: [homeEip({ binding: at(I1) })] },
  created: { instance: withEip(), networkInterfaces: [ourEni()], eips: [homeEip({ binding: at(I1) })] },
  attaching: { instance: withEip(), networkInterfaces: [ourEni({ status: 'Attaching', instanceId: I1 })], eips: [homeEip({ binding: at(I1) })] },
  attached: { instance: withEip({ networkInterfaceIds: BOTH }), networkInterfaces: [attachedEni()], eips: [homeEip({ binding: at(I1) })] },
  unassociating: { instance: anInstance({ networkInterfaceIds: BOTH }), networkInterfaces: [attachedEni()], eips: [homeEip({ binding: at(I1), status: 'Unassociating' })] },
  unbound: { instance: anInstance({ networkInterfaceIds: BOTH }), networkInterfaces: [attachedEni()], eips: [homeEip()] },
  associating: { instance: anInstance({ networkInterfaceIds: BOTH }), networkInterfaces: [attachedEni()], eips: [homeEip({ binding: on(ENI1), status: 'Associating' })] },
  unified: { instance: anInstance({ networkInterfaceIds: BOTH }), networkInterfaces: [attachedEni({ publicIps: ['47.0.0.1'] })], eips: [homeEip({ binding: on(ENI1) })] },
  byHand: {
    instance: anInstance({ networkInterfaceIds: BOTH }), networkInterfaces: [anEni({ status: 'InUse', instanceId: I1, publicIps: ['47.0.0.1'] })], eips: [anEip({ binding: on(ENI1) })],
  },
} as const satisfies Record<string, Stage>;

/** The stage with a changed instance. */
export const instanceOf = (stage: Stage, given: Partial<Instance>): Stage => ({ ...stage, instance: anInstance({ ...stage.instance, ...given }) });
/** The stage with every EIP, or every ENI, changed; a binding that is given is InUse. */
export const eipOf = (stage: Stage, given: Partial<Eip>): Stage => ({ ...stage, eips: stage.eips.map((eip) => anEip({ ...eip, ...(given.binding && { status: 'InUse' }), ...given })) });
export const eniOf = (stage: Stage, given: Partial<NetworkInterface>): Stage => ({ ...stage, networkInterfaces: stage.networkInterfaces.map((eni) => anEni({ ...eni, ...given })) });
