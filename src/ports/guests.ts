/**
 * Our commands in guests, through the cloud's agent. Each is a file of ours (guest/*.sh) with parameters that need no quoting.
 *
 * Contract:
 * - `run` never throws: what cannot be said about a guest is `unread`, with the reason;
 * - `begin` resolves when the cloud accepted the command, and throws CloudError as every other write;
 * - both pass the same gates as every write: the lease, and the rate limits; `run` waits for its turn, at most until its deadline.
 */
import type { InstanceId } from '../core/ids.ts';

export const GUEST_COMMANDS = ['egress', 'routing-check', 'routing-configure', 'routing-confirm', 'routing-undo'] as const;
export type GuestCommand = (typeof GUEST_COMMANDS)[number];

export interface GuestRequest {
  readonly instance: InstanceId;
  readonly command: GuestCommand;
  /** By the names that the command's file has in {{…}}. Values of letters, digits and . : , / _ - alone. */
  readonly parameters: Readonly<Record<string, string>>;
}

export type GuestAnswer =
  | { readonly ran: true; readonly exitCode: number; readonly output: string }
  | { readonly ran: false; readonly why: 'noAgent' | 'notRunning' | 'notLinux' | 'timedOut' | 'forbidden' | 'failed'; readonly message: string };

export interface Guests {
  run(request: GuestRequest): Promise<GuestAnswer>;
  begin(request: GuestRequest): Promise<void>;
}
