// What a guest can be asked.
import type { Sample } from '../run/series.ts';

/** Where guests answer, as sshd would. */
export const SSH_PORT = 22;

export interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

export interface GuestCalls {
  /** Which address a service outside sees, so many times at once; '' where nothing came back. */
  readonly egress: { readonly ask: { readonly host: string; readonly port: number; readonly times: number; readonly timeoutMs: number }; readonly answer: readonly string[] };
  /** The same at a steady beat, until `endStream`. */
  readonly beginStream: { readonly ask: { readonly host: string; readonly port: number; readonly everyMs: number; readonly timeoutMs: number }; readonly answer: boolean };
  readonly endStream: { readonly ask: object; readonly answer: readonly Sample[] };
  /** A command as the cloud's agent runs it: as root, in the guest. */
  readonly run: { readonly ask: { readonly name: string; readonly script: string; readonly timeoutMs: number }; readonly answer: Ran };
}
