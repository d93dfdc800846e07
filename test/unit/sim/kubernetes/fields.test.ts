import { expect } from 'chai';
import fc from 'fast-check';
import { merge } from '../../../../sim/kubernetes/apply.ts';
import type { JsonObject } from '../../../../sim/kubernetes/json.ts';
import { decodeFields, differing, encodeFields, fieldsOf, removeFields, shownPath, withContainers } from '../../../../sim/kubernetes/fields.ts';
import type { Json } from '../../../../sim/kubernetes/json.ts';
import { mergePatch } from '../../../../sim/kubernetes/merge-patch.ts';
import type { Schema } from '../../../../sim/kubernetes/schema.ts';

const SCHEMA: Schema = {
  type: 'object',
  properties: {
    list: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'], items: { type: 'object' } },
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    atomic: { type: 'array', items: { type: 'string' } },
    plain: { type: 'object', additionalProperties: { type: 'object', additionalProperties: true } },
    whole: { type: 'object', 'x-kubernetes-map-type': 'atomic' },
  },
};

const word = fc.constantFrom('a', 'b', 'c', 'd');
const value = fc.record(
  {
    list: fc.uniqueArray(fc.record({ type: word, x: fc.integer() }), { selector: (item) => item.type, minLength: 1 }),
    set: fc.uniqueArray(word, { minLength: 1 }),
    atomic: fc.array(word),
    whole: fc.dictionary(word, word),
    plain: fc.dictionary(word, fc.oneof(fc.integer(), fc.dictionary(word, fc.integer(), { minKeys: 1 })), { minKeys: 1 }),
  },
  { requiredKeys: [] },
);

/** As it comes over the wire, a new one each time. */
const plain = (each: JsonObject): JsonObject => JSON.parse(JSON.stringify(each)) as JsonObject;

describe('fields of server-side apply', () => {
  it('survive being written to metadata.managedFields and read back', () => {
    fc.assert(fc.property(value, (each) => {
      const paths = [...fieldsOf(each, SCHEMA)].sort();
      expect(decodeFields(encodeFields(paths)).sort()).to.deep.equal(paths);
    }));
  });

  it('leave nothing when all are removed', () => {
    fc.assert(fc.property(value, (each) => void expect(removeFields(each, withContainers(fieldsOf(each, SCHEMA), SCHEMA))).to.deep.equal({})));
  });

  it('are all there after a merge, with the values that were applied', () => {
    fc.assert(fc.property(value, value, (live, applied) => {
      const sent = differing({}, applied, SCHEMA).written;
      const { written, removed } = differing(applied, merge(live, applied, SCHEMA), SCHEMA);
      expect([...removed]).to.deep.equal([]);
      expect([...written].filter((path) => sent.has(path))).to.deep.equal([]);
    }));
  });

  it('that differ are the same forwards and backwards, and none for what is the same', () => {
    fc.assert(fc.property(value, value, (one, other) => {
      const [there, back] = [differing(one, other, SCHEMA), differing(other, one, SCHEMA)];
      const [ofOne, ofOther] = [one, other].map((each) => differing({}, each, SCHEMA).written);
      expect([...there.removed].sort()).to.deep.equal([...ofOne!].filter((path) => !ofOther!.has(path)).sort());
      expect([...back.removed].sort()).to.deep.equal([...ofOther!].filter((path) => !ofOne!.has(path)).sort());
      expect([...there.written].filter((path) => ofOne!.has(path)).sort()).to.deep.equal([...back.written].filter((path) => ofOther!.has(path)).sort());
      expect(differing(plain(one), plain(one), SCHEMA)).to.deep.equal({ written: new Set(), removed: new Set() });
    }));
  });

  it('read well in messages', () => {
    const fields = fieldsOf({ list: [{ type: 'Ready', x: 1 }], set: ['a'], plain: { a: 1 } }, SCHEMA);
    expect([...fields].map(shownPath)).to.deep.equal(['.list[type="Ready"]', '.list[type="Ready"].type', '.list[type="Ready"].x', '.set[="a"]', '.plain.a']);
  });
});

describe('JSON merge patch', () => {
  // the cases of RFC 7386, appendix A: target, patch, result
  const CASES: readonly (readonly [Json, Json, Json])[] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];

  for (const [target, patch, result] of CASES) {
    it(`makes ${JSON.stringify(result)} of ${JSON.stringify(target)} and ${JSON.stringify(patch)}`, () => {
      expect(mergePatch(target, patch)).to.deep.equal(result);
    });
  }
});
