/**
 * Whether the API of a region is well, judged by what became of the last calls of each kind. While it is not, nothing new is begun there and
 * windows are closed still: what is under way in a bad hour is how addresses get lost.
 *
 * Unwell: of the last calls of one kind, a dozen at most and a minute old at most, six at least and two thirds at least failed by the API's
 * own fault, and for three instances at least. So one sick instance, a refusal, a quota or missing rights never trip it; a single call that
 * failed for many counts once; and since nothing is begun meanwhile, the minute passes and calls are tried again.
 */
import type { CloudError, CloudErrorKind } from '../ports/cloud-error.ts';
import { open } from './cloud-words.ts';

const SPAN_MS = 60_000;
const SAMPLE_MAX = 12;
const FAILED_MIN = 6;
const SHARE_MIN = 2 / 3;
const SUBJECTS_MIN = 3;
/** Faults of the API; everything else is an answer of an API that works. */
const OWN_FAULTS: ReadonlySet<CloudErrorKind> = new Set(['unavailable', 'ambiguous', 'throttled']);

interface Outcome {
  readonly atMs: number;
  readonly subject: string;
  readonly error: CloudError | undefined;
}

const isOwnFault = ({ error }: Outcome): boolean => error !== undefined && OWN_FAULTS.has(error.detail.kind);
/** Our own limit stopped it: the API was not asked. */
const isUnsent = ({ detail: { kind, code } }: CloudError): boolean => kind === 'throttled' && code === '';

export class RegionHealth {
  readonly #regionId: string;
  readonly #outcomes = new Map<string, Outcome[]>();

  constructor(regionId: string) {
    this.#regionId = regionId;
  }

  /** What became of one call of a kind (a step, a look) for an instance, at a monotonic ms. Callers of one shared call hand in the same error. */
  note(kind: string, outcome: Outcome): void {
    const known = this.#outcomes.get(kind) ?? [];
    if (outcome.error && (isUnsent(outcome.error) || known.some(({ error }) => error === outcome.error))) return;
    this.#outcomes.set(kind, [...known.slice(1 - SAMPLE_MAX), outcome]);
  }

  /** Why nothing is to be begun now; undefined: the API is well. */
  whyNotBegin(nowMs: number): string | undefined {
    for (const [kind, outcomes] of this.#outcomes) {
      const recent = outcomes.filter(({ atMs }) => nowMs - atMs < SPAN_MS);
      const failed = recent.filter(isOwnFault);
      const subjects = new Set(failed.map(({ subject }) => subject)).size;
      if (failed.length < FAILED_MIN || failed.length < recent.length * SHARE_MIN || subjects < SUBJECTS_MIN) continue;
      return `Of the last ${recent.length} calls (${kind}) ${failed.length} failed by the fault of the API in ${this.#regionId}: ${open(failed.at(-1)?.error?.message ?? '')}`;
    }
    return undefined;
  }
}
