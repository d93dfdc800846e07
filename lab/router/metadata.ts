// The metadata services of all VPCs: a process in each router's namespace, told anew whenever the cloud has changed.
import { join } from 'node:path';
import { formatAddress } from '../../sim/cloud/state/addresses.ts';
import type { CloudState } from '../../sim/cloud/state/cloud-state.ts';
import type { Instance, NetworkInterface, VSwitch } from '../../sim/cloud/state/entities.ts';
import { gatewayAddress, pluggedIn } from '../network/wanted.ts';
import { Remote } from '../run/remote.ts';
import { inside } from '../run/shell.ts';
import type { InstanceMetadata, NicMetadata, RouterCalls } from './calls.ts';

const netmask = ({ cidr }: VSwitch): string => formatAddress((2 ** 32 - 2 ** (32 - cidr.prefix)) >>> 0);

function nicMetadata(state: CloudState, { id, mac, privateIps, vSwitchId }: NetworkInterface): readonly NicMetadata[] {
  const vSwitch = state.vSwitches.get(vSwitchId);
  if (vSwitch === undefined) return [];
  return [{ mac, networkInterfaceId: id, address: privateIps[0] ?? '', netmask: netmask(vSwitch), gateway: gatewayAddress(vSwitch), vSwitchId, vSwitchCidr: vSwitch.cidrText }];
}

const instanceMetadata = (state: CloudState, instance: Instance): InstanceMetadata =>
  ({ instanceId: instance.id, regionId: state.region, nics: pluggedIn(instance).flatMap((nic) => nicMetadata(state, nic)) });

export class Metadata {
  readonly #namespaceOf: (vpcId: string) => string;
  readonly #services = new Map<string, Remote<RouterCalls>>();
  readonly #told = new Map<string, string>();

  constructor(namespaceOf: (vpcId: string) => string) {
    this.#namespaceOf = namespaceOf;
  }

  /** Resolves when the services know. */
  async tell(state: CloudState): Promise<void> {
    await Promise.all(state.vpcs.all().map(async ({ id }) => {
      const instances = state.instances.all().filter(({ vpcId }) => vpcId === id).map((instance) => instanceMetadata(state, instance));
      const text = JSON.stringify(instances);
      if (this.#told.get(id) === text) return;
      this.#told.set(id, text);
      await this.#service(id).ask('know', { instances });
    }));
  }

  async end(): Promise<void> {
    await Promise.all([...this.#services.values()].map((service) => service.end()));
  }

  #service(vpcId: string): Remote<RouterCalls> {
    const known = this.#services.get(vpcId);
    if (known) return known;
    const service = new Remote<RouterCalls>([...inside(this.#namespaceOf(vpcId)), process.execPath, '--no-warnings', join(import.meta.dirname, 'main.ts')], {});
    this.#services.set(vpcId, service);
    return service;
  }
}
