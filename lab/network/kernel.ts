// Makes the kernel what a state of the cloud wants, by the difference to what was made before: namespaces, bridges, interfaces, rules.
// Everything is done before `apply` returns. Each guest and each router is a network namespace; names bear the prefix of the lab.
import { attempt, endAll, ip, nft, sysctl } from '../run/shell.ts';
import { METADATA_ADDRESS, UPLINK } from './ruleset.ts';
import { primaryLines, secondaryLines, tableOf } from './guest-lines.ts';
import type { Wanted, WantedGuest, WantedNic, WantedRouter } from './wanted.ts';

interface Plug {
  /** N of ethN. */
  readonly index: number;
  readonly address: string;
}

interface MadeGuest {
  readonly namespace: string;
  running: boolean;
  /** By the id of the ENI. */
  readonly plugs: Map<string, Plug>;
}

interface MadeRouter {
  readonly namespace: string;
  readonly index: number;
  rules: string;
}

/** What `apply` did, for whoever has to follow: processes in guests, services. */
export interface Applied {
  readonly changed: boolean;
  readonly booted: readonly string[];
  readonly halted: readonly string[];
}

/** Given, for a bridge without one takes that of its ports: with each interface that comes or goes every guest's gateway would change. */
const GATEWAY_MAC = 'ee:ff:ff:ff:ff:ff';

const ROUTER_SETTINGS = ['net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0', 'net.ipv4.conf.default.rp_filter=0', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1'];

export class Kernel {
  readonly #prefix: string;
  /** The namespace of the Internet, where the lab itself runs. */
  readonly #internet: string;
  readonly #routers = new Map<string, MadeRouter>();
  readonly #guests = new Map<string, MadeGuest>();
  readonly #routes = new Map<string, number>();
  #plugs = 0;

  constructor(prefix: string, internet: string) {
    this.#prefix = prefix;
    this.#internet = internet;
  }

  namespaceOf(instanceId: string): string {
    return this.#guest(instanceId).namespace;
  }

  routerNamespace(vpcId: string): string {
    return this.#routers.get(vpcId)?.namespace ?? '';
  }

  /** The device that an ENI is in its guest; '' when it is not plugged in. */
  deviceOf(instanceId: string, networkInterfaceId: string): string {
    const index = this.#guests.get(instanceId)?.plugs.get(networkInterfaceId)?.index;
    return index === undefined ? '' : `eth${index}`;
  }

  apply({ routers, guests }: Wanted): Applied {
    for (const router of routers) if (!this.#routers.has(router.vpcId)) this.#makeRouter(router);
    const changes = [
      ...guests.map((guest) => this.#applyGuest(guest)),
      ...[...this.#guests].filter(([id]) => !guests.some(({ instanceId }) => instanceId === id)).map(([id]) => this.#remove(id)),
    ];
    const reruled = routers.map((router) => this.#applyRules(router));
    return {
      changed: [...reruled, ...changes.map(({ changed }) => changed)].some(Boolean),
      booted: changes.flatMap(({ booted }) => booted),
      halted: changes.flatMap(({ halted }) => halted),
    };
  }

  /** Takes everything away that was made. */
  clear(): void {
    const namespaces = [...this.#guests.values(), ...this.#routers.values()].map(({ namespace }) => namespace);
    for (const namespace of namespaces) endAll(namespace);
    // the kernel takes a namespace apart in its own time, and until then the next lab's cable may not have this one's name
    for (const { index } of this.#routers.values()) attempt(this.#internet, `ip link del r${index} 2>&1`);
    ip(namespaces.map((namespace) => `netns del ${namespace}`));
    this.#guests.clear();
    this.#routers.clear();
  }

  #guest(instanceId: string): MadeGuest {
    const guest = this.#guests.get(instanceId);
    if (guest === undefined) throw new Error(`there is no guest ${instanceId}`);
    return guest;
  }

  #makeRouter({ vpcId, bridges }: WantedRouter): void {
    const index = this.#routers.size;
    const namespace = `${this.#prefix}router-${index}`;
    this.#routers.set(vpcId, { namespace, index, rules: '' });
    const [here, there] = [`169.254.${index}.1`, `169.254.${index}.2`];
    ip([`netns add ${namespace}`]);
    sysctl(namespace, ROUTER_SETTINGS);
    ip([`link add ${UPLINK} netns ${namespace} type veth peer name r${index} netns ${this.#internet}`]);
    ip([
      'link set lo up', `addr add ${METADATA_ADDRESS}/32 dev lo`, `addr add ${there}/30 dev ${UPLINK}`, `link set ${UPLINK} up`, `route add default via ${here}`,
      ...bridges.flatMap(({ name, gateway, prefix }) => [`link add ${name} address ${GATEWAY_MAC} type bridge forward_delay 0 mcast_snooping 0`, `link set ${name} up`, `addr add ${gateway}/${prefix} dev ${name}`]),
    ], namespace);
    ip([`addr add ${here}/30 dev r${index}`, `link set r${index} up`], this.#internet);
  }

  #applyRules({ vpcId, rules, publicIps }: WantedRouter): boolean {
    const router = this.#routers.get(vpcId);
    if (router === undefined) return false;
    const moved = publicIps.filter((address) => this.#routes.get(address) !== router.index);
    ip(moved.map((address) => `route replace ${address} via 169.254.${router.index}.2`), this.#internet);
    for (const address of moved) this.#routes.set(address, router.index);
    if (router.rules === rules) return moved.length > 0;
    nft(router.namespace, rules);
    router.rules = rules;
    return true;
  }

  #applyGuest(wanted: WantedGuest): Applied {
    const known = this.#guests.get(wanted.instanceId);
    const guest = known ?? this.#makeGuest(wanted);
    const replugged = this.#plug(wanted, guest);
    const { booted, halted } = this.#turn(wanted, guest);
    return { changed: [known === undefined, replugged, booted.length > 0, halted.length > 0].some(Boolean), booted, halted };
  }

  /** Interfaces come and go; whether any did. */
  #plug(wanted: WantedGuest, guest: MadeGuest): boolean {
    const gone = [...guest.plugs.keys()].filter((id) => !wanted.nics.some((nic) => nic.id === id));
    const added = wanted.nics.filter(({ id }) => !guest.plugs.has(id));
    for (const id of gone) this.#unplug(guest, id);
    for (const nic of added) this.#plugIn(wanted, guest, nic);
    if (guest.running) for (const nic of added) this.#setUp(wanted, guest, nic);
    return gone.length + added.length > 0;
  }

  /** On or off. */
  #turn(wanted: WantedGuest, guest: MadeGuest): Pick<Applied, 'booted' | 'halted'> {
    const { running, instanceId } = wanted;
    if (running === guest.running) return { booted: [], halted: [] };
    if (running) this.#boot(wanted, guest);
    else this.#halt(guest);
    return running ? { booted: [instanceId], halted: [] } : { booted: [], halted: [instanceId] };
  }

  #makeGuest({ instanceId }: WantedGuest): MadeGuest {
    const guest = { namespace: `${this.#prefix}${instanceId}`, running: false, plugs: new Map<string, Plug>() };
    ip([`netns add ${guest.namespace}`]);
    this.#guests.set(instanceId, guest);
    return guest;
  }

  #remove(instanceId: string): Applied {
    const { namespace } = this.#guest(instanceId);
    endAll(namespace);
    ip([`netns del ${namespace}`]);
    this.#guests.delete(instanceId);
    return { changed: true, booted: [], halted: [instanceId] };
  }

  /** The router knows whose address is where and asks nobody, as the real network does: no guest can draw another's packets to itself by ARP. */
  #plugIn({ vpcId }: WantedGuest, guest: MadeGuest, nic: WantedNic): void {
    const router = this.routerNamespace(vpcId);
    const taken = new Set([...guest.plugs.values()].map(({ index }) => index));
    const index = nic.primary ? 0 : [1, 2, 3, 4, 5, 6, 7].find((candidate) => !taken.has(candidate)) ?? 8;
    const port = `p${(this.#plugs += 1)}`;
    guest.plugs.set(nic.id, { index, address: nic.address });
    ip([`link add ${port} netns ${router} type veth peer name eth${index} address ${nic.mac} netns ${guest.namespace}`]);
    ip([`link set ${port} master ${nic.bridge} up`, `neigh replace ${nic.address} lladdr ${nic.mac} dev ${nic.bridge} nud permanent`], router);
  }

  #unplug(guest: MadeGuest, networkInterfaceId: string): void {
    const { index, address } = guest.plugs.get(networkInterfaceId) ?? { index: 0, address: '' };
    guest.plugs.delete(networkInterfaceId);
    ip([`link del eth${index}`], guest.namespace);
    // the rule of a guest's kind goes with its interface; what a command installed stays, as it would
    attempt(guest.namespace, `ip rule del from ${address} lookup ${tableOf(index)}`);
  }

  #boot(wanted: WantedGuest, guest: MadeGuest): void {
    const filter = wanted.kind.rpFilter;
    sysctl(guest.namespace, ['net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1', `net.ipv4.conf.all.rp_filter=${filter}`, `net.ipv4.conf.default.rp_filter=${filter}`, ...wanted.nics.map(({ id }) => `net.ipv4.conf.eth${guest.plugs.get(id)?.index ?? 0}.rp_filter=${filter}`)]);
    ip(['link set lo up', 'rule flush', 'rule add pref 32766 lookup main', 'rule add pref 32767 lookup default'], guest.namespace);
    for (const nic of wanted.nics) this.#setUp(wanted, guest, nic);
    guest.running = true;
  }

  #setUp({ kind }: WantedGuest, guest: MadeGuest, nic: WantedNic): void {
    ip(nic.primary ? primaryLines(nic) : secondaryLines(kind, nic, guest.plugs.get(nic.id)?.index ?? 0), guest.namespace);
  }

  #halt(guest: MadeGuest): void {
    endAll(guest.namespace);
    ip([...guest.plugs.values()].flatMap(({ index }) => [`link set eth${index} down`, `addr flush dev eth${index}`]), guest.namespace);
    guest.running = false;
  }
}
