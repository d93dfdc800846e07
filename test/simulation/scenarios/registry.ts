// Scenarios by the name that a plan bears: the twelve, the one of the chains of declarations, and variations of them ('S2+c2', 'S2~split').
import type { Scenario } from '../engine/contract.ts';
import { CANONICAL } from './canonical.ts';
import { DECLARED } from './declared.ts';
import { lenient, strict, type CanonicalScenario } from './scenario.ts';
import { VARIATIONS } from './variations.ts';

const ALL: readonly CanonicalScenario[] = [...CANONICAL, DECLARED];

const SUFFIX = /[+~].*$/;

/** Throws a sentence when there is none of this name. */
export function canonicalNamed(name: string): CanonicalScenario {
  const [suffix = ''] = SUFFIX.exec(name) ?? [];
  const found = ALL.find((scenario) => scenario.name === name.replace(SUFFIX, ''));
  const vary = suffix === '' ? (scenario: CanonicalScenario): CanonicalScenario => scenario : VARIATIONS[suffix];
  if (found === undefined || vary === undefined) {
    throw new Error(`no scenario is called ${name}; there are ${ALL.map((scenario) => scenario.name).join(', ')}, each also with ${Object.keys(VARIATIONS).join(', ')}`);
  }
  return { ...vary(found), name };
}

/** `goalMayChange`: something of the plan changes what the end is to be. */
export const scenarioNamed = (name: string, goalMayChange: boolean): Scenario => (goalMayChange ? lenient : strict)(canonicalNamed(name));
