// A campaign cut into shards that need not know of each other: unit k belongs to shard (k mod n) + 1.

export interface Shard {
  /** From 1. */
  readonly number: number;
  readonly of: number;
}

export const WHOLE: Shard = { number: 1, of: 1 };

/** '2/8'. Throws a sentence when it is something else. */
export function shardOf(text: string): Shard {
  const [, number, of] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const shard = { number: Number(number), of: Number(of) };
  if (!(shard.number >= 1 && shard.number <= shard.of)) throw new Error(`--shard takes i/n with 1 ≤ i ≤ n, such as 2/8; ${text} is none`);
  return shard;
}

export const belongsTo = (index: number, { number, of }: Shard): boolean => index % of === number - 1;
