// The older RPC signature: HMAC-SHA1 over all parameters of query and form together, Signature itself left out; Action and Version are
// parameters like the others. Terraform's provider and the older SDKs sign like this.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { demand, found } from '../engine/refusal.ts';
import type { Gatekeeper } from './credentials.ts';
import { canonicalQuery, formOf, percentEncode, type WireRequest } from './http-request.ts';

/** Parameters that belong to the protocol and not to the action. */
const protocolParameters = new Set([
  'Action', 'Version', 'Format', 'AccessKeyId', 'Signature', 'SignatureMethod', 'SignatureVersion', 'SignatureNonce', 'SignatureType',
  'Timestamp', 'SecurityToken',
]);

/** Query and form as one; a name that is in both counts as the form has it. */
export const allParameters = (request: WireRequest): Map<string, string> => new Map([...request.query, ...formOf(request)]);

export const withoutProtocol = (parameters: Iterable<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries([...parameters].filter(([name]) => !protocolParameters.has(name)));

/** "METHOD&%2F&" and the encoded canonical query, signed with the secret and an ampersand. */
export function rpcSignature(method: string, parameters: ReadonlyMap<string, string>, secret: string): string {
  const signed = [...parameters].filter(([name]) => name !== 'Signature');
  return createHmac('sha1', `${secret}&`).update(`${method}&${percentEncode('/')}&${percentEncode(canonicalQuery(signed))}`).digest('base64');
}

/** The caller's AccessKey id. Throws the refusal of the first check that fails. */
export function authenticateRpc(request: WireRequest, gatekeeper: Gatekeeper): string {
  const parameters = allParameters(request);
  const text = (name: string): string => found(parameters.get(name), 'IncompleteSignature', `The parameter "${name}" is missing.`);
  demand(text('SignatureMethod') === 'HMAC-SHA1', 'IncompleteSignature', 'Only HMAC-SHA1 is known.');
  const credential = gatekeeper.credential(text('AccessKeyId'), parameters.get('SecurityToken'));
  gatekeeper.checkTime(text('Timestamp'));
  const wanted = Buffer.from(rpcSignature(request.method, parameters, credential.accessKeySecret));
  const given = Buffer.from(text('Signature'));
  demand(wanted.length === given.length && timingSafeEqual(wanted, given), 'SignatureDoesNotMatch');
  gatekeeper.useNonce(text('SignatureNonce'));
  return credential.accessKeyId;
}
