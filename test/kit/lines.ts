// A verdict as one line of text, so that a table of cases reads like the table of the design.
import { plan } from '../../src/core/plan.ts';
import type { Move, PlanInput, Verdict } from '../../src/core/situation.ts';
import type { GuestInterface, Step, StepKind, StepOf } from '../../src/core/step.ts';

type Words = { readonly [K in StepKind]: (step: StepOf<K>) => string };

const keysOf = (keys: readonly string[]): string => keys.map((key) => key.replace(/^.*\//, '')).join(',');

const guestWords = ({ instance, networkInterface, mac, address }: GuestInterface): string => `${networkInterface} in ${instance} (${mac}, ${address})`;

const WORDS: Words = {
  convertNatPublicIpToEip: ({ instance }) => instance,
  modifyInstanceChargeType: ({ instance, to }) => `${instance} to ${to}`,
  tagEip: ({ eip, tags }) => `${eip} ${Object.entries(tags).map(([key, value]) => `${keysOf([key])}=${value}`).join(',')}`,
  untagEip: ({ eip, keys }) => `${eip} ${keysOf(keys)}`,
  tagNetworkInterface: ({ networkInterface, tags }) => `${networkInterface} ${keysOf(Object.keys(tags))}`,
  untagNetworkInterface: ({ networkInterface, keys }) => `${networkInterface} ${keysOf(keys)}`,
  createNetworkInterface: ({ instance, eip, vSwitch, securityGroups }) => `for ${instance} ${eip} in ${vSwitch} with ${securityGroups.join(',')}`,
  attachNetworkInterface: ({ networkInterface, instance }) => `${networkInterface} to ${instance}`,
  detachNetworkInterface: ({ networkInterface, instance }) => `${networkInterface} from ${instance}`,
  deleteNetworkInterface: ({ networkInterface }) => networkInterface,
  modifyNetworkInterfaceAttribute: ({ networkInterface, securityGroups }) => `${networkInterface} to ${securityGroups.join(',')}`,
  unassociateEipAddress: ({ eip, from }) => `${eip} from ${from.id}`,
  associateEipAddress: ({ eip, to }) => `${eip} to ${to.id}`,
  configureGuestRouting: (step) => guestWords(step),
  confirmGuestRouting: (step) => guestWords(step),
  undoGuestRouting: (step) => guestWords(step),
};

/** "attachNetworkInterface eni-1 to i-1". */
export const stepLine = <K extends StepKind>(step: StepOf<K>): string => `${step.kind} ${(WORDS[step.kind] as (step: StepOf<K>) => string)(step)}`;

function moveLine(move: Move): string {
  if ('do' in move) return `${stepLine(move.do satisfies Step)}${move.phase === 'step' ? '' : ` (${move.phase})`}`;
  if ('wait' in move) return `wait ${move.wait.reason}`;
  if ('settled' in move) return `settled ${move.settled}`;
  return `blocked ${move.blocked.reason}`;
}

/** "InWindow: associateEipAddress eip-1 to eni-1 (close)". */
export const lineOf = ({ state, move }: Verdict): string => `${state}: ${moveLine(move)}`;

export const planLine = (input: PlanInput): string => lineOf(plan(input));
