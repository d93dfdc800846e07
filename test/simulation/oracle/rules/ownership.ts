// S3, ownership: "every Detach/Delete targets an ENI carrying our tag set written in the creating call; user EIPs are moved, never released; ENIs
// we did not create are never detached". And what belongs to it: no home EIP is bound by us to anything but its instance and that instance's
// ENI; an Unassociate names the holder that it means; what is created is ours from the first moment; billing is changed to PostPaid or not at all.
import { FINALIZER, TAG, TERWAY_EXCLUDED_TAG } from '../../../../src/api/names.ts';
import type { Eip } from '../../../../sim/cloud/state/entities.ts';
import type { Deed } from '../facts/deeds.ts';
import { listNamed, tagsNamed } from '../facts/ledger.ts';
import { textAt } from '../facts/reads.ts';
import { believed, isOvertaken, type Happening, type Scene } from '../facts/scene.ts';
import type { Place } from '../facts/network.ts';
import { asksGuests, specOf } from '../facts/wish.ts';
import type { Track } from '../facts/tracks.ts';
import type { Rule } from '../rule.ts';

type Check = (scene: Scene, deed: Deed, params: Readonly<Record<string, string>>) => string | undefined;

const KNOWN_KEYS: ReadonlySet<string> = new Set([...Object.values(TAG), TERWAY_EXCLUDED_TAG.key]);
const LINKS = [TAG.cluster, TAG.owner, TAG.instance, TAG.eip] as const;

const clusterIdOf = (scene: Scene, { cluster }: Deed): string => scene.resourcesOf(cluster).cluster.clusterId;

/** The creating call wrote this cluster's tags on it, or those of a cluster from which a resource may adopt. */
function isMade(scene: Scene, deed: Deed): boolean {
  const made = deed.eni && scene.ledger.of(deed.eni.id);
  if (!made) return false;
  const adopts = believed(scene, deed.cluster, deed.sentMs).some(({ metadata }) => metadata.annotations?.['egressunification.io/adopt-from'] === made.cluster);
  return made.cluster === clusterIdOf(scene, deed) || adopts;
}

const onlyMade: Check = (scene, deed, params) =>
  deed.eni === undefined || isMade(scene, deed) ? undefined : `${params['NetworkInterfaceId'] ?? deed.eni.id} was not created by this cluster's controller`;

/** Both witnesses are written at once and right: an ENI that is born without them would be nobody's. */
const bornOurs: Check = (scene, deed, params) => {
  const tags = tagsNamed(params);
  const lacking = LINKS.filter((key) => !tags.has(key));
  if (lacking.length > 0) return `it is created without ${lacking.join(', ')}`;
  if (tags.get(TERWAY_EXCLUDED_TAG.key) !== TERWAY_EXCLUDED_TAG.value) return 'it is created without the tag that keeps Terway away';
  if (params['DeleteOnRelease'] === 'false') return 'it would outlive its instance';
  return wrongLink(scene, deed, tags);
};

function wrongLink(scene: Scene, deed: Deed, tags: ReadonlyMap<string, string>): string | undefined {
  const instance = tags.get(TAG.instance);
  const home = homeEipOf(scene, instance);
  const eip = tags.get(TAG.eip);
  if (eip !== undefined && home !== undefined && home !== eip) return `it names ${eip} as the home EIP of ${instance ?? ''}, which is ${home}`;
  const cluster = tags.get(TAG.cluster);
  return cluster === undefined || cluster === clusterIdOf(scene, deed) ? undefined : `it names cluster ${cluster}`;
}

/** The id of the EIP that has the instance's home address. */
function homeEipOf(scene: Scene, instance: string | undefined): string | undefined {
  const ip = instance === undefined ? undefined : scene.tracks.of(instance)?.homeIp;
  return ip === undefined ? undefined : scene.state.eipByAddress.get(ip)?.id;
}

/** An EIP goes home, or onto an ENI that was made for its instance; nowhere else. */
const boundHome: Check = (scene, { eip, instance, cluster }, params) => {
  const target = params['InstanceId'] ?? '';
  if (!eip) return undefined;
  if (scene.tracks.homeOf(eip.ip) === undefined) return `${eip.id} is no instance's home`;
  if (target === instance || scene.ledger.of(target)?.instance === instance) return undefined;
  return `${eip.id} of ${instance} is sent to ${target} by ${cluster}`;
};

const namesHolder: Check = (scene, { eip, instance }, params) => {
  if (!eip) return undefined;
  if (params['InstanceId'] === undefined || params['InstanceType'] === undefined) return `UnassociateEipAddress of ${eip.id} does not name the holder: it unbinds whatever somebody has bound meanwhile`;
  if (scene.tracks.homeOf(eip.ip) === undefined) return `${eip.id} is no instance's home`;
  return params['InstanceType'] === 'Nat' ? `${eip.id} of ${instance} is taken off a NAT gateway` : undefined;
};

const tagsRight: Check = (scene, deed, params) => {
  const tags = tagsNamed(params);
  const strange = [...tags.keys()].find((key) => !KNOWN_KEYS.has(key));
  if (strange !== undefined) return `it writes the tag ${strange}`;
  if (deed.eni && !deed.eip && !isMade(scene, deed)) return `it tags ${deed.eni.id}, which was not created by the controller`;
  return (deed.eip && wrongHome(scene, deed, tags, deed.eip)) ?? wrongLink(scene, deed, tags);
};

/** An EIP is told its own id, and the instance whose home it is, or at which the replica has read it last. */
function wrongHome(scene: Scene, { event, sentMs }: Deed, tags: ReadonlyMap<string, string>, { ip, id }: Eip): string | undefined {
  const eip = tags.get(TAG.eip);
  if (eip !== undefined && eip !== id) return `it writes ${eip} as the home on ${id}`;
  const instance = tags.get(TAG.instance);
  const home = scene.tracks.homeOf(ip);
  const readAt = textAt(scene.lives.of(event.crossing).reads.of(id, sentMs)?.row, 'InstanceId');
  return instance === undefined || instance === home || instance === readAt ? undefined : `it writes ${instance} on ${id}, the home of ${home ?? 'nobody'}`;
}

/** Of its own tags only, and no witness of an EIP that is on its way. */
const untagsRight: Check = (scene, deed, params) => {
  const keys = listNamed(params, 'TagKey');
  const strange = keys.find((key) => !KNOWN_KEYS.has(key));
  if (strange !== undefined || params['All'] === 'true') return `it takes off ${strange ?? 'all tags'}`;
  const isWitness = keys.some((key) => key === TAG.instance || key === TAG.eip) && !isOvertaken(scene, deed);
  return deed.eip && isWitness ? whileUnreached(deed.eip, scene.tracks.of(deed.instance)) : undefined;
};

/** Bound elsewhere it was taken away by a person, and a deletion has to end. */
const ON_ITS_WAY: ReadonlySet<Place> = new Set(['unbound', 'moving', 'detachedEni']);

const whileUnreached = ({ id }: Eip, track: Track | undefined): string | undefined =>
  track?.place !== undefined && !track.isGone && ON_ITS_WAY.has(track.place) ? `it untags ${id} while that is ${track.place}` : undefined;

const paysAsYouGo: Check = (scene, deed, params) => {
  if (params['InstanceChargeType'] !== 'PostPaid') return 'ModifyInstanceChargeType without InstanceChargeType=PostPaid buys a subscription';
  const allowed = scene.seen.flags?.allowBillingChanges === true && believed(scene, deed.cluster, deed.sentMs).some((object) => (object['spec'] as { subscriptionBilling?: string }).subscriptionBilling === 'ChangeToPayAsYouGo');
  return allowed ? undefined : 'billing is changed though flag and spec do not both allow it';
};

/** A command of ours, by flag and spec. */
const inGuest: Check = (scene, deed, params) => {
  if (deed.sort === 'forbidden') return 'it is no command of ours';
  if (scene.seen.flags?.allowGuestCommands !== true) return 'commands in guests are not allowed';
  const specs = believed(scene, deed.cluster, deed.sentMs).map(specOf);
  if (deed.sort === 'ask') return specs.some(asksGuests) ? undefined : 'no resource asks anything of guests';
  const isLet = deed.sort === 'undo' || specs.some(({ guestRouting }) => guestRouting === 'Configure');
  return isLet ? ownInterface(scene, deed, params) : 'no resource lets guests be configured';
};

/** What is set up or taken out is that of an ENI made for the guest's own instance. */
const ownInterface: Check = (scene, { instance }, params) => {
  const { mac = '', address = '' } = JSON.parse(params['Parameters'] ?? '{}') as { readonly mac?: string; readonly address?: string };
  const isOwn = scene.ledger.ever(instance).some(({ eni }) => eni.mac === mac && eni.privateIps[0] === address);
  return isOwn ? undefined : `it names ${mac} and ${address}, which no ENI made for the instance has`;
};

const never: Check = (_, { action }) => `${action} is no business of the controller`;

const CHECKS: Readonly<Record<string, Check | undefined>> = {
  ConvertNatPublicIpToEip: () => undefined, AttachNetworkInterface: onlyMade, DetachNetworkInterface: onlyMade, DeleteNetworkInterface: onlyMade,
  ModifyNetworkInterfaceAttribute: onlyMade, CreateNetworkInterface: bornOurs, AssociateEipAddress: boundHome, UnassociateEipAddress: namesHolder,
  RunCommand: inGuest, InvokeCommand: inGuest,
  TagResources: tagsRight, UntagResources: untagsRight, UnTagResources: untagsRight, ModifyInstanceChargeType: paysAsYouGo,
};

export function ownership(scene: Scene): Rule {
  return {
    after: ({ deed }: Happening) => {
      if (!deed || deed.event.late) return;
      const problem = (CHECKS[deed.action] ?? never)(scene, deed, deed.event.request.params) ?? foreign(scene, deed);
      if (problem !== undefined) scene.report('S3', `${deed.action} for ${deed.instance}: ${problem}`);
    },
  };
}

/** Tags of another cluster had been read on what the call names, and nobody may adopt from there. */
function foreign(scene: Scene, deed: Deed): string | undefined {
  const { reads } = scene.lives.of(deed.event.crossing);
  const own = clusterIdOf(scene, deed);
  const objects = [deed.eip?.id, deed.eni?.id].flatMap((id) => id ?? []);
  for (const id of objects) {
    const cluster = reads.tag(id, deed.sentMs, TAG.cluster);
    if (cluster === undefined || cluster === own) continue;
    const adopts = believed(scene, deed.cluster, deed.sentMs).some(({ metadata }) => metadata.annotations?.['egressunification.io/adopt-from'] === cluster);
    if (!adopts) return `${id} was read as the property of cluster ${cluster}`;
  }
  return undefined;
}

export const finalizerOf = (finalizers: readonly string[] | undefined): boolean => finalizers?.includes(FINALIZER) ?? false;
