// A trial from the survey to the report. Whatever happens after the first write, what was made is removed again, and what was found is kept.
import type { Instance } from '../../src/core/view.ts';
import { UsageProblem } from '../../src/cli/usage-problem.ts';
import { contractSuite } from './contract.ts';
import { ControlPlane, endLeftovers, type Setting } from './control-plane.ts';
import { Interrupted, type Lab } from './lab.ts';
import { prepare } from './prepare.ts';
import { Rounds } from './rounds.ts';
import { Scratch } from './scratch.ts';
import { announcement, survey } from './site.ts';
import { STATEMENTS, type Moment } from './statements.ts';
import { sweep, sweepMade, type CommandLine } from './sweep.ts';

export interface Wanted {
  readonly windows: number;
  readonly probePort?: number;
  readonly network: string;
}

export interface Tools {
  readonly lab: Lab;
  readonly setting: Setting;
  readonly commandLine: CommandLine;
  /** undefined: nobody can be asked. */
  readonly mayBegin: ((question: string) => Promise<boolean>) | undefined;
}

const QUESTION = 'Begin? Only "yes" begins: ';

/** Throws UsageProblem when it did not begin. */
export async function qualify(tools: Tools, wanted: Wanted): Promise<void> {
  const { lab, commandLine, mayBegin } = tools;
  const ground = await survey(lab);
  for (const line of announcement(ground, { vpcId: lab.vpcId, regionId: lab.regionId, windows: wanted.windows })) lab.say(line);
  if (lab.book.isResumed) lab.say(`going on with ${lab.book.file}: what was found there is not asked again`);
  if (mayBegin === undefined) throw new UsageProblem('nobody sits at this terminal to be asked: look at the list, and give --yes');
  if (!(await mayBegin(QUESTION))) throw new UsageProblem('nothing was done');
  lab.book.save();
  try {
    await endLeftovers(lab.book.trial.processes ?? []);
    await phase(lab, 'what an earlier run left behind is removed', () => sweep(lab, commandLine));
    await trial(tools, wanted);
  } finally {
    lab.book.trial.leftBehind = await sweep(lab, commandLine).catch((error: unknown) => [`unknown: ${messageOf(error)}`]);
    lab.book.save();
  }
}

async function trial(tools: Tools, wanted: Wanted): Promise<void> {
  const { lab, setting } = tools;
  const { book } = lab;
  // only now: the sweep may have brought an EIP home, or released one
  const { instances } = await survey(lab);
  await phase(lab, 'the contract suite', async () => { book.trial.contract ??= await contractSuite(setting, { network: wanted.network, ...(book.trial.endpoint !== undefined && { endpoint: book.trial.endpoint }) }); });
  await phase(lab, 'questions', () => questions(lab, instances, ['reads', 'scratch']));
  await phase(lab, 'what the questions needed is removed', () => sweepMade(lab));
  await phase(lab, 'the instances are prepared', () => prepare(lab, instances));
  await phase(lab, 'windows', () => windows(tools, instances, wanted));
  await phase(lab, 'questions at the end', () => questions(lab, instances, ['end']));
  if (!lab.interrupted.aborted) book.trial.finishedAt = new Date().toISOString();
}

async function windows({ lab, setting }: Tools, instances: readonly Instance[], { windows: wanted, probePort }: Wanted): Promise<void> {
  const control = await ControlPlane.start(setting);
  try {
    await Rounds.over(lab, control, { windows: wanted, ...(probePort !== undefined && { probePort }), whileUnified: () => questions(lab, instances, ['unified']) });
  } catch (error) {
    lab.say(control.said);
    throw error;
  } finally {
    await control.stop();
  }
}

/** A phase that fails is a problem of the report; the others are still worth it. */
async function phase(lab: Lab, what: string, work: () => Promise<unknown>): Promise<void> {
  if (lab.interrupted.aborted) return;
  lab.say(`— ${what}`);
  try {
    await work();
    lab.book.save();
  } catch (error) {
    if (error instanceof Interrupted) return lab.say('interrupted');
    lab.say(`${what}: ${messageOf(error)}`);
    lab.book.problem(`${what}: ${messageOf(error)}`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Each that has no answer yet, in their order. */
async function questions(lab: Lab, instances: readonly Instance[], moments: readonly Moment[]): Promise<void> {
  const [instance] = instances;
  if (instance === undefined) return;
  const made = new Scratch(lab, instance);
  for (const { id, asked } of STATEMENTS) {
    if (asked === undefined || !moments.includes(asked.at) || id in lab.book.trial.answers) continue;
    if (lab.interrupted.aborted) return;
    const answer = await asked.by(lab, made).catch((error: unknown) => ({ verdict: 'not shown' as const, seen: `could not be asked: ${messageOf(error)}` }));
    lab.say(`${id}: ${answer.verdict}: ${answer.seen}`);
    lab.book.answer(id, answer);
  }
}
