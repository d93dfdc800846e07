// S5, selection: "no mutating call names an instance, ENI or EIP outside (VPC ∧ fences ∧ (selector ∨ tagged with this resource's UID)) as evaluated
// on the generation being reconciled; outside the selector only closing, restoring, detaching, deleting, untagging". And S7, absence is not
// evidence: nothing is restored, detached, deleted or untagged that a resource still wants. Judged by the states of the resources that the
// replica may have known, and by the instance as the replica had read it last.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { ANNOTATION, TAG } from '../../../../src/api/names.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import { listNamed, tagsNamed } from '../facts/ledger.ts';
import { subjectOf } from '../facts/reads.ts';
import { believed, isOvertaken, type Happening, type Scene } from '../facts/scene.ts';
import { asksGuests, goalOf, isEnding, matches, selectedOf, specOf, type Goal } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

/** One resource's wish of one instance. */
interface Wish {
  readonly object: KubernetesObject;
  readonly isSelected: boolean;
  readonly goal: Goal;
  /** It may begin something there. */
  readonly begins: boolean;
}

interface Case {
  readonly scene: Scene;
  readonly deed: Deed;
  readonly wishes: readonly Wish[];
}

export function selection(scene: Scene): Rule {
  return {
    after: ({ deed, life }: Happening) => {
      if (!deed || !life || deed.event.late || deed.sort === 'forbidden' || namesNobody(deed)) return;
      const found = JUDGES[deed.sort]({ scene, deed, wishes: wishesFor(scene, deed, life) });
      if (found) scene.report(found.invariant, `${deed.action} for ${deed.instance || '(no instance)'}: ${found.why}`);
    },
  };
}

/** What it names was gone before it came, so nothing came of it. */
const namesNobody = ({ instance, succeeded }: Deed): boolean => instance === '' && !succeeded;

/** A tag is for the instance that it names: the EIP may have been moved to another meanwhile, and that it names the right one is judged elsewhere. */
const meantBy = ({ action, instance, event: { request: { params } } }: Deed): string => (action === 'TagResources' && tagsNamed(params).get(TAG.instance)) || instance;

function wishesFor(scene: Scene, deed: Deed, life: Life): readonly Wish[] {
  const instance = meantBy(deed);
  const read = life.reads.of(instance, deed.sentMs);
  const truth = scene.tracks.of(instance)?.instance;
  const subject = read ? subjectOf(read) : truth;
  return believed(scene, deed.cluster, deed.sentMs).map((object) => {
    const isSelected = subject !== undefined && matches(specOf(object), subject);
    return { object, isSelected, goal: goalOf(object, isSelected), begins: isSelected && mayBegin(scene, deed, object) };
  });
}

function mayBegin(scene: Scene, deed: Deed, object: KubernetesObject): boolean {
  const { mode, regionId, instanceSelector: { maxInstances = Infinity, includeKubernetesNodes } } = specOf(object);
  if (isEnding(object) || mode === 'Observe' || scene.seen.flags?.observeOnly === true || regionId !== scene.state.region) return false;
  if (includeKubernetesNodes !== true && nodesOf(scene, deed.cluster).has(deed.instance)) return false;
  return maxInstances === Infinity || selectedOf(specOf(object), scene.state.instances.all()).length <= maxInstances;
}

/** Instance ids of the cluster's nodes: providerID is <region>.<instance id>. */
function nodesOf(scene: Scene, cluster: string): ReadonlySet<string> {
  const { store } = scene.resourcesOf(cluster).cluster;
  const nodes = store.list({ resource: store.resource('v1', 'nodes') }).items;
  return new Set(nodes.map((node) => (node['spec'] as { providerID?: string } | undefined)?.providerID?.split('.').slice(1).join('.') ?? ''));
}

interface Found {
  readonly invariant: 'S5' | 'S7';
  readonly why: string;
}

const outside = (why: string): Found => ({ invariant: 'S5', why });
const wanted = (why: string): Found => ({ invariant: 'S7', why });

const forward = ({ scene, deed, wishes }: Case): Found | undefined => {
  if (wishes.some(({ begins }) => begins) || (deed.action === 'TagResources' && isOvertaken(scene, deed))) return undefined;
  // the EIP's own tags are made right before it is brought home
  if (deed.action === 'TagResources' && wishes.some(({ goal, object }) => goal === 'revert' && isOwn(scene, deed, object))) return undefined;
  return outside(wishes.some(({ isSelected }) => isSelected) ? 'no resource that may begin anything selects it' : 'no resource selects it');
};

/** An owner that the controller itself has written on what the call names, or on the home EIP and the ENIs of the instance. */
function isOwn(scene: Scene, { eip, eni, instance }: Deed, { metadata: { uid } }: KubernetesObject): boolean {
  const ip = scene.tracks.of(instance)?.homeIp;
  const home = ip === undefined ? undefined : scene.state.eipByAddress.get(ip)?.id;
  const ids = [eip?.id, eni?.id, home, ...scene.ledger.for(instance).map((made) => made.eni.id)];
  return ids.some((id) => id !== undefined && scene.marks.ownersOf(id).has(uid));
}

const isGone = ({ scene, deed }: Case): boolean => scene.tracks.of(deed.instance)?.isGone ?? true;

/** Those who owned it are gone, by force: it is of whoever selects it. */
const isOrphan = (scene: Scene, { eip, cluster }: Deed): boolean =>
  eip !== undefined && [...scene.marks.ownersOf(eip.id)].every((uid) => !scene.resourcesOf(cluster).isLiving(uid));

/** The process took it in hand before; it may have left the selection since, by an edit. */
const isInHand = ({ scene, deed: { event: { crossing }, instance, sentMs } }: Case): boolean => (scene.lives.of(crossing).handledMs.get(instance) ?? Infinity) < sentMs;

/** Whether the resource that owns it wishes it taken back, and may begin that. A deletion is carried out in mode Observe too. */
function isToGoBack(one: Case, goal: Goal): boolean {
  const { scene, deed, wishes } = one;
  if (scene.seen.flags?.observeOnly === true) return false;
  return wishes.some((wish) => wish.goal === goal && (isOwn(scene, deed, wish.object) || ((wish.isSelected || isInHand(one)) && isOrphan(scene, deed))) && (isEnding(wish.object) || specOf(wish.object).mode !== 'Observe'));
}

/** It failed its verification, and the user wishes it restored then. The tag is the journal: without it nobody knows where it was going. */
const isFailed = ({ deed: { eip }, wishes }: Case): boolean =>
  (eip?.tags.get(TAG.hold) ?? '').endsWith('.VerificationFailed') && wishes.some(({ object, begins }) => begins && specOf(object).rollout?.onFailure === 'Restore');

/** A guest is read for whoever selects its instance, or takes it back. */
const ask = (one: Case): Found | undefined =>
  one.wishes.some(({ isSelected, object }) => isSelected && asksGuests(specOf(object))) || isToGoBack(one, 'revert') ? undefined : outside('nobody who selects it asks anything of its guest');

const undo = (one: Case): Found | undefined => (isToGoBack(one, 'revert') ? undefined : wanted('the routing in its guest is wanted by whoever selects it'));

const home = (one: Case): Found | undefined => {
  const { scene, deed } = one;
  const carrier = scene.state.interfaces.get(deed.event.request.params['InstanceId'] ?? '');
  // an EIP on an interface that is not attached reaches nobody: to take it home closes the window
  if (carrier?.status !== 'InUse' || isGone(one) || isToGoBack(one, 'revert') || isFailed(one)) return undefined;
  return wanted('it is taken off the ENI though nobody wishes it back on the instance');
};

const close = ({ scene, deed }: Case): Found | undefined => {
  const { clusterId } = scene.resourcesOf(deed.cluster).cluster;
  if (!deed.eip) return undefined;
  const adopts = scene.resourcesOf(deed.cluster).current().some(({ metadata }) => scene.marks.isMarkedBy(deed.eip?.id ?? '', metadata.annotations?.[ANNOTATION.adoptFrom] ?? ''));
  return adopts || scene.marks.isMarkedBy(deed.eip.id, clusterId) ? undefined : outside(`${deed.eip.id} never was ours to bind`);
};

/** An ENI of ours that is of no use: another carries the address, the address is gone, the instance is gone. */
function isSurplus({ scene, deed: { eni, instance } }: Case): boolean {
  const track = scene.tracks.of(instance);
  if (!eni || !track || track.isGone || track.homeIp === undefined) return true;
  const carries = scene.state.eipsByTarget.has(eni.id);
  const isForNone = scene.state.eips.get(scene.ledger.of(eni.id)?.eip ?? '') === undefined;
  return !carries && (isForNone || track.place === 'eni' || scene.ledger.for(instance).some((made) => made.eni !== eni));
}

/** It is marked as one by which the guest sends everything out. */
function isHarming({ scene, deed: { instance, action } }: Case): boolean {
  const eip = scene.state.eipByAddress.get(scene.tracks.of(instance)?.homeIp ?? '');
  return action === 'DetachNetworkInterface' && eip?.tags.get(TAG.hold)?.endsWith('.DefaultRouteTaken') === true;
}

const remove = (one: Case): Found | undefined => {
  const { scene, deed } = one;
  if (isOvertaken(scene, deed)) return undefined;
  if (deed.eni && scene.state.eipsByTarget.has(deed.eni.id)) return wanted(`${deed.eni.id} carries an EIP`);
  if (isSurplus(one) || isHarming(one) || isToGoBack(one, 'revert')) return undefined;
  return wanted(`${deed.eni?.id ?? ''} is the only ENI made for it, and nobody wishes it back`);
};

/** A person has written on it whose it is; unless it is on its way, no harm comes of losing that. */
const isForged = ({ scene, deed: { eip, instance } }: Case): boolean =>
  eip !== undefined && scene.forged.has(eip.id) && scene.tracks.of(instance)?.window === undefined;

const untag = (one: Case): Found | undefined => {
  const keys = listNamed(one.deed.event.request.params, 'TagKey');
  if (isGone(one) || isToGoBack(one, 'revert') || isForged(one)) return undefined;
  if (isToGoBack(one, 'release')) return keys.every((key) => key === TAG.owner || key === TAG.hold) ? undefined : wanted('under Retain the link stays, only the owner goes');
  return wanted('its link is wanted by whoever selects it');
};

const JUDGES: Readonly<Record<Exclude<Deed['sort'], 'forbidden'>, (one: Case) => Found | undefined>> = {
  forward, open: forward, home, close, detach: remove, delete: remove, untag, hold: () => undefined, ask, undo,
};
