// Things made for questions, each with the tag from the moment at which it exists, so that whatever happens the next sweep finds it.
import type { EipId, EniId, VSwitchId } from '../../src/core/ids.ts';
import type { Instance } from '../../src/core/view.ts';
import { untilBound, untilEni, type Lab } from './lab.ts';
import { TAG_KEY } from './names.ts';
import { textIn, type Json } from './raw.ts';

export interface MadeEni {
  readonly id: EniId;
  readonly privateIp: string;
}

const tagged = ({ vpcId }: Pick<Lab, 'vpcId'>): Json => ({ Tag: [{ Key: TAG_KEY, Value: vpcId }] });

export async function makeEip(lab: Lab): Promise<EipId> {
  const body = await lab.raw.must('vpc', 'AllocateEipAddress', { Bandwidth: '1', InternetChargeType: 'PayByTraffic', ...tagged(lab) });
  return textIn(body, 'AllocationId') as EipId;
}

/** Where and for whom an interface is made. */
export interface Site {
  readonly vSwitch: VSwitchId;
  readonly groups: Instance['securityGroupIds'];
}

/** The parameters of CreateNetworkInterface, with the ownership tag that deploy/ram/policy.json asks for. */
export const creation = (lab: Lab, { vSwitch, groups }: Site, more: Json = {}): Json => ({
  VSwitchId: vSwitch, SecurityGroupIds: [...groups], NetworkInterfaceName: TAG_KEY, DeleteOnRelease: true,
  Tag: [{ Key: TAG_KEY, Value: lab.vpcId }, { Key: 'egressunification.io/cluster', Value: TAG_KEY }], ...more,
});

export async function makeEni(lab: Lab, site: Site): Promise<MadeEni> {
  const body = await lab.raw.must('ecs', 'CreateNetworkInterface', creation(lab, site));
  const id = textIn(body, 'NetworkInterfaceId') as EniId;
  const eni = await untilEni(lab, id, 'Available');
  return { id, privateIp: eni?.primaryIp ?? '' };
}

export async function bind(lab: Lab, eip: EipId, eni: MadeEni): Promise<void> {
  await lab.cloud.perform.associateEipAddress({ kind: 'associateEipAddress', eip, to: { kind: 'networkInterface', id: eni.id, privateIp: eni.privateIp } });
  await untilBound(lab, eip);
}

/** One EIP on one free interface, made when a question first needs them. */
export class Scratch {
  readonly #lab: Lab;
  readonly instance: Instance;
  #pair: Promise<{ readonly eip: EipId; readonly eni: MadeEni }> | undefined;

  /** `instance`: where interfaces are made so that they would fit, and the one that may be attached to. */
  constructor(lab: Lab, instance: Instance) {
    this.#lab = lab;
    this.instance = instance;
  }

  get site(): Site {
    return { vSwitch: this.instance.vSwitchId, groups: this.instance.securityGroupIds };
  }

  pair(): Promise<{ readonly eip: EipId; readonly eni: MadeEni }> {
    return (this.#pair ??= this.#make());
  }

  async #make(): Promise<{ readonly eip: EipId; readonly eni: MadeEni }> {
    const eni = await makeEni(this.#lab, this.site);
    const eip = await makeEip(this.#lab);
    await bind(this.#lab, eip, eni);
    return { eip, eni };
  }
}
