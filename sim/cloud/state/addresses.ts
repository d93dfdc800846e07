// IPv4 arithmetic and the address pool of a vSwitch. An address is a 32-bit unsigned number inside, dotted text outside.
// A vSwitch keeps its first and its last three addresses for the system, so they are never handed out.

export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** Number of a dotted IPv4 address; undefined when the text is not one. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** `a.b.c.d/n`, or a lone address as /32; undefined when it is neither or has host bits set. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = '', length = '32', ...rest] = text.split('/');
  const base = parseAddress(address);
  const prefix = Number(length);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || prefix > 32) return undefined;
  return base % 2 ** (32 - prefix) === 0 ? { base, prefix } : undefined;
}

export const cidrSize = (cidr: Cidr): number => 2 ** (32 - cidr.prefix);

export const cidrHas = (cidr: Cidr, address: number): boolean => address >= cidr.base && address < cidr.base + cidrSize(cidr);

export const cidrContains = (outer: Cidr, inner: Cidr): boolean => inner.prefix >= outer.prefix && cidrHas(outer, inner.base);

export class AddressPool {
  readonly cidr: Cidr;
  readonly #used = new Set<number>();
  readonly #first: number;
  readonly #usable: number;
  #next: number;
  /** Addresses held by things that this world does not list. */
  #elsewhere = 0;

  constructor(cidr: Cidr) {
    this.cidr = cidr;
    this.#first = cidr.base + 1;
    this.#usable = Math.max(0, cidrSize(cidr) - 4);
    this.#next = this.#first;
  }

  get available(): number {
    return Math.max(0, this.#usable - this.#used.size - this.#elsewhere);
  }

  /** Makes `count` addresses remain, as if other users of the vSwitch held the others. */
  leave(count: number): void {
    this.#elsewhere = Math.max(0, this.#usable - this.#used.size - count);
  }

  /** Whether the address may be handed out at all (inside, and none of the system's). */
  serves(address: number): boolean {
    return address >= this.#first && address < this.#first + this.#usable;
  }

  isFree(address: number): boolean {
    return this.serves(address) && !this.#used.has(address);
  }

  take(address: number): void {
    this.#used.add(address);
  }

  /** Takes the next idle address; undefined when none is left. */
  takeAny(): number | undefined {
    if (this.available === 0) return undefined;
    while (!this.isFree(this.#next)) this.#next = this.serves(this.#next + 1) ? this.#next + 1 : this.#first;
    this.#used.add(this.#next);
    return this.#next;
  }

  release(address: number): void {
    this.#used.delete(address);
  }
}
