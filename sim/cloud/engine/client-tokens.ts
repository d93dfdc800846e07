// Idempotence by ClientToken: a token that comes again with the same parameters gets the first answer again, with others it is
// refused; while the operation that it began is under way, its repetition is told to wait. A refused call leaves no token behind.
// The replay is blind: it answers with an object's id even when that object has been deleted since.

import type { Task } from '../state/entities.ts';
import type { Body } from './call.ts';
import { demand, refusal } from './refusal.ts';

interface Kept {
  readonly fingerprint: string;
  readonly body: Body;
  readonly task: Task | undefined;
  readonly keptAtMs: number;
}

export class ClientTokens {
  readonly #kept = new Map<string, Kept>();

  /** The answer to give again; undefined when the token is new. Throws IdempotentParameterMismatch or LastTokenProcessing. */
  replay(key: string, fingerprint: string): Body | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    demand(kept.fingerprint === fingerprint, 'IdempotentParameterMismatch');
    if (kept.task?.running) throw refusal('LastTokenProcessing');
    return kept.body;
  }

  keep(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
  }

  /** Drops tokens kept before the given time. */
  forget(beforeMs: number): void {
    for (const [key, kept] of this.#kept) {
      if (kept.keptAtMs >= beforeMs) return;
      this.#kept.delete(key);
    }
  }
}

/** All parameters but the token itself, in one order. */
export function fingerprintOf(parameters: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(parameters).filter(([name]) => name !== 'ClientToken').sort(([a], [b]) => (a < b ? -1 : 1)));
}
