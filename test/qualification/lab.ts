// What every part of a qualification works with.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Eip, Instance, NetworkInterface } from '../../src/core/view.ts';
import type { EipId, EniId, VpcId } from '../../src/core/ids.ts';
import type { Keys } from '../../src/adapters/alicloud/keys.ts';
import type { Cloud } from '../../src/ports/cloud.ts';
import type { Book } from './book.ts';
import type { Raw } from './raw.ts';

export interface Lab {
  readonly regionId: string;
  readonly vpcId: VpcId;
  /** The product's own adapter. */
  readonly cloud: Cloud;
  readonly raw: Raw;
  /** The credentials of the trial, for questions about wrong ones. */
  readonly keys: () => Promise<Keys>;
  readonly book: Book;
  /** One line for the person who watches. */
  readonly say: (line: string) => void;
  readonly pollMs: number;
  /** Aborted when the person wants to stop: nothing more is begun, what was made is removed. */
  readonly interrupted: AbortSignal;
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const PATIENCE_MS = 180_000;

/** Looks until what is seen is as it shall be; a closing step may be waited for even when the person wants to stop. */
export async function until<T>({ pollMs }: Pick<Lab, 'pollMs'>, look: () => Promise<T>, holds: (seen: T) => boolean, patienceMs = PATIENCE_MS): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > endMs) throw new Error(`after ${Math.round(patienceMs / 1000)} s it is still ${JSON.stringify(seen)}`);
    await sleep(pollMs);
  }
}

export const eipOf = async ({ cloud }: Pick<Lab, 'cloud'>, id: EipId): Promise<Eip | undefined> => (await cloud.describeEips([id], true))[0];
export const eniOf = async ({ cloud }: Pick<Lab, 'cloud'>, id: EniId): Promise<NetworkInterface | undefined> => (await cloud.describeNetworkInterfaces([id], true))[0];

export const untilBound = (lab: Lab, id: EipId): Promise<Eip | undefined> => until(lab, () => eipOf(lab, id), (eip) => eip?.status === 'InUse');
export const untilFree = (lab: Lab, id: EipId): Promise<Eip | undefined> => until(lab, () => eipOf(lab, id), (eip) => eip?.status === 'Available');
export const untilEni = (lab: Lab, id: EniId, status: NetworkInterface['status']): Promise<NetworkInterface | undefined> => until(lab, () => eniOf(lab, id), (eni) => eni?.status === status);

/** The address on which an instance is reached. */
export const publicIpOf = ({ publicIps, eip }: Instance): string => publicIps[0] ?? eip?.ip ?? '';
