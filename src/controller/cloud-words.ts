/** What the cloud refused, in words for status and events: the action, the cloud's sentence and code, and what to do. Pure. */
import { REASONS, type Reason } from '../api/reasons.ts';
import type { CloudError } from '../ports/cloud-error.ts';

/** The sentence without its full stop, so that another can follow. */
export const open = (sentence: string): string => sentence.replace(/\.$/, '');

/** "AssociateEipAddress: User not authorized … (Forbidden.RAM). Grant the action …", without a full stop at its end. */
export function inWords({ message, detail: { action, code } }: CloudError, reason: Reason): string {
  const what = `${action === '' ? '' : `${action}: `}${open(message)}${code === '' ? '' : ` (${code})`}`;
  return `${what}. ${open(REASONS[reason].remedy)}`;
}
