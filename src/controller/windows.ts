/**
 * The windows of this process: which hold tokens, how many may be open at once, and who waits for one.
 * Invariants: with no Associate accepted yet one window at most is open, the canary of the permissions; each that is accepted lets two more
 * open, so that a limit of which nobody knew is met by few. Tokens end with the window, with its instance, and with its resource. Whoever
 * waits is called when a window ends, and need not ask.
 */
import type { WindowTokens } from '../ports/cloud.ts';

/** A window that ends makes room for at most so many. */
const CALLED_MAX = 2;

export class Windows {
  #accepted = 0;
  readonly #held = new Map<string, WindowTokens>();
  /** In the order of asking: what calls them. */
  readonly #line = new Map<string, () => void>();

  /** Whether one more may be open beside the others. */
  mayOpen(key: string): boolean {
    const others = this.#held.size - Number(this.#held.has(key));
    return others <= this.#accepted;
  }

  /** The window is about to open. Tokens that it held before, for an Unassociate whose effect never came, are given back. */
  open(key: string, tokens: WindowTokens): void {
    this.#held.get(key)?.release();
    this.#held.set(key, tokens);
    this.#line.delete(key);
  }

  tokensOf(key: string): WindowTokens | undefined {
    return this.#held.get(key);
  }

  /** An Associate was accepted: what the window has left is free for others. */
  accepted(key: string): void {
    this.#accepted += 1;
    this.#end(key);
    this.#call();
  }

  /** The window is closed, or was not opened. */
  close(key: string): void {
    if (this.#end(key)) this.#call();
  }

  /** The same window, in other hands: of the resource that has the instance now. */
  passOn(key: string, heir: string): void {
    const tokens = this.#held.get(key);
    if (tokens === undefined || this.#held.has(heir)) return;
    this.#held.delete(key);
    this.#held.set(heir, tokens);
  }

  /** Its resource, or the instance, is no longer in these hands. `prefix`: that of the keys. */
  forget(prefix: string): void {
    for (const key of [...this.#held.keys()]) if (key.startsWith(prefix)) this.close(key);
    for (const key of [...this.#line.keys()]) if (key.startsWith(prefix)) this.#line.delete(key);
  }

  /** Stands in line until a window ends. */
  wait(key: string, call: () => void): void {
    this.#line.set(key, call);
  }

  #end(key: string): boolean {
    this.#held.get(key)?.release();
    return this.#held.delete(key);
  }

  #call(): void {
    for (const [key, call] of [...this.#line].slice(0, CALLED_MAX)) {
      this.#line.delete(key);
      call();
    }
  }
}
