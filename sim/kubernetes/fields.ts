// The fields of an object as server-side apply counts them (sigs.k8s.io/structured-merge-diff): each has a path in the
// notation of FieldsV1 ("f:" a field, "k:" the item with these keys, "v:" the item of this value). Lists are atomic unless
// the schema says otherwise, objects are not unless it does.
import { isEqual, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import { schemaOfField } from './schema.ts';
import type { Schema } from './schema.ts';

const SEPARATOR = '\u0000';

const elementsOf = (path: string): string[] => path.split(SEPARATOR);

const join = (path: string, element: string): string => (path === '' ? element : path + SEPARATOR + element);

/** How a path reads in a message: .spec.mode, .status.conditions[type="Ready"].reason. */
export function shownPath(path: string): string {
  return elementsOf(path).map(shownElement).join('');
}

function shownElement(element: string): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('v:')) return `[=${text}]`;
  const keys = Object.entries(JSON.parse(text) as JsonObject).map(([field, value]) => `${field}=${JSON.stringify(value)}`);
  return `[${keys.join(',')}]`;
}

/** True where two managers may each own some of an object's fields. */
export const isGranular = (schema: Schema | undefined): boolean => schema?.['x-kubernetes-map-type'] !== 'atomic';

/** True for sets and keyed lists, whose items can have different owners. */
export const isGranularList = (schema: Schema | undefined): boolean =>
  schema?.['x-kubernetes-list-type'] === 'map' || schema?.['x-kubernetes-list-type'] === 'set';

/** The path element that identifies an item of a set or keyed list. */
export function elementOfItem(item: Json, schema: Schema | undefined): string {
  if (schema?.['x-kubernetes-list-type'] !== 'map' || !isObject(item)) return `v:${JSON.stringify(item)}`;
  const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])].sort();
  return `k:${JSON.stringify(Object.fromEntries(keys.map((field) => [field, item[field] ?? schema.items?.properties?.[field]?.default])))}`;
}

type Children = readonly (readonly [string, Json, Schema | undefined])[];

/** What lies directly within a container, by path element; undefined for a leaf, and for whatever is atomic. */
function childrenOf(value: Json, schema: Schema | undefined): Children | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isObject(value) && isGranular(schema)) {
    const children: [string, Json, Schema | undefined][] = [];
    for (const field in value) {
      const inner = value[field];
      if (inner !== undefined) children.push([`f:${field}`, inner, schemaOfField(schema, field)]);
    }
    return children;
  }
  if (Array.isArray(value) && isGranularList(schema)) return value.map((item) => [elementOfItem(item, schema), item, schema?.items]);
  return undefined;
}

/** Paths of nodes that are new or have another value, and of those that are gone. What is the same object is the same, and is not looked into. */
export function differing(before: Json, after: Json, schema: Schema | undefined): { readonly written: Set<string>; readonly removed: Set<string> } {
  const found = { written: new Set<string>(), removed: new Set<string>() };
  compare({ before, after }, schema, '', found);
  return found;
}

// null in the place of an object is an object that has lost its fields, not another value
const isLeaf = (value: Json, schema: Schema | undefined): boolean => childrenOf(value, schema) === undefined && !(value === null && schema?.type === 'object');

interface Pair {
  readonly before: Json;
  readonly after: Json;
}

interface Found {
  readonly written: Set<string>;
  readonly removed: Set<string>;
}

function compare({ before, after }: Pair, schema: Schema | undefined, path: string, found: Found): void {
  const old = new Map((childrenOf(before, schema) ?? []).map((child) => [child[0], child]));
  for (const [element, inner, known] of childrenOf(after, schema) ?? []) {
    const former = old.get(element)?.[1];
    old.delete(element);
    if (former === inner) continue;
    const at = join(path, element);
    if (former === undefined) addAll(inner, known, at, found.written);
    else compareNode({ before: former, after: inner }, known, at, found);
  }
  for (const [element, inner, known] of old.values()) addAll(inner, known, join(path, element), found.removed);
}

function compareNode(pair: Pair, schema: Schema | undefined, at: string, found: Found): void {
  const { before, after } = pair;
  if ((isLeaf(before, schema) || isLeaf(after, schema)) && !isEqual(before, after)) found.written.add(at);
  if (typeof before === 'object' || typeof after === 'object') compare(pair, schema, at, found);
}

function addAll(value: Json, schema: Schema | undefined, path: string, found: Set<string>): void {
  found.add(path);
  visit(value, schema, path, ({ at }) => void found.add(at));
}

/** The fields that one owns who sends the value: leaves, empty objects, items, and fields that the schema does not name. */
export function fieldsOf(value: Json, schema: Schema | undefined): Set<string> {
  const found = new Set<string>();
  visit(value, schema, '', ({ at, inner, children, named }) => {
    if (children === undefined || !named || (children.length === 0 && isObject(inner))) found.add(at);
  });
  return found;
}

/** One node: its path, value, schema, what lies within it, and whether the schema of its parent names it. */
interface Visit {
  readonly at: string;
  readonly inner: Json;
  readonly known: Schema | undefined;
  readonly children: ReturnType<typeof childrenOf>;
  readonly named: boolean;
}

function visit(value: Json, schema: Schema | undefined, path: string, tell: (node: Visit) => void): void {
  visitAll(childrenOf(value, schema) ?? [], schema, path, tell);
}

function visitAll(nodes: Children, schema: Schema | undefined, path: string, tell: (node: Visit) => void): void {
  for (const [element, inner, known] of nodes) {
    const at = join(path, element);
    const children = childrenOf(inner, known);
    tell({ at, inner, known, children, named: isNamed(element, schema) });
    if (children !== undefined) visitAll(children, known, at, tell);
  }
}

const isNamed = (element: string, schema: Schema | undefined): boolean =>
  element.startsWith('f:') && schema?.properties?.[element.slice(2)] !== undefined;

/** The paths with those of the objects and lists around them that the schema names. */
export function withContainers(paths: Iterable<string>, schema: Schema): Set<string> {
  const all = new Set(paths);
  for (const path of [...all]) {
    let known: Schema | undefined = schema;
    let at = '';
    for (const element of elementsOf(path)) {
      at = join(at, element);
      if (isNamed(element, known)) all.add(at);
      known = element.startsWith('f:') ? schemaOfField(known, element.slice(2)) : known?.items;
    }
  }
  return all;
}

/** Takes fields out of a value. A container that is not among them but loses all that it has becomes null. */
export function removeFields(value: JsonObject, paths: Iterable<string>): JsonObject {
  const left = removeWithin(value, encodeFields(paths));
  return isObject(left) ? left : {};
}

function removeWithin(value: Json, removed: JsonObject): Json {
  if (Array.isArray(value)) return removeItems(value, removed);
  if (!isObject(value)) return value;
  const left = Object.entries(value).flatMap(([field, inner]) => removeChild(inner, removed[`f:${field}`]).map((kept) => [field, kept] as const));
  return left.length === 0 ? null : Object.fromEntries(left);
}

function removeItems(items: readonly Json[], removed: JsonObject): Json {
  const elements = Object.entries(removed).map(([element, within]) => ({ identity: JSON.parse(element.slice(2)) as Json, element, within }));
  const left = items.flatMap((item) => removeChild(item, elements.find(({ element, identity }) => isItem(item, element, identity))?.within));
  return left.length === 0 ? null : left;
}

/** The child as it is left, in a list of one; an empty list when it goes. */
function removeChild(inner: Json | undefined, removed: Json | undefined): Json[] {
  if (inner === undefined) return [];
  if (!isObject(removed)) return [inner];
  return removed['.'] !== undefined || Object.keys(removed).length === 0 ? [] : [removeWithin(inner, removed)];
}

function isItem(item: Json, element: string, identity: Json): boolean {
  if (element.startsWith('v:') || !isObject(identity)) return isEqual(item, identity);
  return isObject(item) && Object.entries(identity).every(([field, value]) => isEqual(item[field], value));
}

/** Paths as metadata.managedFields carries them; "." marks a container that is itself among them. */
export function encodeFields(paths: Iterable<string>): JsonObject {
  return encodeLevel([...paths].map(elementsOf).sort(inOrder));
}

/** Element by element; what contains the other first. */
function inOrder(one: readonly string[], other: readonly string[]): number {
  const shorter = Math.min(one.length, other.length);
  for (let depth = 0; depth < shorter; depth += 1) {
    const [a = '', b = ''] = [one[depth], other[depth]];
    if (a !== b) return a < b ? -1 : 1;
  }
  return one.length - other.length;
}

/** The paths are in order: what begins alike stands together, and the container itself first. */
function encodeLevel(paths: readonly (readonly string[])[], depth = 0): JsonObject {
  const isMember = paths[0]?.length === depth;
  const encoded: JsonObject = isMember && paths.length > 1 ? { '.': {} } : {};
  for (let from = isMember ? 1 : 0, to = from; from < paths.length; from = to) {
    const element = paths[from]?.[depth] ?? '';
    to = endOf(paths, from, depth);
    encoded[element] = encodeLevel(paths.slice(from, to), depth + 1);
  }
  return encoded;
}

/** Where the paths end that have the same element there. */
function endOf(paths: readonly (readonly string[])[], from: number, depth: number): number {
  const element = paths[from]?.[depth];
  const length = paths.slice(from).findIndex((path) => path[depth] !== element);
  return length < 0 ? paths.length : from + length;
}

/** The paths that an encoded set names. */
export function decodeFields(encoded: JsonObject, path = ''): string[] {
  return Object.entries(encoded).flatMap(([element, inner]) => {
    if (element === '.') return [path];
    const at = join(path, element);
    return isObject(inner) && Object.keys(inner).length > 0 ? decodeFields(inner, at) : [at];
  });
}
