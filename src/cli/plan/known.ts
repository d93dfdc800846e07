/**
 * What is known of interruptions and of money, and from where; what is not known is said to be unknown. Figures of the simulated cloud are
 * those of `npm run bench` with the latencies of docs/simulator.md (80 ms a round trip, 2 s to unbind, 2 s to bind).
 */

/** Inbound, while the EIP is between two bindings. */
export const WINDOW = {
  /** A round trip, the unbinding and the binding: nothing can be faster. */
  floorSeconds: 4.1,
  p50Seconds: 4.7,
  p99Seconds: 5.0,
  /** After this the move is turned round. */
  turnedRoundSeconds: 30,
  source: 'npm run bench against the simulated cloud (100 windows at once); no run on the real cloud is recorded',
} as const;

/** What a NAT gateway does to connections that leave by it. */
export const NAT = {
  tcpIdleSeconds: 900,
  udpIdleSeconds: 60,
  /** Of one EIP, to one destination. */
  connectionsMax: 55_000,
  source: 'NAT gateway documentation and its FAQ',
} as const;

export const FEE = {
  /** The convention of price lists for a month. */
  hoursPerMonth: 730,
  source: 'EIP documentation, billing and its FAQ: an EIP on an ECS instance has no configuration fee, one on a secondary ENI is charged by the hour',
  unknown: 'unknown: the price depends on the region and is not read; take it from the billing page of EIPs and give it as --eip-hourly-fee',
} as const;

/** Accounts that first bought EIPs after 2020-01-15. */
export const ASSOCIATION = {
  freePerEipOfQuota: 5,
  usualQuota: 20,
  source: 'EIP documentation, billing: association fee',
} as const;
