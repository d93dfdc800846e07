/**
 * What is known of each VPC: the last complete listing, and the last reading of its network. Shared by all resources, so a
 * listing costs the same however many there are. A failed listing leaves the last one and says that it failed.
 */
import type { EipId, EniId, InstanceId, VpcId } from '../core/ids.ts';
import { inventoryOf, type Inventory } from '../core/inventory.ts';
import type { InstanceType, Network } from '../core/view.ts';
import type { Cloud, Clouds } from '../ports/cloud.ts';
import type { CloudError } from '../ports/cloud-error.ts';
import type { Clock } from '../ports/runtime.ts';
import { Created } from './created.ts';
import { RegionHealth } from './health.ts';
import { Turns } from './turns.ts';

/** An EIP that two looks this far apart omit, while others are answered, is gone (design section 3). */
const GONE_AFTER_MS = 60_000;

interface Flight<T> {
  readonly startedMs: number;
  readonly result: Promise<T>;
}

interface Orphans {
  /** Monotonic ms of the listing that was judged. */
  readonly asOfMs: number | undefined;
  /** Without a living owner by the cache. */
  readonly suspects: readonly string[];
  /** Without a living owner by two listings and the API server. */
  readonly ids: readonly string[];
}

/** One VPC of one region. */
export class Vpc {
  readonly cloud: Cloud;
  readonly vpcId: VpcId;
  /** Of the region, shared by its VPCs. */
  readonly health: RegionHealth;
  readonly #clock: Clock;
  /** Of those that a listing was awaited by. */
  readonly #turns: Turns;
  #inventory: { readonly value: Inventory; readonly startedMs: number; readonly endedMs: number } | undefined;
  #network: { readonly value: Network; readonly startedMs: number } | undefined;
  #listing: Flight<Inventory> | undefined;
  #reading: Flight<Network> | undefined;
  readonly instanceTypes = new Map<string, InstanceType>();
  /** Monotonic ms of the last listing that somebody asked for, beyond the routine. */
  requestedMs = Number.NEGATIVE_INFINITY;
  /** A listing begun after this monotonic ms is wanted, by one of the VPC for all. */
  wantedMs = Number.NEGATIVE_INFINITY;
  /** Listings that failed in a row. */
  failures = 0;
  /** The last listing failed, and is not tried again before (monotonic ms), whoever asks. */
  refusal: { readonly error: CloudError; readonly againMs: number } | undefined;
  /** Quotas that a call hit, until the next listing. */
  readonly exhausted = new Set<'eip' | 'eni'>();
  /** What the last listing said of owners that are gone, and what was told of it. */
  orphans: Orphans = { asOfMs: undefined, suspects: [], ids: [] };
  readonly goneInstances = new Set<InstanceId>();
  readonly created = new Created();
  readonly #omittedSinceMs = new Map<EipId, number>();
  readonly goneEips = new Set<EipId>();
  readonly goneEnis = new Set<EniId>();

  constructor(cloud: Cloud, vpcId: VpcId, { clock, health, turns }: { clock: Clock; health: RegionHealth; turns: Turns }) {
    this.cloud = cloud;
    this.vpcId = vpcId;
    this.health = health;
    this.#clock = clock;
    this.#turns = turns;
  }

  get inventory(): Inventory | undefined {
    return this.#inventory?.value;
  }

  /** Monotonic ms at which the last complete listing began; undefined: none yet. */
  get listedMs(): number | undefined {
    return this.#inventory?.startedMs;
  }

  /** Whether a look begun then (monotonic ms) knew of a listing begun at or after `sinceMs`. */
  wasListed(lookedMs: number, sinceMs: number): boolean {
    return this.#inventory !== undefined && this.#inventory.startedMs >= sinceMs && this.#inventory.endedMs <= lookedMs;
  }

  /** Monotonic ms at which the last complete reading of the network began. */
  get networkMs(): number | undefined {
    return this.#network?.startedMs;
  }

  get network(): Network | undefined {
    return this.#network?.value;
  }

  /** A listing begun at or after `sinceMs`, shared with everybody who asks meanwhile. There is one at a time: who needs a newer one waits for its end. */
  async list(sinceMs: number): Promise<Inventory> {
    const inventory = await this.#listedSince(sinceMs);
    await this.#turns.next();
    return inventory;
  }

  async #listedSince(sinceMs: number): Promise<Inventory> {
    for (;;) {
      if (this.#inventory && this.#inventory.startedMs >= sinceMs) return this.#inventory.value;
      if (this.#listing === undefined) return this.#begin();
      if (this.#listing.startedMs >= sinceMs) return this.#listing.result;
      await this.#listing.result.catch(() => undefined);
    }
  }

  async #begin(): Promise<Inventory> {
    const flight = { startedMs: this.#clock.monotonic(), result: this.#list() };
    this.#listing = flight;
    try {
      const value = await flight.result;
      this.#inventory = { value, startedMs: flight.startedMs, endedMs: this.#clock.monotonic() };
      this.#network = { value: value.network, startedMs: flight.startedMs };
      this.exhausted.clear();
      return value;
    } finally {
      this.#listing = undefined;
    }
  }

  async #list(): Promise<Inventory> {
    const [instances, networkInterfaces, eips, network] = await Promise.all([
      this.cloud.listInstances(this.vpcId), this.cloud.listNetworkInterfaces(this.vpcId), this.cloud.listEips(), this.cloud.readNetwork(this.vpcId),
    ]);
    await this.#describeTypes(instances.map((instance) => instance.instanceType));
    for (const instance of instances) this.goneInstances.delete(instance.id);
    return inventoryOf({ instances, networkInterfaces, eips, network });
  }

  async #describeTypes(names: readonly string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !this.instanceTypes.has(name)).sort();
    const types = missing.length > 0 ? await this.cloud.describeInstanceTypes(missing) : [];
    for (const type of types) this.instanceTypes.set(type.name, type);
  }

  /** The network as read at most `ageMaxMs` ago, read anew if need be. */
  async networkWithin(ageMaxMs: number): Promise<Network> {
    const sinceMs = this.#clock.monotonic() - ageMaxMs;
    if (this.#network && this.#network.startedMs >= sinceMs) return this.#network.value;
    if (this.#reading && this.#reading.startedMs >= sinceMs) return this.#reading.result;
    const flight = { startedMs: this.#clock.monotonic(), result: this.cloud.readNetwork(this.vpcId) };
    this.#reading = flight;
    try {
      const value = await flight.result;
      this.#network = { value, startedMs: flight.startedMs };
      return value;
    } finally {
      if (this.#reading === flight) this.#reading = undefined;
    }
  }

  /** Notes which of the asked EIPs a look answered. Omission counts only where another one asked for was answered. */
  noteEips(asked: readonly EipId[], answered: ReadonlySet<EipId>): void {
    const nowMs = this.#clock.monotonic();
    for (const id of asked) {
      if (answered.has(id)) {
        this.#omittedSinceMs.delete(id);
        this.goneEips.delete(id);
      } else if (answered.size > 0) {
        const sinceMs = this.#omittedSinceMs.get(id) ?? nowMs;
        this.#omittedSinceMs.set(id, sinceMs);
        if (nowMs - sinceMs >= GONE_AFTER_MS) this.goneEips.add(id);
      }
    }
  }
}

/** The VPCs that resources name, made when first asked for. */
export class VpcBook {
  readonly #clouds: Clouds;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #vpcs = new Map<string, Vpc>();
  readonly #health = new Map<string, RegionHealth>();

  constructor(clouds: Clouds, clock: Clock) {
    this.#clouds = clouds;
    this.#clock = clock;
    this.#turns = new Turns(clock);
  }

  of(regionId: string, vpcId: string): Vpc {
    const key = `${regionId}/${vpcId}`;
    const health = this.#health.get(regionId) ?? new RegionHealth(regionId);
    this.#health.set(regionId, health);
    const vpc = this.#vpcs.get(key) ?? new Vpc(this.#clouds(regionId), vpcId as VpcId, { clock: this.#clock, health, turns: this.#turns });
    this.#vpcs.set(key, vpc);
    return vpc;
  }
}
