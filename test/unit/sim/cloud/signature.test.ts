// Both signature schemes, as somebody other than the SDK would send them (facts section 9.1; the older RPC scheme).

import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Refusal } from '../../../../sim/cloud/engine/refusal.ts';
import { authenticateAcs3, signatureOf } from '../../../../sim/cloud/wire/acs3.ts';
import { Gatekeeper } from '../../../../sim/cloud/wire/credentials.ts';
import type { WireRequest } from '../../../../sim/cloud/wire/http-request.ts';
import { route } from '../../../../sim/cloud/wire/route.ts';
import { rpcSignature } from '../../../../sim/cloud/wire/rpc.ts';
import { startMs } from './kit.ts';

const gatekeeper = (): Gatekeeper => new Gatekeeper([{ accessKeyId: 'testid', accessKeySecret: 'testsecret', deny: [] }], () => startMs);

const codeOf = (authenticate: () => unknown): string => {
  try {
    authenticate();
    return '';
  } catch (error) {
    expect(error).to.be.instanceOf(Refusal);
    return (error as Refusal).code;
  }
};

const digest = createHash('sha256').update('').digest('hex');
const signed = ['host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-version'];

function acs3(change: Record<string, string> = {}, names: readonly string[] = signed): WireRequest {
  const request: WireRequest = {
    method: 'POST', path: '/', query: new URLSearchParams({ RegionId: 'cn-hangzhou', 'Tag.1.Key': 'a b*é~' }), body: Buffer.alloc(0),
    headers: { host: 'h', 'x-acs-action': 'DescribeVpcs', 'x-acs-version': '2016-04-28', 'x-acs-date': new Date(startMs).toISOString(), 'x-acs-signature-nonce': 'n', 'x-acs-content-sha256': digest, ...change },
  };
  const authorization = `ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=${names.join(';')},Signature=${signatureOf(request, names, 'testsecret')}`;
  return { ...request, headers: { ...request.headers, authorization } };
}

describe('the ACS3 signature', () => {
  it('is accepted with the headers that it lists as signed', () => {
    expect(codeOf(() => authenticateAcs3(acs3({ 'x-acs-extra': '1' }, [...signed, 'x-acs-extra']), gatekeeper()))).to.equal('');
  });

  it('does not match when a signed header or a parameter was changed on the way', () => {
    const request = acs3();
    expect(codeOf(() => authenticateAcs3({ ...request, headers: { ...request.headers, 'x-acs-action': 'DeleteVpc' } }, gatekeeper()))).to.equal('SignatureDoesNotMatch');
    expect(codeOf(() => authenticateAcs3({ ...request, query: new URLSearchParams({ RegionId: 'eu-central-1' }) }, gatekeeper()))).to.equal('SignatureDoesNotMatch');
    expect(codeOf(() => authenticateAcs3({ ...request, body: Buffer.from('x=1') }, gatekeeper()))).to.equal('SignatureDoesNotMatch');
  });

  it('must cover action, version, date, nonce and digest', () => {
    expect(codeOf(() => authenticateAcs3(acs3({}, signed.filter((name) => name !== 'x-acs-action')), gatekeeper()))).to.equal('IncompleteSignature');
  });

  it('is refused the second time: the nonce was used already', () => {
    const keeper = gatekeeper();
    expect([codeOf(() => authenticateAcs3(acs3(), keeper)), codeOf(() => authenticateAcs3(acs3(), keeper))]).to.deep.equal(['', 'SignatureNonceUsed']);
  });

  it('is refused when its date is more than 15 minutes off, or none', () => {
    for (const date of [new Date(startMs - 901_000).toISOString(), new Date(startMs + 901_000).toISOString(), 'yesterday']) {
      expect(codeOf(() => authenticateAcs3(acs3({ 'x-acs-date': date }), gatekeeper()))).to.equal('IllegalTimestamp');
    }
  });
});

/** The example of the documentation of the RPC signature: its parameters and the signature it prints. */
const documented = new Map(Object.entries({
  Format: 'XML', AccessKeyId: 'testid', Action: 'DescribeRegions', SignatureMethod: 'HMAC-SHA1',
  SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf', Version: '2014-05-26', SignatureVersion: '1.0', Timestamp: '2016-02-23T12:46:24Z',
}));

function rpc(how: { method?: string; form?: boolean; change?: Record<string, string> } = {}): WireRequest {
  const { method = 'GET', form = false, change = {} } = how;
  const parameters = new Map(Object.entries({
    Action: 'DescribeVpcs', Version: '2016-04-28', AccessKeyId: 'testid', SignatureMethod: 'HMAC-SHA1', SignatureNonce: 'n', SignatureVersion: '1.0',
    Timestamp: new Date(startMs).toISOString(), Format: 'JSON', RegionId: 'cn-hangzhou', VpcId: 'vpc-1',
  }));
  const signature = rpcSignature(method, parameters, 'testsecret');
  const all = new URLSearchParams({ ...Object.fromEntries(parameters), Signature: signature, ...change });
  const inForm = new URLSearchParams(form ? { Action: all.get('Action')!, VpcId: all.get('VpcId')! } : {});
  if (form) for (const name of inForm.keys()) all.delete(name);
  return { method, path: '/', query: all, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: Buffer.from(inForm.toString()) };
}

describe('the RPC signature', () => {
  it('is the one that its documentation prints for its example', () => {
    expect(rpcSignature('GET', documented, 'testsecret')).to.equal('OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
  });

  it('is accepted by GET and by POST, over query and form together', () => {
    for (const request of [rpc(), rpc({ method: 'POST' }), rpc({ method: 'POST', form: true })]) {
      const routed = route(request);
      expect(codeOf(() => routed.authenticate(gatekeeper()))).to.equal('');
      expect(routed.request).to.deep.equal({ product: 'vpc', action: 'DescribeVpcs', params: { RegionId: 'cn-hangzhou', VpcId: 'vpc-1' } });
    }
  });

  it('does not match when a parameter was changed on the way', () => {
    expect(codeOf(() => route(rpc({ change: { VpcId: 'vpc-2' } })).authenticate(gatekeeper()))).to.equal('SignatureDoesNotMatch');
  });

  it('is refused without its parameters, for an unknown key, for an old time, and the second time', () => {
    const keeper = gatekeeper();
    expect(codeOf(() => route({ ...rpc(), query: new URLSearchParams({ Action: 'DescribeVpcs' }) }).authenticate(keeper))).to.equal('IncompleteSignature');
    expect(codeOf(() => route(rpc({ change: { SignatureMethod: 'HMAC-SHA256' } })).authenticate(keeper))).to.equal('IncompleteSignature');
    expect(codeOf(() => route(rpc({ change: { AccessKeyId: 'x' } })).authenticate(keeper))).to.equal('InvalidAccessKeyId.NotFound');
    expect(codeOf(() => route(rpc({ change: { Timestamp: '2020-01-01T00:00:00Z' } })).authenticate(keeper))).to.equal('IllegalTimestamp');
    expect(codeOf(() => route(rpc()).authenticate(keeper))).to.equal('');
    expect(codeOf(() => route(rpc()).authenticate(keeper))).to.equal('SignatureNonceUsed');
  });

  it('belongs to a call of an unknown version as to any other: it has an action that does not exist', () => {
    expect(route(rpc({ change: { Version: '2000-01-01' } })).request.action).to.equal('DescribeVpcs@2000-01-01');
  });
});
