/** Connections from outside. */

/** answers: accepted. refuses: a reset came back, so packets flow and nobody listens. silent: nothing came back in time. */
export const KNOCKS = ['answers', 'refuses', 'silent'] as const;
export type Knock = (typeof KNOCKS)[number];

export interface Prober {
  /** One TCP connection, closed at once. undefined: the prober itself could not try, so nothing is known. Never throws. */
  knock(address: string, port: number): Promise<Knock | undefined>;
}
