// S9, idempotence, as far as one run can tell: an interface is not created anew while the first one lives; a client token never comes again with
// other parameters; Associate and Unassociate, whose tokens are fresh for every send, are never sent again with an old one.
import { TAG } from '../../../../src/api/names.ts';
import type { Deed } from '../facts/deeds.ts';
import { listNamed, tagsNamed, type Made } from '../facts/ledger.ts';
import type { Life } from '../facts/lives.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Rule } from '../rule.ts';

const LINKS = [TAG.cluster, TAG.owner, TAG.instance, TAG.eip] as const;
const PAST_MS = 10_000;
const ONCE: ReadonlySet<string> = new Set(['AssociateEipAddress', 'UnassociateEipAddress']);

const fingerprintOf = (params: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(params).filter(([name]) => name !== 'ClientToken').sort(([a], [b]) => (a < b ? -1 : 1)));

/** What kind of interface is wished: one that is made of another wish is another one. */
const wishOf = (params: Readonly<Record<string, string>>): string => [params['VSwitchId'] ?? '', ...listNamed(params, 'SecurityGroupIds')].join(' ');

export function repeats(scene: Scene): Rule {
  const sent = new Map<string, string>();
  const wishes = new Map<string, string>();
  const untagged = new Set<string>();
  return {
    after: ({ event, deed, made, life }: Happening) => {
      if (event.kind === 'meddled' && 'resource' in event.wish) untagged.add(event.wish.resource);
      if (!deed || deed.event.late) return;
      judgeToken(scene, sent, deed);
      for (const one of made) {
        const { instance, eni } = one;
        const wish = wishOf(deed.event.request.params);
        wishes.set(eni.id, wish);
        const known = scene.ledger.for(instance).filter((each) => each.eni !== eni && isKnown(each, one, { life, deed }));
        const other = known.find((each) => wishes.get(each.eni.id) === wish && !untagged.has(each.eni.id) && LINKS.every((key) => each.eni.tags.has(key)));
        if (other && isOfUse(scene, other.eip) && !sawThePast(scene) && wasLiving(scene, deed)) scene.report('S9', `${eni.id} is created for ${instance}, which has ${other.eni.id} already`);
      }
    },
  };
}

/** An answer from before its creation says, positively, that it does not exist. */
const sawThePast = ({ troubles, nowMs }: Scene): boolean => troubles.isStaleSince(nowMs - PAST_MS);

/** The wish of a resource that was re-created while the call was on its way is not that of the new one. */
const wasLiving = (scene: Scene, { cluster, event }: Deed): boolean =>
  scene.resourcesOf(cluster).isLiving(tagsNamed(event.request.params).get(TAG.owner) ?? '');

/** Made for the same resource, so that its token would have named it; or read. */
const isKnown = (other: Made, { owner }: Made, { life, deed }: { readonly life: Life | undefined; readonly deed: Deed }): boolean =>
  other.owner === owner || life?.reads.of(other.eni.id, deed.sentMs) !== undefined;

/** An interface whose EIP is gone is of no use any more. */
const isOfUse = (scene: Scene, eip: string): boolean => scene.state.eips.get(eip) !== undefined;

function judgeToken(scene: Scene, sent: Map<string, string>, { action, instance, event: { request: { params } } }: Deed): void {
  const token = params['ClientToken'];
  if (token === undefined) return;
  const key = `${action} ${token}`;
  const fingerprint = fingerprintOf(params);
  const before = sent.get(key);
  sent.set(key, fingerprint);
  if (before === undefined) return;
  if (before !== fingerprint) scene.report('S9', `${action} for ${instance} is sent with the client token of another request (${listNamed(params, 'SecurityGroupIds').join(', ')})`);
  else if (ONCE.has(action)) scene.report('S9', `${action} for ${instance} is sent again with the token of the last time`);
}
