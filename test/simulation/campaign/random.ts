// The random campaign: a seed decides about the scenario, which faults are abroad and how often each comes (a swarm: each seed enables a
// random few, so that none hides the others), who stands by, whether another cluster shares the VPC, and a chain of edits.
import type { Random } from '../../../src/ports/runtime.ts';
import type { RunPlan } from '../engine/contract.ts';
import { stream } from '../engine/random.ts';
import { below, pick } from './chance.ts';

export interface Supply {
  readonly scenarios: readonly string[];
  readonly faults: readonly string[];
  readonly edits: readonly string[];
}

const MINUTE_MS = 60_000;
const RATES = [0.002, 0.005, 0.01, 0.03];
const FAULTS_MAX = 8;
const EDITS_MAX = 5;

/** Some of them, in the order of drawing. */
const some = <T>(random: Random, items: readonly T[], most: number): T[] => Array.from({ length: below(random, most + 1) }, () => pick(random, items));

/** The plan of a seed: the same on every machine. */
export function planOfSeed(seed: number, { scenarios, faults, edits }: Supply): RunPlan {
  const random = stream(seed, 'plan');
  const scenario = `${pick(random, scenarios)}${random() < 0.15 ? '+c2' : ''}`;
  const standby = random() < 0.4;
  const rates = Object.fromEntries([pick(random, faults), ...some(random, faults, FAULTS_MAX)].map((fault) => [fault, pick(random, RATES)]));
  const untilMs = MINUTE_MS * (1 + below(random, 4));
  const chain = random() < 0.5 ? some(random, edits, EDITS_MAX) : [];
  return { scenario, seed, injections: [], swarm: { rates, untilMs }, ...(standby && { standby }), ...(chain.length > 0 && { edits: chain }) };
}
