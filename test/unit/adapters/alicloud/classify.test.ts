import { expect } from 'chai';
import { CredentialsUnavailable, DeadlinePassed, toCloudError } from '../../../../src/adapters/alicloud/classify.ts';
import type { CloudErrorDetail } from '../../../../src/ports/cloud-error.ts';

const read = { action: 'DescribeInstances', mutates: false };
const write = { action: 'AssociateEipAddress', mutates: true };
const kinds = (thrown: unknown): readonly string[] => [read, write].map((call) => toCloudError(thrown, call, 0).detail.kind);
const throttledAt = (wallMs: number, more: object = {}, action = 'DescribeInstances'): CloudErrorDetail =>
  toCloudError({ code: 'Throttling.User', statusCode: 400, message: 'x', ...more }, { action, mutates: false }, wallMs).detail;

describe('classification', () => {
  it('takes what came without a code for a failure on the way', () => {
    const timeout = Object.assign(new Error('ReadTimeout(10000)'), { name: 'RequestTimeoutError' });
    for (const thrown of [new SyntaxError('Unexpected token <'), timeout, new Error('type of instance is mismatch'), new DeadlinePassed('late'), 'odd', undefined, Object.assign(new Error('reset'), { code: 'ECONNRESET' })]) {
      expect(kinds(thrown)).to.deep.equal(['unavailable', 'ambiguous']);
    }
  });

  it('takes a connection that was never made for nothing sent', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'CERT_HAS_EXPIRED']) expect(kinds(Object.assign(new Error('x'), { code }))).to.deep.equal(['unavailable', 'unavailable']);
  });

  it('takes an answer without a code for an answer that cannot be read', () => {
    expect(kinds({ code: 'undefined', statusCode: 404, message: 'undefined' })).to.deep.equal(['unavailable', 'ambiguous']);
  });

  it('takes an unknown code of a failing server for its failure, and of any other for a refusal', () => {
    expect(kinds({ code: 'Unheard.Of', statusCode: 503, message: 'x' })).to.deep.equal(['unavailable', 'ambiguous']);
    expect(kinds({ code: 'Unheard.Of', statusCode: 403, message: 'x' })).to.deep.equal(['refused', 'refused']);
  });

  it('keeps code, action and request id of the answer, and the cloud\'s own sentence', () => {
    const error = toCloudError({ code: 'TaskConflict', statusCode: 400, requestId: 'R-1', message: 'TaskConflict: code: 400, busy request id: R-1', data: { Message: 'The eip operate too frequent.' } }, write, 0);
    expect(error.detail).to.deep.equal({ kind: 'busy', code: 'TaskConflict', action: 'AssociateEipAddress', requestId: 'R-1' });
    expect(error.message).to.equal('The eip operate too frequent.');
  });

  it('gives no code of the operating system for one of the cloud', () => {
    expect(toCloudError(Object.assign(new Error('x'), { code: 'ECONNRESET' }), read, 0).detail.code).to.equal('');
  });

  it('holds what is throttled to the next minute, or as long as the cloud says', () => {
    expect(throttledAt(60_000 * 7 + 59_000).retryAfterMs).to.equal(1000);
    expect(throttledAt(60_000 * 7).retryAfterMs).to.equal(60_000);
    expect(throttledAt(60_000 * 7 + 59_000, { retryAfter: 250 }).retryAfterMs).to.equal(250);
    expect(throttledAt(0, {}, 'ModifyInstanceChargeType').retryAfterMs).to.equal(300_000);
  });

  it('passes on whether credentials may come back', () => {
    expect(kinds(new CredentialsUnavailable('x', 'unavailable'))).to.deep.equal(['unavailable', 'unavailable']);
    expect(kinds(new CredentialsUnavailable('x', 'forbidden'))).to.deep.equal(['forbidden', 'forbidden']);
  });

  it('lets no secret through, not even as the cause', () => {
    const message = 'server string to sign is: POST AccessKeyId=LTAI5tCanary123456&SecurityToken=CAISsecretCanary0123456789 Signature=abc%2Bdef= STS.NUcanary123 "AccessKeySecret":"canary-secret" Bearer canary.token eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOjF9.c2ln';
    const error = toCloudError({ code: 'SignatureDoesNotMatch', statusCode: 400, message, data: { Message: message } }, read, 0);
    expect(error.message).not.to.match(/canary|abc%2B/i);
    expect(error.cause).to.be.undefined;
  });

  it('cuts what is far longer than a sentence', () => {
    expect(toCloudError({ code: 'X', statusCode: 400, message: 'x'.repeat(10_000) }, read, 0).message).to.have.lengthOf(500);
  });
});
