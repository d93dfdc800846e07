/**
 * Connections from outside: what the ports of spec.verification.inbound say before the cut-over, and whether they say it still after it.
 */
import { judgeInbound, unverified, type Heard, type Outcome } from '../../core/verification.ts';
import type { Context } from '../context.ts';
import { portsOf, type Tested } from './tested.ts';

/** A port that is silent once may have lost a packet. */
const BASELINE_TRIES = 2;

async function knockOnce({ prober, metrics }: Context, address: string, port: number): Promise<Heard> {
  const heard = await prober?.knock(address, port);
  metrics.count('probes_total', { answer: heard ?? 'none' });
  return heard;
}

async function knock(ctx: Context, address: string, ports: readonly number[]): Promise<ReadonlyMap<number, Heard>> {
  return new Map(await Promise.all(ports.map(async (port) => [port, await knockOnce(ctx, address, port)] as const)));
}

const portsThat = (heard: ReadonlyMap<number, Heard>, is: (what: Heard) => boolean): number[] => [...heard].filter(([, what]) => is(what)).map(([port]) => port);

/** Notes what answers before the cut-over. What could not be tried stays unknown. */
export async function takeBaseline({ ctx, state, id }: Tested, address: string): Promise<void> {
  let heard = await knock(ctx, address, portsOf(state));
  for (let tries = 1; tries < BASELINE_TRIES; tries += 1) heard = new Map([...heard, ...(await knock(ctx, address, portsThat(heard, (what) => what === 'silent')))]);
  if (!state.members.has(id)) return;
  const tried = portsThat(heard, (what) => what !== undefined);
  state.memory(id).trial.baseline = { tried, answered: portsThat(heard, (what) => what === 'answers'), takenMs: ctx.clock.monotonic() };
  ctx.log.debug('ports before the cut-over', { resource: state.resource.metadata.name, instance: id, address, note: [...heard].map(([port, what]) => `${port} ${what ?? 'not tried'}`).join(', ') });
}

/** Whether what answered before answers still: the check from outside that lets a guest keep its new routing. Without ports the agent's answer is all there is. */
export async function stillAnswers({ ctx, state, id }: Tested): Promise<boolean> {
  const address = state.reported.get(id)?.verdict.publicIp;
  const ports = portsOf(state).filter((port) => state.memory(id).trial.baseline?.answered.includes(port));
  if (ctx.prober === undefined || address === undefined || ports.length === 0) return true;
  const heard = await knock(ctx, address, ports);
  return portsThat(heard, (what) => what === 'answers').length === ports.length;
}

/** One try of all ports at once. What answers is known from now on. */
export async function tryInbound(tested: Tested): Promise<Outcome> {
  const { ctx, state, id } = tested;
  const address = state.reported.get(id)?.verdict.publicIp;
  if (ctx.prober === undefined || address === undefined) return unverified('ProbeUnavailable', 'the controller tries no connections');
  const heard = await knock(ctx, address, portsOf(state));
  if (!state.members.has(id)) return unverified('NotTested', 'it left meanwhile');
  const { trial } = state.memory(id);
  const outcome = judgeInbound(heard, trial.baseline);
  learn(tested, portsThat(heard, (what) => what === 'answers'));
  return outcome;
}

/** An instance that was unified when the resource came has no baseline: what answers once must answer from then on. */
function learn({ ctx, state, id }: Tested, answers: readonly number[]): void {
  const { trial } = state.memory(id);
  const { tried = [], answered = [] } = trial.baseline ?? {};
  const news = answers.filter((port) => !tried.includes(port) && !answered.includes(port));
  if (news.length > 0) trial.baseline = { tried: [...tried, ...news], answered: [...answered, ...news], takenMs: trial.baseline?.takenMs ?? ctx.clock.monotonic() };
}
