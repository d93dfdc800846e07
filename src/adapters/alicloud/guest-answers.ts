/** What became of a run, in the words of the port: the states and codes of Cloud Assistant as data (facts 2.14; SDK ErrorCode). */
import type * as sdk from '@alicloud/ecs20140526';
import type { CloudError } from '../../ports/cloud-error.ts';
import type { GuestAnswer } from '../../ports/guests.ts';
import { text } from './translate/fields.ts';

export type RunResult = sdk.DescribeInvocationResultsResponseBodyInvocationInvocationResultsInvocationResult;

type Why = Extract<GuestAnswer, { ran: false }>['why'];

/** States in which the script ended by itself. */
const ENDED: readonly string[] = ['Success', 'Failed'];
/** States after which nothing comes; Success and Failed apart. */
const BROKEN: readonly string[] = ['Invalid', 'Aborted', 'Error', 'Timeout', 'Cancelled', 'Terminated'];

/** ErrorCode → why nothing can be said of the guest; any other: failed. */
const CODES: Readonly<Record<string, Why>> = {
  InstanceNotExists: 'notRunning', InstanceReleased: 'notRunning', InstanceNotRunning: 'notRunning',
  ClientNotRunning: 'noAgent', ClientNotResponse: 'noAgent', ClientIsUpgrading: 'noAgent', ClientNeedUpgrade: 'noAgent',
  CommandNotApplicable: 'notLinux',
  DeliveryTimeout: 'timedOut', ExecutionTimeout: 'timedOut',
};

/** The states' own reasons, where no code says more. */
const reasonOf = (status: string, code: string): Why => CODES[code] ?? (status === 'Timeout' ? 'timedOut' : 'failed');

/** undefined: not at its end. */
export function answerOf(result: RunResult): GuestAnswer | undefined {
  const [status, code] = [text(result.invocationStatus), text(result.errorCode)];
  const exitCode = status === 'Success' ? 0 : (result.exitCode ?? Number.NaN);
  const ended = ENDED.includes(status);
  if (ended && Number.isInteger(exitCode)) return { ran: true, exitCode, output: text(result.output) };
  if (!ended && !BROKEN.includes(status)) return undefined;
  return { ran: false, why: reasonOf(status, code), message: `${status}: ${text(result.errorInfo) || code || 'the cloud does not say why'}` };
}

/** Codes of refused calls that speak of the guest. */
const REFUSED: Readonly<Record<string, Why>> = { 'InvalidInstance.NotMatch': 'notRunning', 'InvalidInstance.NotFound': 'notRunning', ClientNeedUpgrade: 'noAgent' };

const KINDS: Partial<Readonly<Record<CloudError['detail']['kind'], Why>>> = { forbidden: 'forbidden', throttled: 'timedOut' };

/** For a call that failed. */
export const unread = ({ message, detail }: CloudError): GuestAnswer => ({ ran: false, why: REFUSED[detail.code] ?? KINDS[detail.kind] ?? 'failed', message });
