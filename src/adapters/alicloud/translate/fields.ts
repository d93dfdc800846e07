/** Reading single fields of the SDK's models, whose encodings are odd in places (facts 2.1, 9.2, 13): absent, empty and NaN alike are "none". */
import type { Tags } from '../../../core/view.ts';

export const text = (value: string | undefined): string => value ?? '';

/** Undefined for what is absent or empty. */
export const given = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** A number that may come as text; 0 for none ("Bandwidth": "" becomes NaN in the SDK's cast). */
export function number(value: number | string | undefined): number {
  const read = Number(value ?? 0);
  return Number.isFinite(read) ? read : 0;
}

/** The values that are not empty. */
export const texts = (values: readonly (string | undefined)[] | undefined): readonly string[] => (values ?? []).filter((value) => value !== undefined).filter((value) => value !== '');

export const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)];

/** One of the documented values, else Unknown. */
export function oneOf<const V extends string>(values: readonly V[], value: string | undefined): V | 'Unknown' {
  return values.find((known) => known === value) ?? 'Unknown';
}

/** ECS spells tags TagKey and TagValue, VPC Key and Value. */
interface SdkTag {
  readonly tagKey?: string;
  readonly tagValue?: string;
  readonly key?: string;
  readonly value?: string;
}

export function tags(list: readonly SdkTag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map((tag) => [text(tag.tagKey ?? tag.key), text(tag.tagValue ?? tag.value)]));
}

/** The reasons of operation locks. */
export const locks = (list: readonly { readonly lockReason?: string }[] | undefined): readonly string[] => texts(list?.map(({ lockReason }) => lockReason));
