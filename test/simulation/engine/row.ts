// What one row of the catalogue of faults is made of. Data first: where it can exist, and why not elsewhere; then what it does.
import type { Laboratory } from '../laboratory.ts';
import type { Leaving } from './boundary.ts';
import type { Crossing, Edit, Side } from './contract.ts';
import type { Passage } from './passage.ts';

/** A kind of call. */
export interface Place {
  readonly side: Side;
  readonly verb: string;
  readonly mutates: boolean;
}

/** Where and when it happens. */
export interface Site {
  readonly lab: Laboratory;
  readonly crossing: Crossing;
  readonly leaving: Leaving;
  readonly edits: Readonly<Record<string, Edit>>;
}

export interface Row {
  readonly id: string;
  readonly says: string;
  /** Why it cannot exist at such a call; undefined: it can. */
  readonly cannot: (place: Place) => string | undefined;
  /** What it makes of the call itself. */
  readonly bend?: Passage;
  /** How long it goes on acting (ms since the call); 0 when not given. */
  readonly lastsMs?: number;
  /** What happens besides, or instead; gives how long that acts, or undefined when the world has nothing for it to happen to just now. */
  readonly happen?: (site: Site) => number | undefined;
}

type Cannot = Row['cannot'];

export const anywhere: Cannot = () => undefined;

/** Only where the condition holds. */
export const only = (holds: (place: Place) => boolean, otherwise: string): Cannot => (place) => (holds(place) ? undefined : otherwise);

/** All must hold; the first reason counts. */
export const all = (...conditions: readonly Cannot[]): Cannot => (place) => {
  for (const cannot of conditions) {
    const reason = cannot(place);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

export const onCloud = (otherwise: string): Cannot => only(({ side }) => side === 'cloud', otherwise);
export const onKubernetes = (otherwise: string): Cannot => only(({ side }) => side === 'kubernetes', otherwise);
export const isWatch = ({ verb }: Place): boolean => verb.startsWith('WATCH ');
export const onVerbs = (verbs: readonly string[], otherwise: string): Cannot => {
  const known = new Set(verbs);
  return only(({ verb }) => known.has(verb), otherwise);
};
