/** The address that an instance shows to the Internet: asked by a command of ours in its guest, held against what the way out has. */
import type { GuestAnswer } from '../../ports/guests.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Network } from '../../core/view.ts';
import { judgeEgress, shownBy, unverified, type Outcome } from '../../core/verification.ts';
import { wayOutOf } from '../judge.ts';
import { isStillWanted } from '../still-wanted.ts';
import { isObserving, type Tested } from './tested.ts';

/** Many that fail at once read the network once. */
const NETWORK_MS = 10_000;

type NotRun = Extract<GuestAnswer, { ran: false }>;

const notRun = ({ why, message }: NotRun): Outcome => unverified(why === 'notRunning' ? 'InstanceNotRunning' : 'GuestUnread', message);

const echoServicesOf = ({ state: { resource: { spec } } }: Tested): readonly string[] => spec.verification?.egress?.echoServices ?? [];

/** Another service first at each try, so that one that lies does not decide alone. */
function inTurn(services: readonly string[], tries: number): readonly string[] {
  const first = services.length === 0 ? 0 : tries % services.length;
  return [...services.slice(first), ...services.slice(0, first)];
}

/** One try: one command in the guest. */
export async function tryEgress(tested: Tested): Promise<Outcome> {
  const { ctx, state, id } = tested;
  if (ctx.guests === undefined) return unverified('GuestCommandsOff', 'the controller runs without --allow-guest-commands');
  if (!isStillWanted(state, id)) return unverified('NotObserved', 'it does not match the selector any more');
  if (isObserving(tested)) return unverified('Observing', 'no command is sent to guests');
  const test = state.memory(id).trial.tests.egress;
  const services = inTurn(echoServicesOf(tested), test.tries).join(',');
  const answer = await ctx.guests(state.resource.spec.regionId).run({ instance: id, command: 'egress', parameters: { services } });
  ctx.metrics.count('guest_commands_total', { command: 'egress', outcome: answer.ran ? 'answered' : answer.why });
  if (!answer.ran) return notRun(answer);
  const shown = shownBy(answer.output);
  if ('address' in shown) test.shown = [...test.shown, shown];
  else if (test.shown.length === 0) return unverified('EchoUnclear', `no echo service answered with an address: ${shown.problem}`);
  return held(tested);
}

/** Held against the way out as it was listed, and where that says no, as it is now. */
async function held(tested: Tested): Promise<Outcome> {
  const { ctx, state } = tested;
  const outcome = against(tested, state.vpc.network);
  if (outcome.verdict !== 'failed') return outcome;
  try {
    return against(tested, await state.vpc.networkWithin(NETWORK_MS));
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    ctx.log.warn('the network of the VPC could not be read', { vpc: state.vpc.vpcId, error: error.message });
    return unverified('NotObserved', `the way out could not be read: ${error.message}`);
  }
}

function against({ state, id }: Tested, network: Network | undefined): Outcome {
  const instance = state.memory(id).view?.instance ?? state.vpc.inventory?.instances.get(id);
  const wayOut = wayOutOf(state, network, instance);
  if (wayOut.verdict !== 'stands') return unverified('NotObserved', `the way out does not stand: ${wayOut.problem.message}`);
  return judgeEgress(state.memory(id).trial.tests.egress.shown, wayOut.publicIps);
}
