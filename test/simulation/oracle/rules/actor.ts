// S6, single actor: "no mutating call is sent later than lastRenew + renewDeadline on the monotonic clock; no two replicas send within one lease; two
// CRs never claim one instance". A renewal counts from when it was sent, and only if the API server took it. Forgiven, of claims: what a person
// has done to the tags since.
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { WorldEvent } from '../../engine/contract.ts';
import { isLate, type Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import { isEnding, matches, specOf } from '../facts/wish.ts';
import type { Rule } from '../rule.ts';

const RENEW_DEADLINE_MS = 10_000;

/** Who holds the lease of a cluster, by the API server's record. */
interface Term {
  readonly life: Life | undefined;
  readonly sinceMs: number;
  /** When the last write that the server took was sent. */
  readonly renewedMs: number;
}

type Served = Extract<WorldEvent, { readonly kind: 'kubernetes' }>;

const isLeaseWrite = ({ crossing: { verb }, status }: Served): boolean => status < 300 && (verb.startsWith('PUT leases') || verb.startsWith('POST leases'));

const holderIn = (body: unknown): string => ((body as { spec?: { holderIdentity?: string } } | undefined)?.spec?.holderIdentity ?? '');

export function actor(scene: Scene): Rule {
  const terms = new Map<string, Term>();
  const owners = new Map<string, string>();
  return {
    after: ({ event, deed, life }: Happening) => {
      if (event.kind === 'kubernetes' && isLeaseWrite(event)) terms.set(event.crossing.cluster, termAfter(scene, terms.get(event.crossing.cluster), event));
      if (event.kind === 'meddled') for (const { id, tags } of scene.state.eips.all()) owners.set(id, tags.get(TAG.owner) ?? '');
      if (!deed || !life) return;
      if (!deed.event.late) judgeSender(scene, terms.get(deed.cluster), { deed, life });
      judgeClaim(scene, owners, deed);
    },
  };
}

function termAfter(scene: Scene, before: Term | undefined, event: Served): Term {
  const life = scene.lives.of(event.crossing);
  const holds = holderIn(event.request.body) !== '' && event.sentMs >= life.startedMs;
  const same = holds && before?.life === life;
  return { life: holds ? life : undefined, sinceMs: same ? before.sinceMs : event.atMs, renewedMs: event.sentMs };
}

function judgeSender(scene: Scene, term: Term | undefined, { deed, life }: { readonly deed: Deed; readonly life: Life }): void {
  // nobody stands for election in this run
  if (term === undefined || deed.sentMs < life.startedMs) return;
  if (term.life !== life) {
    if (deed.sentMs > term.sinceMs) scene.report('S6', `${deed.replica} sent ${deed.action} for ${deed.instance} ${Math.round(deed.sentMs - term.sinceMs)} ms after the lease had left its hands`);
    return;
  }
  const ageMs = deed.sentMs - term.renewedMs;
  if (ageMs > RENEW_DEADLINE_MS) scene.report('S6', `${deed.replica} sent ${deed.action} for ${deed.instance} ${Math.round(ageMs)} ms after its last renewal`);
}

/** The owner that an EIP bore is not written over while it lives and selects the instance. */
function judgeClaim(scene: Scene, owners: Map<string, string>, { eip, action, instance, cluster, event }: Deed): void {
  if (!eip) return;
  const [before, after] = [owners.get(eip.id) ?? '', eip.tags.get(TAG.owner) ?? ''];
  owners.set(eip.id, after);
  if (before === '' || after === '' || before === after || isLate(event)) return;
  const owner = scene.resourcesOf(cluster).current().find(({ metadata }) => metadata.uid === before);
  if (owner && selects(scene, owner, instance)) scene.report('S6', `${action} takes ${instance} from ${owner.metadata.name}, which lives and selects it`);
}

function selects(scene: Scene, object: KubernetesObject, id: string): boolean {
  const instance = scene.tracks.of(id)?.instance;
  return instance !== undefined && !isEnding(object) && matches(specOf(object), instance);
}
