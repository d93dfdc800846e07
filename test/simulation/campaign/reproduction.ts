// One line that says a plan, to be typed after `npm run simulate --`, and the same line read back.
import type { Injection, RunPlan } from '../engine/contract.ts';

const ratesOf = (rates: Readonly<Record<string, number>>): string => Object.entries(rates).map(([fault, rate]) => `${fault}=${rate}`).join(',');

/** The flags that give this plan again. */
export function reproductionOf({ scenario, seed, injections, standby, swarm, edits }: RunPlan): string {
  const flags = [`--scenario ${scenario}`, `--seed ${seed}`];
  if (injections.length > 0) flags.push(`--inject ${injections.map(({ at, fault }) => `${at}:${fault}`).join(',')}`);
  if (standby === true) flags.push('--standby');
  if (swarm !== undefined) flags.push(`--swarm ${swarm.untilMs}:${ratesOf(swarm.rates)}`);
  if (edits !== undefined && edits.length > 0) flags.push(`--edits ${edits.join(',')}`);
  return flags.join(' ');
}

const INJECTION = /^(\d+):(\S+)$/;

/** '42:lost-answer,57:crash-after'. Throws a sentence when it is something else. */
export function injectionsOf(text: string): Injection[] {
  return text.split(',').map((part) => {
    const [, at, fault] = INJECTION.exec(part) ?? [];
    if (at === undefined || fault === undefined) throw new Error(`--inject takes CALL:FAULT,…, such as 42:lost-answer,57:crash-after; ${part} is none`);
    return { at: Number(at), fault };
  });
}

/** '120000:lost-answer=0.01,…'. Throws a sentence when it is something else. */
export function swarmOf(text: string): NonNullable<RunPlan['swarm']> {
  const [, untilMs, rates] = /^(\d+):(\S+)$/.exec(text) ?? [];
  const pairs = (rates ?? '').split(',').map((part) => /^(\S+)=([\d.e-]+)$/.exec(part));
  if (untilMs === undefined || pairs.some((pair) => pair === null)) throw new Error('--swarm takes UNTIL_MS:FAULT=RATE,…, such as 120000:lost-answer=0.01');
  return { untilMs: Number(untilMs), rates: Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', Number(pair[2])]] : []))) };
}
