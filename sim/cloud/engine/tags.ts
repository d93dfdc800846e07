// TagResources, UntagResources and ListTagResources of both products: one set of rules, two spellings of types and actions.
// All resources of a call are checked before any is changed.

import type { CloudState } from '../state/cloud-state.ts';
import type { Taggable } from '../state/entities.ts';
import type { Registry } from '../state/registry.ts';
import type { Body, Call, Product } from './call.ts';
import { strictSize } from './paging.ts';
import type { Parameters } from './parameters.ts';
import { demand, found, refusal } from './refusal.ts';

const registries: Readonly<Record<Product, Readonly<Record<string, (state: CloudState) => Registry<Taggable>>>>> = {
  ecs: {
    instance: ({ instances }) => instances,
    eni: ({ interfaces }) => interfaces,
    securitygroup: ({ securityGroups }) => securityGroups,
  },
  vpc: {
    EIP: ({ eips }) => eips,
    NATGATEWAY: ({ natGateways }) => natGateways,
    VSWITCH: ({ vSwitches }) => vSwitches,
    VPC: ({ vpcs }) => vpcs,
    ROUTETABLE: ({ routeTables }) => routeTables,
  },
};

function registryOf(product: Product, { state, parameters }: Call): Registry<Taggable> {
  return found(registries[product][parameters.required('ResourceType')], 'InvalidResourceType.NotFound')(state);
}

/** "Valid values of N: 1 to 50." */
function resourcesOf(product: Product, call: Call): readonly Taggable[] {
  const registry = registryOf(product, call);
  const ids = call.parameters.list('ResourceId', 1000);
  demand(ids.length > 0, 'MissingParameter', 'ResourceId.N is mandatory.');
  demand(ids.length <= 50, 'NumberExceed.ResourceIds');
  return ids.map((id) => found(registry.get(id), 'InvalidResourceId.NotFound'));
}

/** "The tag key can be up to 128 characters in length and cannot start with aliyun or acs:, and cannot contain http:// or https://." */
const validKey = (key: string): boolean => key.length <= 128 && !/^(aliyun|acs:)/.test(key) && !/https?:\/\//.test(key);

/** Refuses if the tags of the call may not be set on things that have these tags now. */
export function checkTags({ state, parameters }: Call, holders: readonly ReadonlyMap<string, string>[]): void {
  const keys = parameters.tags().map(({ key }) => key);
  demand(keys.every(validKey), 'InvalidTagKey.Malformed');
  const most = state.account.tagsPerResource;
  demand(holders.every((tags) => new Set([...tags.keys(), ...keys]).size <= most), 'QuotaExceed.Tags');
}

/** Sets the tags of the call: a key that is there gets the new value. */
export function setTags({ parameters }: Call, holders: readonly Map<string, string>[]): void {
  for (const { key, value } of parameters.tags()) for (const tags of holders) tags.set(key, value ?? '');
}

export const tagResources = (product: Product) => (call: Call): Body => {
  const holders = resourcesOf(product, call).map(({ tags }) => tags);
  demand(call.parameters.tags().length > 0, 'MissingParameter', 'Tag.N is mandatory.');
  checkTags(call, holders);
  setTags(call, holders);
  return {};
};

/** All=true takes every tag off, and counts only when no key is named. */
export const untagResources = (product: Product) => (call: Call): Body => {
  const resources = resourcesOf(product, call);
  const keys = call.parameters.list('TagKey', 20);
  demand(keys.length > 0 || call.parameters.flag('All') === true, 'MissingParameter', 'TagKey.N or All is mandatory.');
  for (const { tags } of resources) for (const key of keys.length > 0 ? keys : [...tags.keys()]) tags.delete(key);
  return {};
};

interface Row {
  readonly TagKey: string;
  readonly TagValue: string;
  readonly ResourceId: string;
  readonly ResourceType: string;
}

function rowsOf(product: Product, call: Call): readonly Row[] {
  const { parameters } = call;
  const ids = parameters.list('ResourceId', 50);
  const wanted = parameters.tags();
  if (ids.length === 0 && wanted.length === 0) throw refusal('MissingParameter', 'Either ResourceId.N or Tag.N is mandatory.');
  const registry = registryOf(product, call);
  const resources = ids.length > 0 ? ids.map((id) => registry.get(id)).filter((entry) => entry !== undefined) : registry.all();
  const ResourceType = parameters.required('ResourceType');
  return resources
    .filter(({ tags }) => wanted.every(({ key, value }) => (value === undefined || value === '' ? tags.has(key) : tags.get(key) === value)))
    .flatMap(({ id, tags }) => [...tags].map(([TagKey, TagValue]) => ({ TagKey, TagValue, ResourceId: id, ResourceType })));
}

/** Lists every tag of the resources that match; the token is the position of the next row. */
export const listTagResources = (product: Product) => (call: Call): Body => {
  const rows = rowsOf(product, call);
  const size = strictSize(call.parameters, 'MaxResults', { least: 1, usual: 50, most: 50 });
  const from = positionOf(call.parameters);
  const nextToken = from + size < rows.length ? String(from + size) : '';
  return { NextToken: nextToken, TagResources: { TagResource: rows.slice(from, from + size) } };
};

function positionOf(parameters: Parameters): number {
  const token = parameters.text('NextToken') ?? '0';
  demand(/^\d+$/.test(token), 'InvalidParameter', 'The specified NextToken is not valid.');
  return Number(token);
}
