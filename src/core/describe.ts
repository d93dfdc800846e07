/** Steps and verdicts in words, for events, status and logs. One table, so that a new step without words does not compile. */
import type { Reported } from './status.ts';
import type { Move, Verdict } from './situation.ts';
import type { Step, StepKind, StepOf } from './step.ts';

type Words = { readonly [K in StepKind]: { readonly doing: (step: StepOf<K>) => string; readonly done: string } };

/** `done` is the reason of the Event that tells of the step's effect; empty where it is not worth an Event. */
const WORDS: Words = {
  convertNatPublicIpToEip: { doing: ({ instance }) => `convert the static public IP of ${instance} to an EIP`, done: 'Converted' },
  modifyInstanceChargeType: { doing: ({ instance, to }) => `change the billing of ${instance} to ${to}`, done: 'BillingChanged' },
  tagEip: { doing: ({ eip }) => `tag EIP ${eip}`, done: '' },
  untagEip: { doing: ({ eip }) => `remove tags from EIP ${eip}`, done: '' },
  tagNetworkInterface: { doing: ({ networkInterface }) => `tag ENI ${networkInterface}`, done: '' },
  untagNetworkInterface: { doing: ({ networkInterface }) => `remove tags from ENI ${networkInterface}`, done: '' },
  createNetworkInterface: { doing: ({ instance, vSwitch }) => `create an ENI for ${instance} in ${vSwitch}`, done: 'NetworkInterfaceCreated' },
  attachNetworkInterface: { doing: ({ networkInterface, instance }) => `attach ENI ${networkInterface} to ${instance}`, done: 'Attached' },
  detachNetworkInterface: { doing: ({ networkInterface, instance }) => `detach ENI ${networkInterface} from ${instance}`, done: 'Detached' },
  deleteNetworkInterface: { doing: ({ networkInterface }) => `delete ENI ${networkInterface}`, done: 'NetworkInterfaceDeleted' },
  modifyNetworkInterfaceAttribute: { doing: ({ networkInterface, securityGroups }) => `set the security groups of ENI ${networkInterface} to ${securityGroups.join(', ')}`, done: 'SecurityGroupsChanged' },
  unassociateEipAddress: { doing: ({ eip, from }) => `unassociate EIP ${eip} from ${from.id}`, done: '' },
  associateEipAddress: { doing: ({ eip, to }) => `associate EIP ${eip} with ${to.id}`, done: 'Moved' },
  configureGuestRouting: { doing: ({ instance, networkInterface }) => `set up routing by source for ENI ${networkInterface} in ${instance}`, done: 'GuestConfigured' },
  confirmGuestRouting: { doing: ({ instance }) => `disarm the rollback of the routing in ${instance}`, done: 'GuestConfirmed' },
  undoGuestRouting: { doing: ({ instance, networkInterface }) => `take the routing for ENI ${networkInterface} out of ${instance}`, done: 'GuestRestored' },
};

const wordsOf = <K extends StepKind>(step: StepOf<K>): { doing: (step: StepOf<K>) => string; done: string } => WORDS[step.kind];

/** "attach ENI eni-1 to i-1". */
export const describeStep = (step: Step): string => wordsOf(step).doing(step);
/** Reason of the Event once the step's effect shows; an Associate back to the instance is a restoration. */
export const eventReasonOf = (step: Step): string => (step.kind === 'associateEipAddress' && step.to.kind === 'instance' ? 'Restored' : WORDS[step.kind].done);

/** What holds back the next step of an instance, outside the planner. */
export interface Overlay {
  readonly reason: Reported['reason'];
  readonly message: string;
  /** Nothing but a person, or another setting, gets it on. */
  readonly stuck: boolean;
}

/** A verdict in the words of status. `overlay` speaks only where there is a step to be done. */
export function reportedOf(verdict: Verdict, overlay: Overlay | undefined): Reported {
  const { move } = verdict;
  if ('do' in move && overlay) {
    const state = overlay.stuck && verdict.state !== 'InWindow' ? 'Blocked' : verdict.state;
    return { verdict: { ...verdict, state }, reason: overlay.reason, message: `${overlay.message}. Next: ${describeStep(move.do)}` };
  }
  return { verdict, ...wordsOfMove(move) };
}

const SETTLED: Record<Extract<Move, { settled: unknown }>['settled'], { reason: Reported['reason']; message: string }> = {
  Unified: { reason: 'Unified', message: 'Leaves by the NAT gateway; its own IP is on its ENI' },
  NothingToMove: { reason: 'NothingToMove', message: 'Has no public IP of its own and leaves by the NAT gateway' },
  Restored: { reason: 'Restored', message: 'Its EIP is on the instance again' },
  Released: { reason: 'Released', message: 'No longer owned; it stays as it is' },
};

function wordsOfMove(move: Move): { reason: Reported['reason']; message: string } {
  if ('blocked' in move) return move.blocked;
  if ('wait' in move) return move.wait;
  if ('settled' in move) return SETTLED[move.settled];
  return { reason: 'Progressing', message: `Next: ${describeStep(move.do)}${move.note === undefined ? '' : ` (${move.note})`}` };
}
