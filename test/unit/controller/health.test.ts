// When the API of a region counts as unwell, and what never makes it so.
import { expect } from 'chai';
import { RegionHealth } from '../../../src/controller/health.ts';
import { CloudError, type CloudErrorKind } from '../../../src/ports/cloud-error.ts';

const failure = (kind: CloudErrorKind, code = 'ServiceUnavailable'): CloudError => new CloudError('it failed.', { kind, code, action: 'AssociateEipAddress' });

interface Told {
  readonly subject: string;
  readonly error?: CloudError;
  readonly atMs?: number;
  readonly kind?: string;
}

/** Whether it is well at `nowMs` after all this. */
function isWell(told: readonly Told[], nowMs = 1_000): boolean {
  const health = new RegionHealth('cn-hangzhou');
  for (const { subject, error, atMs = 0, kind = 'attach' } of told) health.note(kind, { subject, error, atMs });
  return health.whyNotBegin(nowMs) === undefined;
}

const many = (count: number, make: (index: number) => Told): Told[] => Array.from({ length: count }, (_, index) => make(index));
const failing = (count: number, kind: CloudErrorKind = 'unavailable', given: Partial<Told> = {}): Told[] => many(count, (index) => ({ subject: `i-${index % 3}`, error: failure(kind), ...given }));
const fine = (count: number): Told[] => many(count, (index) => ({ subject: `i-${index % 3}` }));

describe('The API of a region', () => {
  for (const kind of ['unavailable', 'ambiguous', 'throttled'] as const) it(`is unwell when six calls in a row are ${kind}`, () => expect(isWell(failing(6, kind))).to.equal(false));
  it('is unwell when two thirds of a dozen fail', () => expect(isWell([...fine(4), ...failing(8)])).to.equal(false));
  it('is well with no outcome at all', () => expect(isWell([])).to.equal(true));
  it('is well while five have failed', () => expect(isWell(failing(5))).to.equal(true));
  it('is well when less than two thirds of a dozen fail', () => expect(isWell([...fine(5), ...failing(7)])).to.equal(true));
  it('is well when only calls of different kinds fail, none of them often', () => expect(isWell([...failing(5), ...failing(5, 'ambiguous', { kind: 'look' })])).to.equal(true));
  it('is well when one or two instances fail, however often', () => expect(isWell(many(12, (index) => ({ subject: `i-${index % 2}`, error: failure('ambiguous') })))).to.equal(true));
  for (const kind of ['forbidden', 'quota', 'refused', 'busy', 'notFound'] as const) it(`is well when it answers ${kind} to everybody`, () => expect(isWell(failing(12, kind))).to.equal(true));
  it('is well when one shared call failed for many', () => {
    const shared = failure('unavailable');
    expect(isWell(many(50, (index) => ({ subject: `i-${index}`, error: shared })))).to.equal(true);
  });
  it('is well when our own limit stopped the calls', () => expect(isWell(failing(12, 'throttled', {}).map((told) => ({ ...told, error: failure('throttled', '') })))).to.equal(true));
  it('is well again as soon as enough calls succeed', () => expect([isWell([...failing(12), ...fine(4)]), isWell([...failing(12), ...fine(5)])]).to.deep.equal([false, true]));
  it('is tried again after a minute in which nothing was begun', () => expect([isWell(failing(12), 59_999), isWell(failing(12), 60_000)]).to.deep.equal([false, true]));
  it('says which calls fail and with what', () => {
    const health = new RegionHealth('cn-hangzhou');
    for (const { subject, error } of failing(6)) health.note('attach', { subject, error, atMs: 0 });
    expect(health.whyNotBegin(0)).to.equal('Of the last 6 calls (attach) 6 failed by the fault of the API in cn-hangzhou: it failed');
  });
});
