// Time as the engine sees it: always given from outside, so that a run on a virtual clock is repeatable.

export interface CloudClock {
  /** Epoch milliseconds of world time. */
  now(): number;
  /** Runs `action` after `delayMs` of world time; gives a function that cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

export const minuteMs = 60_000;

export const minuteOf = (timeMs: number): number => Math.floor(timeMs / minuteMs);

/** `2026-01-02T03:04Z`, the form of the ECS API. */
export const ecsTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 16)}Z`;

/** `2026-01-02T03:04:05Z`, the form of the VPC API. */
export const vpcTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
