import { expect } from 'chai';
import type { Json } from '../../../../sim/kubernetes/json.ts';
import { fillDefaults, prune } from '../../../../sim/kubernetes/schema.ts';
import type { Schema } from '../../../../sim/kubernetes/schema.ts';
import { validate } from '../../../../sim/kubernetes/validate.ts';

/** A schema, a value that breaks it, and the fault: field and message. */
const BROKEN: readonly (readonly [string, Schema, Json, string, string])[] = [
  ['a text that is too short', { type: 'string', minLength: 2 }, 'a', 'x', 'Invalid value: "a": x in body should be at least 2 chars long'],
  ['a text that is too long, in characters and not in code units', { type: 'string', maxLength: 1 }, '😀😀', 'x', 'Too long: may not be more than 1 bytes'],
  ['a text of another form', { type: 'string', pattern: '^a$' }, 'b', 'x', `Invalid value: "b": x in body should match '^a$'`],
  ['an address that is none', { type: 'string', format: 'ipv4' }, '1.2.3', 'x', 'Invalid value: "1.2.3": x in body must be of type ipv4: "1.2.3"'],
  ['a time that is none', { type: 'string', format: 'date-time' }, 'today', 'x', 'Invalid value: "today": x in body must be of type date-time: "today"'],
  ['a number that is too small', { type: 'integer', minimum: 1 }, 0, 'x', 'Invalid value: 0: x in body should be greater than or equal to 1'],
  ['a number at an open bound', { type: 'number', maximum: 1, exclusiveMaximum: true }, 1, 'x', 'Invalid value: 1: x in body should be less than 1'],
  ['a number that is no multiple', { type: 'integer', multipleOf: 5 }, 7, 'x', 'Invalid value: 7: x in body should be a multiple of 5'],
  ['a fraction in the place of an integer', { type: 'integer' }, 1.5, 'x', 'Invalid value: 1.5: x in body must be of type integer: "number"'],
  ['a value outside the list', { type: 'string', enum: ['A', 'B'] }, 'C', 'x', 'Unsupported value: "C": supported values: "A", "B"'],
  ['too few items', { type: 'array', minItems: 1, items: {} }, [], 'x', 'Invalid value: 0: x in body should have at least 1 items'],
  ['too many items', { type: 'array', maxItems: 1, items: {} }, [1, 2], 'x', 'Too many: 2: must have at most 1 items'],
  ['an item that is there twice', { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' }, ['a', 'a'], 'x[1]', 'Duplicate value: "a"'],
  ['a key that is there twice', { type: 'array', items: { type: 'object' }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] }, [{ k: 1 }, { k: 1, v: 2 }], 'x[1]', 'Duplicate value: {"k":1}'],
  ['too many fields', { type: 'object', maxProperties: 1, additionalProperties: {} }, { a: 1, b: 2 }, 'x', 'Too many: 2: must have at most 1 items'],
  ['a field that is required', { type: 'object', required: ['a'] }, {}, 'x.a', 'Required value'],
  ['a null that is not allowed', { type: 'string' }, null, 'x', 'Invalid value: null: x in body must be of type string: "null"'],
  ['a value that fits none of several', { anyOf: [{ type: 'string' }, { minimum: 3 }] }, 1, 'x', 'Invalid value: 1: "x" must validate at least one schema (anyOf)'],
  ['a value that fits two of one', { oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, 'x', 'Invalid value: 3: "x" must validate one and only one schema (oneOf)'],
  ['a value that must not fit', { not: { enum: [''] } }, '', 'x', 'Invalid value: "": "x" must not validate the schema (not)'],
  ['a value within a map', { type: 'object', additionalProperties: { type: 'string' } }, { a: 1 }, 'x.a', 'Invalid value: 1: x.a in body must be of type string: "number"'],
];

describe('validation by a structural schema', () => {
  for (const [title, schema, value, field, message] of BROKEN) {
    it(`refuses ${title}`, () => {
      expect(validate(value, schema, 'x').map((cause) => [cause.field, cause.message])).to.deep.include([field, message]);
    });
  }

  it('takes what keeps every rule', () => {
    const schema: Schema = { type: 'object', required: ['n'], properties: { n: { 'x-kubernetes-int-or-string': true }, t: { type: 'string', nullable: true, pattern: '^a' } } };
    for (const value of [{ n: 1 }, { n: '50%' }, { n: 0, t: null }, { n: 0, t: 'ab' }]) expect(validate(value, schema)).to.deep.equal([]);
  });
});

describe('pruning and defaulting', () => {
  const schema: Schema = {
    type: 'object',
    properties: {
      kept: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      map: { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'integer', default: 1 } } } },
      list: { type: 'array', items: { type: 'object', properties: { a: { type: 'integer', default: 1 } } } },
      outer: { type: 'object', properties: { inner: { type: 'string', default: 'x' } } },
      filled: { type: 'object', default: {}, properties: { inner: { type: 'string', default: 'y' } } },
      nullable: { type: 'string', nullable: true, default: 'z' },
    },
  };

  it('prunes what the schema does not know, wherever it is, and names it', () => {
    const { value, unknownFields } = prune({ surprise: 1, kept: { any: { thing: 1 } }, map: { k: { b: 1 } }, list: [{ a: 1, b: 2 }] }, schema);
    expect(value).to.deep.equal({ kept: { any: { thing: 1 } }, map: { k: {} }, list: [{ a: 1 }] });
    expect(unknownFields).to.deep.equal(['surprise', 'map.k.b', 'list[0].b']);
  });

  it('fills in defaults in objects that are there, and in those that have a default themselves', () => {
    expect(fillDefaults({ map: { k: {} }, list: [{}] }, schema)).to.deep.equal({ map: { k: { a: 1 } }, list: [{ a: 1 }], filled: { inner: 'y' }, nullable: 'z' });
  });

  it('keeps a null that is allowed, and takes another for absent', () => {
    const { value } = prune({ nullable: null, outer: null, filled: null }, schema);
    expect(fillDefaults(value, schema)).to.deep.equal({ nullable: null, filled: { inner: 'y' } });
  });
});
