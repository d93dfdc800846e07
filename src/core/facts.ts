/**
 * One view, reduced to the columns of the table (design section 3): the public address on the primary ENI, our ENI, the home EIP.
 * The home EIP has up to three witnesses: its own tags, the tags of our ENI, the last status. Those that disagree make a conflict.
 */
import { TAG } from '../api/names.ts';
import type { EipId, InstanceId } from './ids.ts';
import { isForeign, isOurs, otherLivingOwner } from './marks.ts';
import { problem, type Problem } from './problem.ts';
import type { Hints, Target, View } from './situation.ts';
import type { Eip, Instance, NetworkInterface } from './view.ts';

export type PrimaryAddress = 'none' | 'static' | 'home' | 'other' | 'several';
export type OurEni = 'none' | 'inUseHere' | 'available' | 'transition' | 'elsewhere';
export type Home = 'none' | 'unseen' | 'gone' | 'transition' | 'unbound' | 'onInstance' | 'onEni' | 'onForeignEni' | 'elsewhere';
export type Activity = 'running' | 'stopped' | 'transition' | 'gone' | 'unseen';

export interface Facts {
  readonly activity: Activity;
  readonly primary: PrimaryAddress;
  readonly eni: OurEni;
  readonly home: Home;
  readonly instance?: Instance;
  readonly homeId?: EipId;
  readonly homeEip?: Eip;
  readonly ourEni?: NetworkInterface;
  /** Ours, for this instance, and of no use: duplicates, and those whose EIP is gone. */
  readonly surplus: readonly NetworkInterface[];
  /** Tags that contradict each other about what belongs together. */
  readonly conflict?: Problem;
  /** Tags that say that somebody else manages it. */
  readonly foreign?: Problem;
  /** A mark of ours says that this home EIP belongs to this instance, whatever other marks say of who manages it. */
  readonly claimed: boolean;
  /** Instance and EIP record contradict each other: look again. */
  readonly inconsistent: boolean;
}

const ACTIVITY: Record<Instance['status'], Activity> = {
  Running: 'running', Stopped: 'stopped', Pending: 'transition', Starting: 'transition', Stopping: 'transition', Unknown: 'unseen',
};

/** Reduces a view to the table's columns. Pure; order of the lists does not matter. */
export function factsOf(view: View, target: Target, hints: Hints): Facts {
  const marked = view.networkInterfaces.filter((eni) => isMarkedFor(view, target, eni) || isStripped(view, target, hints, eni));
  const witness = findHome(view, target, hints, marked);
  const homeEip = view.eips.find((eip) => eip.id === witness.homeId);
  const { ourEni, surplus } = pickEni(view, marked, witness.homeId);
  const conflict = findConflict(view, homeEip, witness.ids);
  const ours = [homeEip, ...marked].filter((object) => object !== undefined);
  const foreign = findForeign(view, target, ours);
  return {
    activity: view.instanceGone ? 'gone' : view.instance ? ACTIVITY[view.instance.status] : 'unseen',
    primary: primaryAddress(view, witness.homeId),
    eni: eniState(view, ourEni),
    home: homeState(view, witness.homeId, homeEip, ourEni),
    surplus,
    inconsistent: isInconsistent(view),
    claimed: ours.some(({ tags }) => tags[TAG.eip] === witness.homeId && isOurs(tags, target) && otherLivingOwner(tags, target) === undefined),
    ...(view.instance && { instance: view.instance }),
    ...(witness.homeId !== undefined && { homeId: witness.homeId }),
    ...(homeEip && { homeEip }),
    ...(ourEni && { ourEni }),
    ...(conflict && { conflict }),
    ...(foreign && { foreign }),
  };
}

const onPrimary = (view: View, eip: Eip): boolean =>
  (eip.binding?.kind === 'instance' && eip.binding.id === view.instanceId) ||
  (eip.binding?.kind === 'networkInterface' && eip.binding.id === view.instance?.primaryEniId);

const attachedHere = (view: View, eni: NetworkInterface): boolean => eni.instanceId === view.instanceId && eni.status === 'InUse';

const isMarkedFor = ({ instanceId }: View, target: Target, { tags }: NetworkInterface): boolean => isOurs(tags, target) && tags[TAG.instance] === instanceId;

/** Our Create answered it and somebody took its tags off: without this witness the next Create would be answered with it for ever. */
const isStripped = (view: View, target: Target, { createdNetworkInterfaces = [] }: Hints, { id, tags, instanceId }: NetworkInterface): boolean =>
  createdNetworkInterfaces.includes(id) && !isForeign(tags, target) && [tags[TAG.instance], instanceId].every((named) => named === undefined || named === view.instanceId);

const unique = (ids: readonly EipId[]): EipId[] => [...new Set(ids)].sort();

interface Witness {
  readonly homeId?: EipId;
  /** What the tags say, without what is known to be gone. */
  readonly ids: readonly EipId[];
}

function findHome(view: View, target: Target, hints: Hints, marked: readonly NetworkInterface[]): Witness {
  const gone = (id: EipId): boolean => view.goneEips.includes(id);
  const byEip = view.eips.filter((eip) => isOurs(eip.tags, target) && eip.tags[TAG.instance] === view.instanceId).map((eip) => eip.id);
  const byEni = marked.flatMap((eni) => (eni.tags[TAG.eip] === undefined ? [] : [eni.tags[TAG.eip] as EipId]));
  const ids = unique([...byEip, ...byEni]).filter((id) => !gone(id));
  const homeId = ids[0] ?? unmarkedHome(view, hints) ?? unique(byEni)[0];
  return homeId === undefined ? { ids } : { homeId, ids };
}

/** Nothing is tagged: the EIP on the instance, or on one of its ENIs (set up by hand), or the one that status remembers. */
function unmarkedHome(view: View, hints: Hints): EipId | undefined {
  const here = view.networkInterfaces.filter((eni) => attachedHere(view, eni)).map((eni) => eni.id);
  const onInstance = view.eips.filter((eip) => onPrimary(view, eip)).map((eip) => eip.id);
  const onEnis = view.eips.filter((eip) => eip.binding?.kind === 'networkInterface' && here.includes(eip.binding.id)).map((eip) => eip.id);
  const remembered = view.eips.filter((eip) => eip.id === hints.lastEip && eip.binding === undefined).map((eip) => eip.id);
  return unique(onInstance)[0] ?? unique(onEnis)[0] ?? remembered[0];
}

/** Somebody put the home EIP on an ENI of his own here: that is as good as ours, and ours is of no more use. */
function isOnHandMade(view: View, marked: readonly NetworkInterface[], homeId: EipId): boolean {
  const carrier = view.eips.find((eip) => eip.id === homeId && eip.status === 'InUse')?.binding?.id;
  return carrier !== view.instance?.primaryEniId && view.networkInterfaces.some((eni) => eni.id === carrier && attachedHere(view, eni) && !marked.includes(eni));
}

function pickEni(view: View, marked: readonly NetworkInterface[], homeId: EipId | undefined) {
  const isOfUse = homeId !== undefined && !view.goneEips.includes(homeId) && !isOnHandMade(view, marked, homeId);
  const usable = marked.filter((eni) => isOfUse && (eni.tags[TAG.eip] ?? homeId) === homeId);
  const rank = (eni: NetworkInterface): number =>
    Number(view.eips.some((eip) => eip.binding?.kind === 'networkInterface' && eip.binding.id === eni.id)) * 4 +
    Number(eni.instanceId === view.instanceId) * 2 + Number(eni.status === 'InUse');
  const [ourEni] = [...usable].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1));
  const surplus = marked.filter((eni) => eni !== ourEni).sort((a, b) => (a.id < b.id ? -1 : 1));
  return ourEni ? { ourEni, surplus } : { surplus };
}

/** The link: what belongs to what. A tag that names an instance which is known to be gone contradicts nobody. */
function findConflict(view: View, homeEip: Eip | undefined, ids: readonly EipId[]): Problem | undefined {
  if (ids.length > 1) return problem('WitnessesDisagree', `Tags name ${ids.length} home EIPs for ${view.instanceId}: ${ids.join(', ')}`);
  const named = homeEip?.tags[TAG.instance];
  if (homeEip === undefined || named === undefined || named === view.instanceId || view.goneInstances?.includes(named as InstanceId)) return undefined;
  return problem('WitnessesDisagree', `EIP ${homeEip.id} belongs to ${named} by its tags and is found at ${view.instanceId}`);
}

/** The instance that it says it is for; an ENI that says nothing is for the one that it is attached to. */
const meantFor = (object: Eip | NetworkInterface): string | undefined => object.tags[TAG.instance] ?? ('instanceId' in object ? object.instanceId : undefined);

/** Who manages it: the controller of another cluster, or another resource that lives. */
function findForeign(view: View, target: Target, marked: readonly (Eip | NetworkInterface)[]): Problem | undefined {
  // of one that was released theirs keep us from nothing
  const eips = view.instanceGone ? [] : view.eips;
  const theirs = [...view.networkInterfaces, ...eips].filter((object) => meantFor(object) === view.instanceId && isForeign(object.tags, target));
  const objects = [...marked, ...theirs].sort((a, b) => (a.id < b.id ? -1 : 1));
  const foreign = objects.find(({ tags }) => isForeign(tags, target));
  if (foreign) return problem('ForeignCluster', `${foreign.id} is tagged by cluster ${foreign.tags[TAG.cluster] ?? ''}`);
  const owned = objects.find(({ tags }) => otherLivingOwner(tags, target) !== undefined);
  return owned && problem('OwnedByAnother', `${owned.id} is owned by the EgressUnification with UID ${owned.tags[TAG.owner] ?? ''}`);
}

function primaryAddress(view: View, homeId: EipId | undefined): PrimaryAddress {
  const eips = view.eips.filter((eip) => onPrimary(view, eip) && eip.status === 'InUse');
  const statics = view.instance?.publicIps.length ?? 0;
  if (eips.length + statics > 1) return 'several';
  const [eip] = eips;
  if (eip) return eip.id === homeId ? 'home' : 'other';
  return statics === 0 ? 'none' : 'static';
}

function eniState(view: View, eni: NetworkInterface | undefined): OurEni {
  if (eni === undefined) return 'none';
  if (eni.status === 'InUse') return eni.instanceId === view.instanceId ? 'inUseHere' : 'elsewhere';
  return eni.status === 'Available' ? 'available' : 'transition';
}

function homeState(view: View, homeId: EipId | undefined, eip: Eip | undefined, ourEni: NetworkInterface | undefined): Home {
  if (homeId === undefined) return 'none';
  if (eip === undefined) return view.goneEips.includes(homeId) ? 'gone' : 'unseen';
  if (eip.status === 'Associating' || eip.status === 'Unassociating') return 'transition';
  if (eip.status === 'Available' && eip.binding === undefined) return 'unbound';
  // Releasing is not gone yet, and a record that contradicts itself proves nothing
  return eip.status === 'InUse' && eip.binding ? boundState(view, eip, ourEni) : 'unseen';
}

function boundState(view: View, eip: Eip, ourEni: NetworkInterface | undefined): Home {
  if (onPrimary(view, eip)) return 'onInstance';
  if (eip.binding?.kind !== 'networkInterface') return 'elsewhere';
  if (eip.binding.id === ourEni?.id) return 'onEni';
  const { id } = eip.binding;
  if (view.networkInterfaces.some((eni) => eni.id === id && attachedHere(view, eni))) return 'onForeignEni';
  // the instance names the ENI and the listing of ENIs left it out: absence is no evidence
  return view.instance?.networkInterfaceIds.includes(id) && !view.networkInterfaces.some((eni) => eni.id === id) ? 'unseen' : 'elsewhere';
}

/** DescribeInstances and the EIP's own record must tell the same story about the instance's EIP, or one of them is stale. */
function isInconsistent(view: View): boolean {
  const shown = view.instance?.eip?.id;
  const bound = view.eips.filter((eip) => eip.status === 'InUse' && eip.binding?.kind === 'instance' && eip.binding.id === view.instanceId);
  if (view.instance === undefined) return false;
  if (shown === undefined) return bound.length > 0;
  const record = view.eips.find((eip) => eip.id === shown);
  return record === undefined || (record.status === 'InUse' && !onPrimary(view, record));
}
