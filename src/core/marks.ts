/** Our tags, read and made: which objects say that they belong to an instance, and who owns them. */
import { TAG, TERWAY_EXCLUDED_TAG } from '../api/names.ts';
import type { EipId, InstanceId } from './ids.ts';
import type { Target } from './situation.ts';
import type { Tags } from './view.ts';

/** Tag keys that link an EIP or an ENI to its instance and owner. */
export const LINK_KEYS = [TAG.cluster, TAG.owner, TAG.instance, TAG.eip] as const;

export const linkTags = (target: Target, instance: InstanceId, eip: EipId): Tags => ({
  [TAG.cluster]: target.owner.cluster,
  [TAG.owner]: target.owner.uid,
  [TAG.instance]: instance,
  [TAG.eip]: eip,
});

/** Tags that a new ENI is created with. */
export const newNetworkInterfaceTags = (target: Target, instance: InstanceId, eip: EipId): Tags => ({
  ...linkTags(target, instance, eip),
  [TERWAY_EXCLUDED_TAG.key]: TERWAY_EXCLUDED_TAG.value,
});

/** The cluster id in the tags is this cluster's, or one that may be adopted. */
export function isOurs(tags: Tags, target: Target): boolean {
  const cluster = tags[TAG.cluster];
  return cluster !== undefined && (cluster === target.owner.cluster || cluster === target.adoptFrom);
}

export const isForeign = (tags: Tags, target: Target): boolean => tags[TAG.cluster] !== undefined && !isOurs(tags, target);

/** UID of another resource of this cluster that lives and owns the object. */
export function otherLivingOwner(tags: Tags, target: Target): string | undefined {
  const owner = tags[TAG.owner];
  const other = tags[TAG.cluster] === target.owner.cluster && owner !== undefined && owner !== target.owner.uid;
  return other && target.livingOwners.includes(owner) ? owner : undefined;
}

/** Tags of `wanted` that the object lacks or has with another value. */
export function missingTags(tags: Tags, wanted: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => tags[key] !== value));
}

/** Our keys that the object carries, in a fixed order. */
export const presentKeys = (tags: Tags): string[] => [...LINK_KEYS, TAG.hold].filter((key) => tags[key] !== undefined);

/** A hold: ours is `<generation>.<reason>`, everything else is a person's (design section 3). */
export type Hold = { readonly by: 'person' } | { readonly by: 'us'; readonly generation: number; readonly reason: string };

const OUR_HOLD = /^(\d+)\.([A-Za-z]+)$/;

export function holdOf(tags: Tags): Hold | undefined {
  const value = tags[TAG.hold];
  if (value === undefined) return undefined;
  const [, generation, reason] = OUR_HOLD.exec(value) ?? [];
  return generation === undefined || reason === undefined ? { by: 'person' } : { by: 'us', generation: Number(generation), reason };
}

export const holdTag = (generation: number, reason: string): Tags => ({ [TAG.hold]: `${generation}.${reason}` });
