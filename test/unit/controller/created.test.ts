import { expect } from 'chai';
import { Created } from '../../../src/controller/created.ts';
import type { EipId, EniId, InstanceId } from '../../../src/core/ids.ts';

const I = 'i-a' as InstanceId;
const LINK = { instance: I, eip: 'eip-a' as EipId };
const ENI = 'eni-a' as EniId;

describe('Creates that were sent', () => {
  it('are remembered by instance and by EIP once an ENI was named, until that is gone', () => {
    const created = new Created();
    created.note(ENI, LINK);
    expect([created.for(I), created.for(LINK.eip)]).to.deep.equal([[ENI], [ENI]]);
    created.forget(ENI);
    expect([created.for(I), created.for(LINK.eip)]).to.deep.equal([[], []]);
  });

  it('are to be looked for by a listing after their end when they named none, but not by their own resource', () => {
    const created = new Created();
    created.asking(I, 'uid-old');
    expect(created.unnamedUntilMs(I, 'uid-new')).to.equal(Number.POSITIVE_INFINITY);
    created.ended(I, 'uid-other', 400);
    created.ended(I, 'uid-old', 500);
    expect([created.unnamedUntilMs(I, 'uid-new'), created.unnamedUntilMs(I, 'uid-old')]).to.deep.equal([500, Number.NEGATIVE_INFINITY]);
  });

  it('need no listing once they named an ENI', () => {
    const created = new Created();
    created.asking(I, 'uid-old');
    created.note(ENI, LINK);
    created.ended(I, 'uid-old', 500);
    expect(created.unnamedUntilMs(I, 'uid-new')).to.equal(Number.NEGATIVE_INFINITY);
  });
});
