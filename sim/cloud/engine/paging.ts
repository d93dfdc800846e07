// The two ways in which listings are cut into pages: tokens (MaxResults, NextToken) and numbers (PageNumber, PageSize).
// A token names the last entry given, so a page starts where the former ended even when entries came or went in between.

import type { Entry, Registry } from '../state/registry.ts';
import type { Parameters } from './parameters.ts';
import { demand, refusal } from './refusal.ts';

/** Entries to choose from: a whole registry, or the ones that were asked for by id. */
export type Source<T extends Entry> = Registry<T> | readonly T[];

export interface TokenPage<T> {
  readonly items: readonly T[];
  readonly nextToken: string;
}

export interface NumberPage<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
  readonly pageNumber: number;
  readonly pageSize: number;
}

export interface PageLimits {
  readonly least: number;
  readonly usual: number;
  readonly most: number;
}

/** The entries asked for by id, each once, in the order of creation; those that do not exist are absent. */
export function byIds<T extends Entry>(registry: Registry<T>, ids: readonly string[]): readonly T[] {
  const entries = [...new Set(ids)].map((id) => registry.get(id)).filter((entry) => entry !== undefined);
  return entries.sort((a, b) => a.sequence - b.sequence);
}

export const includes = <T extends Entry>(source: Source<T>, entry: T): boolean =>
  'all' in source ? source.get(entry.id) !== undefined : source.includes(entry);

const listOf = <T extends Entry>(source: Source<T>): readonly T[] => ('all' in source ? source.all() : source);

function startOf<T extends Entry>(source: Source<T>, after: number): number {
  if ('indexAfter' in source) return source.indexAfter(after);
  const index = source.findIndex((entry) => entry.sequence > after);
  return index < 0 ? source.length : index;
}

/** One page by token: scans on from the token until the page is full. `size` is what the call's own rule made of MaxResults. */
export function tokenPage<T extends Entry>(source: Source<T>, size: number, token: string | undefined, matches: (entry: T) => boolean): TokenPage<T> {
  const entries = listOf(source);
  const items: T[] = [];
  for (let index = startOf(source, sequenceOf(token)); index < entries.length; index += 1) {
    const entry = entries[index];
    if (!entry || !matches(entry)) continue;
    if (items.length === size) return { items, nextToken: tokenOf(items[size - 1]) };
    items.push(entry);
  }
  return { items, nextToken: '' };
}

const tokenOf = (entry: Entry | undefined): string => Buffer.from(`after:${entry?.sequence ?? 0}`).toString('base64url');

function sequenceOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const match = /^after:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw refusal('InvalidParameter', 'The specified NextToken is not valid.');
  return Number(match[1]);
}

/** MaxResults as DescribeInstances and DescribeNetworkInterfaces read it: below the least counts as the default, above the most as the most. */
export function clampedSize(parameters: Parameters, limits: PageLimits): number {
  const asked = parameters.count('MaxResults');
  if (asked === undefined || asked < limits.least) return limits.usual;
  return Math.min(asked, limits.most);
}

/** A size that is refused when out of bounds. */
export function strictSize(parameters: Parameters, name: string, limits: PageLimits): number {
  const size = parameters.count(name) ?? limits.usual;
  demand(size >= limits.least && size <= limits.most, 'InvalidParameter', `${name} must be between ${limits.least} and ${limits.most}.`);
  return size;
}

/** One page by number, with the count of all that match. */
export function numberPage<T extends Entry>(source: Source<T>, parameters: Parameters, most: number, matches?: (entry: T) => boolean): NumberPage<T> {
  const pageSize = strictSize(parameters, 'PageSize', { least: 1, usual: 10, most });
  const pageNumber = parameters.count('PageNumber') ?? 1;
  demand(pageNumber >= 1, 'InvalidParameter', 'PageNumber starts at 1.');
  const entries = matches ? listOf(source).filter(matches) : listOf(source);
  const from = (pageNumber - 1) * pageSize;
  return { items: entries.slice(from, from + pageSize), totalCount: entries.length, pageNumber, pageSize };
}
