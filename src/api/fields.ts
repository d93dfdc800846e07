// The kinds of field that the resource is made of. Each kind says its rule once and carries it to both readers: zod, which the
// controller parses with, and the CRD (pattern and bounds for every client, CEL for a message that names the remedy).
import { z } from 'zod';
import { DURATION_PATTERN, durationMs } from './duration.ts';

/** One CEL rule of a CRD; the API server puts the field's path before the message. */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  readonly fieldPath?: string;
}

/** What one text field accepts. */
export interface TextRule {
  readonly pattern: RegExp;
  readonly lengthMax: number;
  /** What to write instead. */
  readonly remedy: string;
}

// CEL's raw strings take a pattern as it stands; none of ours has a quote
const matches = (pattern: RegExp): string => `self.matches(r'${pattern.source}')`;

/** A text that matches a pattern; further CEL rules follow the pattern's own. */
export const text = ({ pattern, lengthMax, remedy }: TextRule, description: string, rules: readonly CelRule[] = []) =>
  z
    .string()
    .max(lengthMax, { error: `is longer than ${lengthMax} characters: ${remedy}` })
    .regex(pattern, { error: remedy })
    .meta({ description, 'x-kubernetes-validations': [{ rule: matches(pattern), message: remedy }, ...rules] });

/** A text without a form of its own, as the controller writes it. */
export const prose = (lengthMax: number, description: string) => z.string().max(lengthMax).meta({ description });

/** A list whose order means nothing and whose items differ; given, it holds at least one. */
export const setOf = <Item extends z.ZodString>(item: Item, itemsMax: number, description: string) => {
  const empty = 'an empty list is not "all": name at least one, or leave the field out';
  return z
    .array(item)
    .min(1, { error: empty })
    .max(itemsMax, { error: `holds more than ${itemsMax} items: split the resource` })
    .refine((items) => new Set(items).size === items.length, { error: 'holds an item twice: name each once' })
    .meta({ description, 'x-kubernetes-list-type': 'set', 'x-kubernetes-validations': [{ rule: 'size(self) > 0', message: empty }] });
};

/** One of a few words. */
export const choice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z.enum(words, { error: `must be one of ${words.join(', ')}` }).meta({ description });

/** A duration in Go's notation between two others. */
export const durationBetween = (least: string, most: string, description: string) => {
  const remedy = `write a duration from ${least} to ${most} in Go's notation, such as ${least} or 1h30m`;
  const within = (value: string): boolean => {
    const [ms, leastMs, mostMs] = [durationMs(value), durationMs(least), durationMs(most)];
    return ms !== undefined && leastMs !== undefined && mostMs !== undefined && ms >= leastMs && ms <= mostMs;
  };
  const bounds = `duration(self) >= duration('${least}') && duration(self) <= duration('${most}')`;
  return z
    .string()
    .max(32, { error: remedy })
    .regex(DURATION_PATTERN, { error: remedy, abort: true })
    .refine(within, { error: remedy })
    .meta({ description, 'x-kubernetes-validations': [{ rule: `${matches(DURATION_PATTERN)} && ${bounds}`, message: remedy }] });
};

const PERCENT = /^([1-9][0-9]?|100)%$/;

/** A whole number from 1 or a percentage from 1% to 100%. */
export const countOrPercent = (countMax: number, description: string) => {
  const remedy = `write a whole number from 1 to ${countMax}, or a percentage from "1%" to "100%"; to begin nothing, use mode: Observe`;
  const rule = `type(self) == int ? self >= 1 && self <= ${countMax} : self.matches(r'${PERCENT.source}')`;
  return z
    .union([z.int({ error: remedy }).min(1, { error: remedy }).max(countMax, { error: remedy }), z.string().regex(PERCENT, { error: remedy })], { error: remedy })
    .meta({
      description,
      'x-kubernetes-int-or-string': true,
      minimum: 1,
      maximum: countMax,
      maxLength: 4,
      pattern: PERCENT.source,
      'x-kubernetes-validations': [{ rule, message: remedy }],
    });
};
