// Time and chance, from outside: with a virtual clock and a seeded source every run of the simulator is the same.

/** What the simulator asks of its surroundings. */
export interface Runtime {
  /** Wall time in milliseconds since 1970. */
  nowMs(): number;
  /** A number in [0, 1). */
  random(): number;
  /** Runs the action once after the delay; the answer cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** An RFC 3339 time in whole seconds, as metadata carries it. */
export function timestamp(runtime: Runtime): string {
  return `${new Date(runtime.nowMs()).toISOString().slice(0, 19)}Z`;
}

/** A random (version 4) UUID from the runtime's source. */
export function uuid(runtime: Runtime): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(runtime.random() * 16).toString(16)).join('');
  const variant = (8 + Math.floor(runtime.random() * 4)).toString(16);
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}

/** A suffix as the server adds to metadata.generateName: five letters and digits that cannot form words. */
export function nameSuffix(runtime: Runtime): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from({ length: 5 }, () => letters.charAt(Math.floor(runtime.random() * letters.length))).join('');
}
