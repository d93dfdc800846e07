// ACS3-HMAC-SHA256 on the server's side (facts section 9.1): the canonical request is built from what came, with the headers that the
// Authorization header itself lists as signed.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { demand, found } from '../engine/refusal.ts';
import type { Gatekeeper } from './credentials.ts';
import { canonicalQuery, type WireRequest } from './http-request.ts';

const scheme = 'ACS3-HMAC-SHA256';

interface Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export const isAcs3 = ({ headers }: WireRequest): boolean => headers['authorization']?.startsWith(`${scheme} `) === true;

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

function parseAuthorization(text: string): Authorization {
  const fields = new Map(text.slice(scheme.length).split(',').map((part) => part.trim().split('=') as [string, string]));
  const field = (name: string): string => found(fields.get(name), 'IncompleteSignature');
  return { accessKeyId: field('Credential'), signedHeaders: field('SignedHeaders').split(';'), signature: field('Signature') };
}

function canonicalRequest(request: WireRequest, signedHeaders: readonly string[]): string {
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  return [request.method, request.path, canonicalQuery(request.query), headers, signedHeaders.join(';'), request.headers['x-acs-content-sha256'] ?? ''].join('\n');
}

/** The signature that the holder of the secret would give this request. */
export function signatureOf(request: WireRequest, signedHeaders: readonly string[], secret: string): string {
  return createHmac('sha256', secret).update(`${scheme}\n${sha256(canonicalRequest(request, signedHeaders))}`).digest('hex');
}

function equal(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** Headers without whose signature a request could be turned into another. */
const mandatory = ['x-acs-action', 'x-acs-version', 'x-acs-date', 'x-acs-signature-nonce', 'x-acs-content-sha256'];

/** The caller's AccessKey id. Throws the refusal of the first check that fails. */
export function authenticateAcs3(request: WireRequest, gatekeeper: Gatekeeper): string {
  const { headers } = request;
  const authorization = parseAuthorization(headers['authorization'] ?? '');
  demand(mandatory.every((name) => authorization.signedHeaders.includes(name)), 'IncompleteSignature');
  const credential = gatekeeper.credential(authorization.accessKeyId, headers['x-acs-security-token']);
  gatekeeper.checkTime(headers['x-acs-date']);
  demand(headers['x-acs-content-sha256'] === sha256(request.body), 'SignatureDoesNotMatch', 'The body does not have the digest that was signed.');
  demand(equal(authorization.signature, signatureOf(request, authorization.signedHeaders, credential.accessKeySecret)), 'SignatureDoesNotMatch');
  gatekeeper.useNonce(found(headers['x-acs-signature-nonce'], 'IncompleteSignature'));
  return credential.accessKeyId;
}
