import { expect } from 'chai';
import { OwnWrites } from '../../../../src/adapters/kubernetes/own-writes.ts';

const S1 = { summary: '1/2' };
const S2 = { summary: '2/2' };
const cached = (resourceVersion: string, status: object | undefined = S1, uid = 'u') => ({ uid, resourceVersion, status });

describe('the memory of our own writes', () => {
  it('knows a status to be there that the cache shows, and no other', () => {
    const own = new OwnWrites();
    expect([own.isThere('web', 'u', S1, cached('5')), own.isThere('web', 'u', S2, cached('5'))]).to.deep.equal([true, false]);
    expect([own.isThere('web', 'u', S1, undefined), own.isThere('web', 'other', S1, cached('5'))]).to.deep.equal([false, false]);
  });

  it('believes the last write over a cache that has not moved', () => {
    const own = new OwnWrites();
    own.wrote('web', cached('5'), { version: '6', status: S2 });
    expect([own.isThere('web', 'u', S2, cached('5')), own.isThere('web', 'u', S1, cached('5'))]).to.deep.equal([true, false]);
  });

  it('believes neither of two that disagree', () => {
    const own = new OwnWrites();
    own.wrote('web', cached('5'), { version: '7', status: S2 });
    // somebody wrote version 8 or, before ours, 6: versions have no order that one may rely on
    expect([own.isThere('web', 'u', S2, cached('x')), own.isThere('web', 'u', S1, cached('x'))]).to.deep.equal([false, false]);
    expect(own.isThere('web', 'u', S2, cached('x', S2))).to.equal(true);
  });

  it('believes the cache again once it has caught up', () => {
    const own = new OwnWrites();
    own.wrote('web', cached('5'), { version: '6', status: S2 });
    expect(own.isThere('web', 'u', S2, cached('6', S2))).to.equal(true);
    expect(own.isThere('web', 'u', S1, cached('9', S1))).to.equal(true);
  });

  it('does not take a status for written because a finalizer was', () => {
    const own = new OwnWrites();
    own.wrote('web', cached('5'), { version: '6' });
    expect([own.isThere('web', 'u', S1, cached('5')), own.isThere('web', 'u', S2, cached('5'))]).to.deep.equal([true, false]);
  });

  it('knows the newest version from any version of the chain, and for that UID only', () => {
    const own = new OwnWrites();
    own.wrote('web', cached('5'), { version: '6', status: S1 });
    own.wrote('web', cached('5'), { version: '7', status: S2 });
    own.wrote('web', cached('6'), { version: '8' });
    expect(['5', '6', '7', '8'].map((version) => own.newestVersion('web', cached(version)))).to.deep.equal(['8', '8', '8', '8']);
    expect([own.newestVersion('web', cached('9')), own.newestVersion('web', cached('5', S1, 'other'))]).to.deep.equal(['9', '5']);
    expect(own.isThere('web', 'u', S2, cached('6'))).to.equal(true);
    own.forget('web');
    expect(own.newestVersion('web', cached('5'))).to.equal('5');
  });

  it('reaches back over every status that is written while a watch is silent', () => {
    const own = new OwnWrites();
    for (let version = 6; version <= 5 + 75 / 2; version += 1) own.wrote('web', cached('5'), { version: String(version), status: { summary: String(version) } });
    expect(own.newestVersion('web', cached('5'))).to.equal('42');
  });

  it('takes empty and absent for the same', () => {
    const own = new OwnWrites();
    expect(own.isThere('web', 'u', { summary: '1/2', egressPublicIps: [], instances: {}, natGatewayId: undefined }, cached('5'))).to.equal(true);
    expect(own.isThere('web', 'u', {}, { uid: 'u', resourceVersion: '5', status: undefined })).to.equal(true);
  });
});
