// What is true of each instance, kept up to date after every event and only where something may have changed: its home address, where that
// is, whether the instance leaves, its open window and who opened it, and since when it was last in the shape that is wished for.
import type { CloudState } from '../../../../sim/cloud/state/cloud-state.ts';
import type { Eip, Instance } from '../../../../sim/cloud/state/entities.ts';
import { eipsOn } from '../../../../sim/cloud/state/relations.ts';
import { TAG } from '../../../../src/api/names.ts';
import type { Deed } from './deeds.ts';
import type { Marks } from './marks.ts';
import { eipAt, hasOwnAddress, isReachedAt, placeOf, Ways, type Place } from './network.ts';

/** Who made the address of an instance leave its place. */
export interface Window {
  readonly sinceMs: number;
  /** Undefined: not a call of a replica. */
  readonly opener: Deed | undefined;
  readonly by: 'us' | 'human' | 'cloud';
}

export interface Track {
  readonly instance: Instance;
  isGone: boolean;
  /** The public address that it must stay reachable on; undefined: it has none. */
  homeIp: string | undefined;
  place: Place | undefined;
  isReached: boolean;
  leaves: boolean;
  window: Window | undefined;
  isSettled: boolean;
  /** When it was last seen settled; -Infinity: never. */
  settledMs: number;
  firstSettledMs: number;
}

export type Cause = { readonly by: 'us'; readonly deed: Deed } | { readonly by: 'human' | 'cloud' };

/** What an event has done to one instance. */
export interface Change {
  readonly track: Track;
  readonly cause: Cause;
  readonly wasReached: boolean;
  readonly left: boolean;
  readonly placeBefore: Place | undefined;
  /** The window that this event has ended. */
  readonly closed: Window | undefined;
}

/** Where an address is that nobody says whose it is, once a person took it away. */
const TAKEN: ReadonlySet<Place> = new Set(['unbound', 'elsewhere', 'detachedEni']);

export class Tracks {
  readonly ways: Ways;
  readonly #state: CloudState;
  readonly #marks: Marks;
  readonly #tracks = new Map<string, Track>();
  /** Whose home an address is, or was when nobody else claims it. */
  readonly #homes = new Map<string, string>();
  /** Instances on which an asynchronous operation may end at any time. */
  readonly #moving = new Set<Track>();
  readonly #open = new Set<Track>();

  constructor(state: CloudState, marks: Marks) {
    this.#state = state;
    this.#marks = marks;
    this.ways = new Ways(state);
    this.survey(0);
  }

  of(id: string): Track | undefined {
    return this.#tracks.get(id);
  }

  all(): IterableIterator<Track> {
    return this.#tracks.values();
  }

  /** Those whose home address is not in its place. */
  open(): ReadonlySet<Track> {
    return this.#open;
  }

  homeOf(ip: string): string | undefined {
    return this.#homes.get(ip);
  }

  /** Finds instances and homes that are new; to be called when a person may have changed anything. */
  survey(atMs: number): void {
    this.ways.forget();
    for (const track of this.#tracks.values()) this.#forsake(track);
    for (const instance of this.#state.instances.all()) if (!this.#tracks.has(instance.id)) this.#begin(instance, atMs);
    for (const track of this.#tracks.values()) if (this.#adopt(track)) this.#begunElsewhere(track, atMs);
  }

  /** Judges the instances anew of which something may have changed, and those where something is under way. */
  refresh(named: Iterable<string>, cause: Cause, atMs: number): readonly Change[] {
    const due = new Set(this.#moving);
    for (const id of named) {
      const track = this.#tracks.get(id);
      if (track) due.add(track);
    }
    return [...due].flatMap((track) => this.#renew(track, cause, atMs) ?? []);
  }

  #begin(instance: Instance, atMs: number): void {
    const track: Track = {
      instance, isGone: false, homeIp: undefined, place: undefined, isReached: true, leaves: true, window: undefined, isSettled: false, settledMs: -Infinity, firstSettledMs: Infinity,
    };
    this.#tracks.set(instance.id, track);
    this.#adopt(track);
    this.#look(track, atMs);
    if (!track.isReached) this.#openWindow(track, { by: 'cloud' }, atMs);
  }

  #forsake(track: Track): void {
    track.isGone = this.#state.instances.get(track.instance.id) !== track.instance;
    if (track.homeIp !== undefined && this.#isLost(track, track.homeIp)) track.homeIp = undefined;
  }

  /** Whether it has found a home now. */
  #adopt(track: Track): boolean {
    if (track.homeIp !== undefined || track.isGone) return false;
    track.homeIp = homeIpOf(this.#state, track.instance, (ip) => this.#tracks.get(this.#homes.get(ip) ?? '')?.homeIp === ip);
    if (track.homeIp !== undefined) this.#homes.set(track.homeIp, track.instance.id);
    return track.homeIp !== undefined;
  }

  /** Nobody could say whose the address was when a person took it away; now something does. */
  #begunElsewhere(track: Track, atMs: number): void {
    this.#look(track, atMs);
    if (!track.isReached && track.window === undefined) this.#openWindow(track, { by: 'human' }, atMs);
  }

  /** Gone with its instance, or released; or taken away by a person where nothing says whose it is. */
  #isLost(track: Track, ip: string): boolean {
    const place = track.isGone ? 'gone' : placeOf(this.#state, track.instance, ip);
    const eip = eipAt(this.#state, ip);
    return place === 'gone' || (eip !== undefined && this.#isTaken(track, eip, place));
  }

  /** Without a tag that names anybody it was taken out of its place; or, never tagged, followed by another on the primary NIC. */
  #isTaken({ instance, window }: Track, { id, ip, tags }: Eip, place: Place): boolean {
    const named = tags.get(TAG.instance);
    if (this.#marks.isMarked(id)) return place === 'elsewhere' ? !this.#isKeptBy(instance, ip, named) : place === 'unbound' && window === undefined && !this.#tracks.has(named ?? '');
    return TAKEN.has(place) || (place === 'eni' && hasOwnAddress(this.#state, instance));
  }

  /** Its tag names the instance, or another one that has it not: a person may have moved or forged it. Where the tag and the place agree on another, it is that one's. */
  #isKeptBy({ id }: Instance, ip: string, named: string | undefined): boolean {
    const other = this.#tracks.get(named ?? '');
    return other !== undefined && (named === id || placeOf(this.#state, other.instance, ip) === 'elsewhere');
  }

  #look(track: Track, atMs: number): void {
    const { instance, homeIp } = track;
    track.place = homeIp === undefined ? undefined : placeOf(this.#state, instance, homeIp);
    track.isReached = track.isGone || track.place === undefined || isReachedAt(track.place);
    const own = hasOwnAddress(this.#state, instance);
    const way = this.ways.of(instance);
    track.leaves = track.isGone || own || way !== undefined;
    settle(track, !own && way !== undefined, atMs);
    if (this.#isMoving(track)) this.#moving.add(track);
    else this.#moving.delete(track);
  }

  #isMoving({ instance, homeIp, isGone }: Track): boolean {
    if (isGone) return false;
    const eip = homeIp === undefined ? undefined : eipAt(this.#state, homeIp);
    return instance.task !== undefined || eip?.task !== undefined || [...instance.interfaces].some(({ task }) => task !== undefined);
  }

  #openWindow(track: Track, cause: Cause, atMs: number): void {
    // another address in its place: a person was quicker
    const by = hasOwnAddress(this.#state, track.instance) ? 'human' : cause.by;
    track.window = { sinceMs: atMs, by, opener: cause.by === 'us' ? cause.deed : undefined };
    this.#open.add(track);
  }

  #renew(track: Track, cause: Cause, atMs: number): Change | undefined {
    const { isReached: wasReached, leaves: left, place: placeBefore, window } = track;
    this.#look(track, atMs);
    if (wasReached && !track.isReached) this.#openWindow(track, cause, atMs);
    else if (window) this.#followWindow(track, window, cause.by === 'human' && this.#isDisturbed(track, placeBefore));
    if (wasReached === track.isReached && left === track.leaves && placeBefore === track.place) return undefined;
    return { track, cause, wasReached, left, placeBefore, closed: track.isReached && cause.by !== 'human' ? window : undefined };
  }

  /** The address was moved, another put in its place, or the interface taken off that it is to be on. */
  #isDisturbed({ place, instance }: Track, placeBefore: Place | undefined): boolean {
    const isTakenOff = this.#state.interfaces.all().some(({ tags, instanceId }) => tags.get(TAG.instance) === instance.id && instanceId !== instance.id);
    return isTakenOff || placeBefore !== place || hasOwnAddress(this.#state, instance);
  }

  /** A window that was open before: it ends when the address is back; where a person has disturbed it, from then on it is theirs. */
  #followWindow(track: Track, window: Window, isDisturbed: boolean): void {
    if (track.isReached) {
      track.window = undefined;
      this.#open.delete(track);
    } else if (isDisturbed) track.window = { ...window, by: 'human' };
  }
}

/** Settled: it leaves by SNAT alone, and its home address, if it has one, is on an ENI. What was settled until now was so until now. */
function settle(track: Track, leavesBySnat: boolean, atMs: number): void {
  if (track.isSettled) track.settledMs = atMs;
  track.isSettled = !track.isGone && leavesBySnat && (track.place === undefined || track.place === 'eni');
  if (!track.isSettled) return;
  track.settledMs = atMs;
  if (atMs < track.firstSettledMs) track.firstSettledMs = atMs;
}

/** The address that an instance has when it is first seen: its static one, the EIP that our tags call its own, one on its primary NIC, one on its interfaces. */
function homeIpOf(state: CloudState, instance: Instance, isTaken: (ip: string) => boolean): string | undefined {
  if (instance.publicIp !== '') return instance.publicIp;
  const tagged = state.eips.all().filter(({ tags }) => tags.get(TAG.instance) === instance.id);
  const primary = [...eipsOn(state, instance.id), ...eipsOn(state, instance.primary.id)];
  const secondary = [...instance.interfaces].filter(({ type }) => type === 'Secondary').flatMap(({ id }) => eipsOn(state, id));
  return [tagged, primary, secondary].flatMap((eips) => [...eips].sort((a, b) => (a.id < b.id ? -1 : 1))).find(({ ip }) => !isTaken(ip))?.ip;
}
