// What every signature scheme has to look at besides the signature: whose key it is, whether the time is near, whether the nonce is new.
// Times here are real ones, of the machine's clock: signers know nothing of the world's.

import type { Credential } from '../state/cloud-state.ts';
import { demand, found } from '../engine/refusal.ts';

const skewMs = 15 * 60_000;

export class Gatekeeper {
  readonly #credentials: readonly Credential[];
  readonly #realNow: () => number;
  readonly #nonces = new Map<string, number>();

  constructor(credentials: readonly Credential[], realNow: () => number) {
    this.#credentials = credentials;
    this.#realNow = realNow;
  }

  credential(accessKeyId: string, securityToken: string | undefined): Credential {
    const credential = found(this.#credentials.find((known) => known.accessKeyId === accessKeyId), 'InvalidAccessKeyId.NotFound');
    demand((credential.securityToken ?? '') === (securityToken ?? ''), 'InvalidSecurityToken.MismatchWithAccessKey');
    return credential;
  }

  /** Refuses a time more than 15 minutes from now. */
  checkTime(text: string | undefined): void {
    const timeMs = Date.parse(text ?? '');
    demand(Math.abs(timeMs - this.#realNow()) <= skewMs, 'IllegalTimestamp');
  }

  /** Refuses a nonce seen within the time in which its request is acceptable; last of the checks, so that a wrong request uses up none. */
  useNonce(nonce: string): void {
    const nowMs = this.#realNow();
    for (const [old, seenMs] of this.#nonces) {
      if (nowMs - seenMs <= 2 * skewMs) break;
      this.#nonces.delete(old);
    }
    demand(!this.#nonces.has(nonce), 'SignatureNonceUsed');
    this.#nonces.set(nonce, nowMs);
  }
}
