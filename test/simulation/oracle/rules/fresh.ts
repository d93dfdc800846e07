// What a process had been told when it sent a call: the reads that may justify it, none older than an opening of a window allows.
import { cidrHas, parseAddress, parseCidr } from '../../../../sim/cloud/state/addresses.ts';
import type { Deed } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import { listAt, textAt, type Read } from '../facts/reads.ts';
import type { Track } from '../facts/tracks.ts';

/** "On a view read at most 5 s ago" (design section 3), counted here from when the answer came in; a look takes up to three rounds. */
export const FRESH_MS = 6_000;

/** A row about the thing that had come in when the call was sent, and was fresh then. */
export const freshly = (life: Life, id: string, { sentMs }: Deed): Read | undefined => life.reads.of(id, sentMs, sentMs - FRESH_MS);

/** An Available SNAT entry over the instance's primary address was read. */
export function sawWayOut(life: Life, { instance }: Track, { sentMs }: Deed): boolean {
  const address = parseAddress(instance.primary.privateIps[0] ?? '') ?? 0;
  return life.reads.entries(sentMs - FRESH_MS).some((row) => {
    const cidr = parseCidr(textAt(row, 'SourceCIDR'));
    return textAt(row, 'Status') === 'Available' && cidr !== undefined && cidrHas(cidr, address);
  });
}

/** The interface was read as InUse on the instance. */
export function sawInUse(life: Life, eniId: string, deed: Deed): boolean {
  const row = freshly(life, eniId, deed)?.row;
  return textAt(row, 'Status') === 'InUse' && (textAt(row, 'InstanceId') === deed.instance || textAt(row, 'Attachment', 'InstanceId') === deed.instance);
}

/** The instance was read as one that may be moved: Running or Stopped, without an operation lock. */
export function sawIdle(life: Life, deed: Deed): boolean {
  const row = freshly(life, deed.instance, deed)?.row;
  const status = textAt(row, 'Status');
  return (status === 'Running' || status === 'Stopped') && listAt(row, 'OperationLocks', 'LockReason').length === 0;
}
