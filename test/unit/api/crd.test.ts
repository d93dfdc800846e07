// The CRD as it lies in crds/: what a structural schema must be, and what ours promises beyond that. The examples follow it.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { parse } from 'yaml';
import { parseEgressUnification } from '../../../src/api/egress-unification.ts';
import { BAD_SPECS, GOOD_SPEC } from './bad-specs.ts';

type Node = Readonly<Record<string, unknown>>;
interface Crd {
  readonly spec: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Node } }[] };
}

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (path: string): unknown => parse(readFileSync(join(ROOT, path), 'utf8'));
const crd = read('crds/egressunification.io_egressunifications.yaml') as Crd;
const schema = crd.spec.versions[0]!.schema.openAPIV3Schema;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every node of the schema with its path, the root first. */
function nodes(node: Node, path = ''): (readonly [string, Node])[] {
  const properties = isNode(node['properties']) ? Object.entries(node['properties']) : [];
  const inner: (readonly [string, unknown])[] = [...properties.map(([name, field]) => [`${path}.${name}`, field] as const), [`${path}[]`, node['items']], [`${path}{}`, node['additionalProperties']]];
  return [[path, node], ...inner.flatMap(([at, value]) => (isNode(value) ? nodes(value, at) : []))];
}

const all = nodes(schema);
const own = all.filter(([path]) => /^[.](spec|status)/.test(path));
const pathsWhere = (holds: (node: Node) => boolean): string[] => own.filter(([, node]) => holds(node)).map(([path]) => path);
const lacks = (node: Node, key: string): boolean => node[key] === undefined;

describe('The CRD', () => {
  it('has fields to speak of', () => expect(own.length).to.be.greaterThan(40));

  it('offers no alternatives, references or property names anywhere', () => {
    for (const word of ['anyOf', 'oneOf', 'allOf', 'not', '$ref', '$schema', 'propertyNames', 'patternProperties', 'const']) expect(all.filter(([, node]) => !lacks(node, word)), word).to.deep.equal([]);
  });

  it('gives each field a type, except where a number or a text may stand', () => expect(pathsWhere((node) => lacks(node, 'type') !== (node['x-kubernetes-int-or-string'] === true))).to.deep.equal([]));
  it('has one field that is a number or a text', () => expect(pathsWhere((node) => node['x-kubernetes-int-or-string'] === true)).to.deep.equal(['.spec.rollout.maxInProgress']));
  it('bounds every text', () => expect(pathsWhere((node) => node['type'] === 'string' && lacks(node, 'maxLength') && lacks(node, 'enum'))).to.deep.equal([]));
  it('bounds every number', () => expect(pathsWhere((node) => node['type'] === 'integer' && lacks(node, 'minimum'))).to.deep.equal([]));
  it('bounds every list and says how two lists merge', () => expect(pathsWhere((node) => node['type'] === 'array' && (lacks(node, 'maxItems') || lacks(node, 'x-kubernetes-list-type')))).to.deep.equal([]));
  it('bounds every map', () => expect(pathsWhere((node) => !lacks(node, 'additionalProperties') && lacks(node, 'maxProperties'))).to.deep.equal([]));
  it('never has named and unnamed fields side by side', () => expect(pathsWhere((node) => !lacks(node, 'additionalProperties') && !lacks(node, 'properties'))).to.deep.equal([]));
  it('describes every field', () => expect(own.filter(([path, node]) => !path.endsWith('{}') && lacks(node, 'description')).map(([path]) => path)).to.deep.equal([]));
  it('keeps the integers of JavaScript to itself', () => expect(pathsWhere((node) => Math.abs(Number(node['minimum'] ?? 0)) > 2 ** 50 || Number(node['maximum'] ?? 0) > 2 ** 50)).to.deep.equal([]));

  it('gives every rule a message of its own', () => {
    const rules = own.flatMap(([, node]) => (node['x-kubernetes-validations'] ?? []) as { rule: string; message?: string }[]);
    expect(rules.length).to.be.greaterThan(15);
    expect(rules.filter(({ message }) => message === undefined || message.length < 20)).to.deep.equal([]);
  });

  it('requires the key of every list that is a map', () => {
    for (const [path, node] of own) {
      const keys = (node['x-kubernetes-list-map-keys'] ?? []) as string[];
      const required = isNode(node['items']) ? node['items']['required'] : [];
      if (keys.length > 0) expect(required, path).to.include.members(keys);
    }
  });
});

describe('The schema of the CRD, without its CEL rules,', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  const valid = (spec: unknown): boolean => validate({ apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'web' }, spec });
  // what only CEL or the set semantics of the API server can say
  const BEYOND = ['an empty selector selects nothing', 'a guard alone is no selector', 'an instance is named once', 'a tag key is not empty', 'a tag key has an end', 'a check takes at least a minute', 'a check comes at least daily'];

  it('accepts a minimal spec', () => expect(valid(GOOD_SPEC), JSON.stringify(validate.errors)).to.equal(true));

  for (const { rule, change } of BAD_SPECS.filter((bad) => !BEYOND.includes(bad.rule))) {
    it(`says that ${rule}`, () => expect(valid({ ...GOOD_SPEC, ...change })).to.equal(false));
  }

  it('leaves to CEL exactly what it cannot say', () => {
    const accepted = BAD_SPECS.filter(({ change }) => valid(JSON.parse(JSON.stringify({ ...GOOD_SPEC, ...change })))).map(({ rule }) => rule);
    expect(accepted).to.deep.equal(BEYOND);
  });

  for (const name of ['minimal', 'full']) {
    it(`accepts the ${name} example`, () => expect(validate(read(`examples/${name}.yaml`)), JSON.stringify(validate.errors)).to.equal(true));
  }
});

describe('The full example', () => {
  const example = read('examples/full.yaml') as { metadata: object; spec: object };
  const parsed = parseEgressUnification({ ...example, metadata: { ...example.metadata, uid: 'u', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z' } });

  it('holds every field of the spec, and no other', () => {
    const specPaths = pathsWhere(() => true).filter((path) => path.startsWith('.spec') && !/[\]}]/.test(path));
    const held = (value: unknown, path: string): string[] => [path, ...(isNode(value) && path !== '.spec.instanceSelector.tags' ? Object.entries(value).flatMap(([key, inner]) => held(inner, `${path}.${key}`)) : [])];
    expect(held(example.spec, '.spec')).to.have.members(specPaths);
  });

  it('is read as it is written', () => expect(parsed.ok && parsed.resource.spec).to.deep.equal(example.spec));
});
