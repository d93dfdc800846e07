/**
 * How flags are made and what their values must look like; a value that is wrong is one sentence that says what to write. Settings have a
 * twin in the environment, EGRESS_<FLAG>; what is asked for this once (a file, an instance, yes) has none.
 */
import { InvalidArgumentError, Option } from 'commander';
import type { TextRule } from '../api/fields.ts';

const twin = (flag: string): string => `EGRESS_${flag.replaceAll('-', '_').toUpperCase()}`;

/** A flag of this one command line. */
export const request = (flag: string, argument: string, description: string): Option => new Option(`--${flag}${argument === '' ? '' : ` <${argument}>`}`, description);

/** A setting, which the environment can hold. */
export const setting = (flag: string, argument: string, description: string): Option => request(flag, argument, description).env(twin(flag));

export function url(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError('It must be a URL such as https://gateway.example.');
  return text;
}

/** Tag values have at most 128 characters (facts 2.12). */
export function clusterId(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(text)) throw new InvalidArgumentError('It must be 1 to 128 letters, digits, ".", "_" or "-".');
  return text;
}

export function trueOrFalse(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.');
  return text === 'true';
}

/** A DNS label (RFC 1123). */
export function namespaceName(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('It must be the name of a namespace.');
  return text;
}

const fits = (name: string, { pattern, lengthMax }: TextRule): boolean => pattern.test(name) && name.length <= lengthMax;

/** One id of the cloud. */
export const idOf = (rule: TextRule) => (text: string): string => {
  if (!fits(text, rule)) throw new InvalidArgumentError(`"${text}": ${rule.remedy}.`);
  return text;
};

/** A flag that may be given several times, each time with one name or several between commas. */
export const namesOf = (rule: TextRule) => (text: string, before: readonly string[] = []): readonly string[] => {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !fits(name, rule));
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}": ${rule.remedy}.`);
  return [...before, ...names];
};

/** Keys have 1 to 128 characters, values at most 128 (facts 2.12). Values may hold a comma, so each tag is a flag of its own. */
export function instanceTags(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, key = '', value = ''] = /^([^=]{1,128})=(.{0,128})$/s.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('It must be a tag such as egress=allowed.');
  return { ...before, [key]: value };
}

/** spec.rollout.maxInProgress in the words of a command line. */
export function countOrPercent(text: string): number | string {
  if (/^([1-9][0-9]?|100)%$/.test(text)) return text;
  if (!/^[1-9][0-9]{0,3}$|^10000$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 to 10000, or a percentage from 1% to 100%.');
  return Number(text);
}

/** An amount of money an hour. */
export interface HourlyFee {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

export function hourlyFee(text: string): HourlyFee {
  const [, amount, currency] = /^(\d{1,6}(?:\.\d{1,6})?) ?([A-Z]{3})$/.exec(text) ?? [];
  if (amount === undefined || currency === undefined) throw new InvalidArgumentError('It must be an amount with its currency, such as 0.02CNY.');
  return { amount: Number(amount), currency };
}
