// The SDK makes its models of answers field by field from tables that it builds anew for each object, which is a seventh of a run. Here each
// model keeps its table, and what is of the declared type goes in directly; whatever is not goes the SDK's own way, from the start. The
// contract suite runs on the SDK as it is.
import { createRequire } from 'node:module';
import * as ecs from '@alicloud/ecs20140526';
import * as vpc from '@alicloud/vpc20160428';

type Fields = Record<string, unknown>;
type Cast = (from: unknown, into: Fields) => Fields;

interface Model {
  readonly prototype: object;
  names: () => Readonly<Record<string, string>>;
  types: () => Readonly<Record<string, unknown>>;
}

/** One field: what it is called in the answer and in the model, and how its value goes in; undefined: not this way. */
interface Field {
  readonly name: string;
  readonly key: string;
  readonly take: (value: unknown) => unknown;
}

const isModel = (value: unknown): value is Model => typeof value === 'function' && 'names' in value && 'types' in value && typeof value.names === 'function' && typeof value.types === 'function';
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

const tables = new Map<object, readonly Field[]>();

function tableOf(model: Model): readonly Field[] {
  const known = tables.get(model);
  if (known !== undefined) return known;
  const [names, types] = [model.names(), model.types()];
  model.names = () => names;
  model.types = () => types;
  const fields: Field[] = [];
  // before it is filled: models hold each other
  tables.set(model, fields);
  for (const [key, name] of Object.entries(names)) fields.push({ key, name, take: takerOf(types[key]) });
  return fields;
}

const never = (): undefined => undefined;
const ofType = (value: unknown, type: string): unknown => (typeof value === type ? value : undefined);

function takerOf(type: unknown): Field['take'] {
  if (type === 'any') return (value) => value;
  // as the SDK: an empty text where a number belongs becomes NaN (facts section 13)
  if (type === 'number') return (value) => (typeof value === 'string' && /^\d*$/.test(value) ? parseInt(value) : ofType(value, type));
  if (typeof type === 'string') return (value) => ofType(value, type);
  if (isModel(type)) return (value) => (isObject(value) ? filled(value, type) : undefined);
  const { type: kind, itemType } = isObject(type) ? type : {};
  if (kind === 'map') return (value) => (isObject(value) ? value : undefined);
  if (kind !== 'array') return never;
  return isModel(itemType) ? (value) => itemsOf(value, itemType) : (value) => (Array.isArray(value) ? value : undefined);
}

function itemsOf(value: unknown, model: Model): unknown {
  if (!Array.isArray(value) || !value.every(isObject)) return undefined;
  const items = value.map((item) => filled(item, model));
  return items.includes(undefined) ? undefined : items;
}

const filled = (from: Fields, model: Model): Fields | undefined => fill(from, Object.create(model.prototype) as Fields, model);

/** Undefined when a value is not of its declared type. */
function fill(from: Fields, into: Fields, model: Model): Fields | undefined {
  for (const { name, key, take } of tableOf(model)) {
    const value = from[name];
    if (value === undefined || value === null) continue;
    const taken = take(value);
    if (taken === undefined) return undefined;
    into[key] = taken;
  }
  return into;
}

/** For this process; once is enough. */
export function keepModels(): void {
  const core = createRequire(import.meta.url)('@darabonba/typescript/dist/core.js') as { cast: Cast };
  const original = core.cast;
  core.cast = (from, into) => {
    const model = into.constructor;
    const quick = isObject(from) && isModel(model) ? filled(from, model) : undefined;
    return quick ?? original(from, into);
  };
  // requests are made by their constructors, which ask for the tables too
  for (const sdk of [ecs, vpc] as unknown as Readonly<Record<string, unknown>>[]) for (const name of REQUESTS) if (isModel(sdk[name])) tableOf(sdk[name]);
}

const REQUESTS = [
  'DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeInstanceTypes', 'DescribeEipAddresses', 'DescribeNatGateways', 'DescribeSnatTableEntries', 'DescribeForwardTableEntries',
  'DescribeVSwitches', 'DescribeRouteTableList', 'DescribeRouteEntryList', 'AssociateEipAddress', 'UnassociateEipAddress', 'CreateNetworkInterface', 'AttachNetworkInterface', 'TagResources',
].map((action) => `${action}Request`);
