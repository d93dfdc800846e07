/**
 * The Guests port on Cloud Assistant. A command of ours that is registered in the region is invoked by its id, else its text is brought
 * along. Every run has a client token of its own, so that it happens once; nothing is sent twice but what the cloud refused as one call too
 * many, and that within the run's deadline. What is told of a guest is the result that the cloud has for this very run.
 */
import * as sdk from '@alicloud/ecs20140526';
import type { InstanceId } from '../../core/ids.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { GuestAnswer, GuestRequest, Guests } from '../../ports/guests.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { freshToken } from './fresh-token.ts';
import { GuestAgents } from './guest-agents.ts';
import { answerOf, unread, type RunResult } from './guest-answers.ts';
import { COMMAND_TIMEOUT_S, registeredName, valuesOf } from './guest-commands.ts';
import { GUEST_SCRIPTS } from './guest-scripts.generated.ts';
import { RegisteredCommands } from './registered-commands.ts';
import type { Region } from './region.ts';
import { text } from './translate/fields.ts';

/** Delivery within a minute, a minute to run, and time to wait for one's turn. */
const RUN_MAX_MS = 150_000;
const POLL_FIRST_MS = 1_000;
const POLL_GROWTH = 1.5;
const POLL_MAX_MS = 10_000;
/** A turn that is due at once, by clocks that round. */
const TURN_LEAST_MS = 100;

const TIMED_OUT: GuestAnswer = { ran: false, why: 'timedOut', message: `no result within ${RUN_MAX_MS / 1000} s` };

export interface GuestOptions extends Pick<Cloud, 'describeInstances'> {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export class CloudAssistant implements Guests {
  readonly #region: Region;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #agents: GuestAgents;
  readonly #registered: RegisteredCommands;

  constructor(region: Region, options: GuestOptions) {
    this.#region = region;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#agents = new GuestAgents(region, options);
    this.#registered = new RegisteredCommands(region, options);
  }

  async run(request: GuestRequest): Promise<GuestAnswer> {
    const deadlineMs = this.#clock.monotonic() + RUN_MAX_MS;
    try {
      const values = valuesOf(request);
      const obstacle = await this.#inTurn(deadlineMs, () => this.#agents.obstacle(request.instance));
      if (obstacle) return obstacle;
      const token = freshToken(this.#random);
      const invokeId = await this.#inTurn(deadlineMs, () => this.#send(request, values, token));
      return await this.#result(request.instance, invokeId, deadlineMs);
    } catch (error) {
      return error instanceof CloudError ? unread(error) : { ran: false, why: 'failed', message: String(error) };
    }
  }

  async begin(request: GuestRequest): Promise<void> {
    await this.#send(request, valuesOf(request), freshToken(this.#random));
  }

  /** The id of the run. Rejects with CloudError. */
  async #send(request: GuestRequest, values: Readonly<Record<string, string>>, clientToken: string): Promise<string> {
    const commandId = await this.#registered.idOf(request.command);
    const { invokeId } = await (commandId === undefined ? this.#bring(request, values, clientToken) : this.#invoke(request, values, { commandId, clientToken }));
    if (text(invokeId) === '') throw new CloudError('the cloud took the command but did not name the run', { kind: 'ambiguous', code: '', action: 'InvokeCommand' });
    return text(invokeId);
  }

  #bring({ instance, command }: GuestRequest, parameters: Readonly<Record<string, string>>, clientToken: string): Promise<{ invokeId?: string; requestId?: string }> {
    const { regionId, clients, funnel } = this.#region;
    const request = new sdk.RunCommandRequest({
      regionId, instanceId: [instance], name: registeredName(command), type: 'RunShellScript', commandContent: Buffer.from(GUEST_SCRIPTS[command].content).toString('base64'),
      contentEncoding: 'Base64', enableParameter: true, parameters, keepCommand: false, timeout: COMMAND_TIMEOUT_S, clientToken,
    });
    return funnel.call({ product: 'ecs', action: 'RunCommand', send: () => clients.ecs.runCommand(request) });
  }

  /** An id that the cloud no longer knows is looked for anew the next time. */
  async #invoke({ instance }: GuestRequest, parameters: Readonly<Record<string, string>>, { commandId, clientToken }: { commandId: string; clientToken: string }): Promise<{ invokeId?: string; requestId?: string }> {
    const { regionId, clients, funnel } = this.#region;
    const request = new sdk.InvokeCommandRequest({ regionId, commandId, instanceId: [instance], parameters, timeout: COMMAND_TIMEOUT_S, clientToken });
    try {
      return await funnel.call({ product: 'ecs', action: 'InvokeCommand', send: () => clients.ecs.invokeCommand(request) });
    } catch (error) {
      if (error instanceof CloudError && error.detail.code === 'InvalidCmdId.NotFound') this.#registered.forget();
      throw error;
    }
  }

  async #result(instance: InstanceId, invokeId: string, deadlineMs: number): Promise<GuestAnswer> {
    for (let pauseMs = POLL_FIRST_MS; this.#clock.monotonic() + pauseMs < deadlineMs; pauseMs = Math.min(pauseMs * POLL_GROWTH, POLL_MAX_MS)) {
      await this.#pause(pauseMs);
      const result = await this.#look(instance, invokeId);
      const answer = result && answerOf(result);
      if (answer) return answer;
    }
    return TIMED_OUT;
  }

  /** A look that fails on the way is one look less. */
  async #look(instanceId: InstanceId, invokeId: string): Promise<RunResult | undefined> {
    const { regionId, clients, funnel } = this.#region;
    const request = new sdk.DescribeInvocationResultsRequest({ regionId, invokeId, instanceId, contentEncoding: 'PlainText', maxResults: 10 });
    try {
      const { invocation } = await funnel.call({ product: 'ecs', action: 'DescribeInvocationResults', send: () => clients.ecs.describeInvocationResults(request) });
      return invocation?.invocationResults?.invocationResult?.find((row) => row.invokeId === invokeId && row.instanceId === instanceId);
    } catch (error) {
      if (error instanceof CloudError && ['throttled', 'unavailable'].includes(error.detail.kind)) return undefined;
      throw error;
    }
  }

  /** Does it when the rate limits let it, and not after the deadline. */
  async #inTurn<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof CloudError) || error.detail.kind !== 'throttled') throw error;
        const pauseMs = Math.max(error.detail.retryAfterMs ?? 0, TURN_LEAST_MS);
        if (this.#clock.monotonic() + pauseMs >= deadlineMs) throw error;
        await this.#pause(pauseMs);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}
