// Events in the form that events.k8s.io/v1 wants, with its limits (pkg/apis/core/validation/events.go). Pure.
import { API_VERSION, GROUP, KIND } from '../../api/names.ts';
import type { EgressUnification } from '../../api/egress-unification.ts';
import type { UserEvent } from '../../ports/resources.ts';

/** Who reports, in every event. */
export const REPORTING_CONTROLLER = `${GROUP}/controller`;

// counted in bytes by the server, whatever its message says
const NOTE_BYTES_MAX = 1024;
const WORD_CHARACTERS_MAX = 128;
// a name holds 253 characters; the rest is for the time and the salt
const NAME_CHARACTERS_MAX = 200;

/** A new Event about a resource. `salt` keeps two events of one millisecond apart. */
export function eventBody({ metadata }: EgressUnification, event: UserEvent, about: { readonly nowMs: number; readonly salt: string; readonly instance: string }) {
  const { name, uid, resourceVersion } = metadata;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, NAME_CHARACTERS_MAX)}.${about.nowMs.toString(16)}${about.salt}`, namespace: 'default' },
    eventTime: microTime(about.nowMs),
    type: event.type,
    reason: event.reason.slice(0, WORD_CHARACTERS_MAX),
    action: event.action.slice(0, WORD_CHARACTERS_MAX),
    note: shortened(event.note),
    regarding: { apiVersion: API_VERSION, kind: KIND, name, uid, resourceVersion },
    reportingController: REPORTING_CONTROLLER,
    reportingInstance: about.instance.slice(0, WORD_CHARACTERS_MAX),
  };
}

/** A MicroTime, which must have six digits of a second. */
export const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

/** The text if it fits, else its beginning and an ellipsis, never in the middle of a character. */
export function shortened(note: string): string {
  const bytes = new TextEncoder().encode(note);
  if (bytes.length <= NOTE_BYTES_MAX) return note;
  const ellipsis = '…';
  // a decoder that streams keeps back a character that is cut off
  const kept = new TextDecoder().decode(bytes.subarray(0, NOTE_BYTES_MAX - new TextEncoder().encode(ellipsis).length), { stream: true });
  return `${kept}${ellipsis}`;
}
