// Scenarios by the name that a plan bears: the twelve, the one of the chains of declarations, and variations of them ('S2+c2', 'S2~split').
import type { Scenario } from '../engine/contract.ts';
import { CANONICAL } from './canonical.ts';
import { DECLARED } from './declared.ts';
import { lenient, strict, type CanonicalScenario } from './scenario.ts';
import { VARIATIONS } from './variations.ts';

const ALL: readonly CanonicalScenario[] = [...CANONICAL, DECLARED];

const SUFFIXES = /[+~][^+~]*/g;

/** Suffixes may follow one another: the first is told first. Throws a sentence when there is none of this name. */
export function canonicalNamed(name: string): CanonicalScenario {
  const found = ALL.find((scenario) => scenario.name === name.replace(SUFFIXES, ''));
  const ways = (name.match(SUFFIXES) ?? []).map((suffix) => VARIATIONS[suffix]);
  if (found === undefined || ways.includes(undefined)) {
    throw new Error(`no scenario is called ${name}; there are ${ALL.map((scenario) => scenario.name).join(', ')}, each also with ${Object.keys(VARIATIONS).join(', ')}`);
  }
  return { ...ways.reduce<CanonicalScenario>((scenario, vary) => vary?.(scenario) ?? scenario, found), name };
}

/** `goalMayChange`: something of the plan changes what the end is to be. */
export const scenarioNamed = (name: string, goalMayChange: boolean): Scenario => (goalMayChange ? lenient : strict)(canonicalNamed(name));
