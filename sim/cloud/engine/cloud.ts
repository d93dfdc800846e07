// The simulated cloud: takes a call, answers at once, and lets asynchronous operations end by the clock it was given. Deterministic
// and without effects: the same world, clock, random source and calls give the same answers. Order of the gates: faults, action,
// quota of the minute, permission, region, client token, then the action itself.

import type { GuestExecutor, GuestHost } from '../assistant/executor.ts';
import { modelledGuests } from '../assistant/guest-model.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Busy, Task } from '../state/entities.ts';
import { abandonTask } from '../state/relations.ts';
import { actions } from './actions.ts';
import type { Action, AsyncStep, Body, Call, Product } from './call.ts';
import { CallLog } from './call-log.ts';
import { ClientTokens, fingerprintOf } from './client-tokens.ts';
import type { CloudClock } from './clock.ts';
import { Faults, type Fault } from './faults.ts';
import { answer, instead, refused, spoil, type Answer, type Outcome } from './outcome.ts';
import { Parameters } from './parameters.ts';
import { demand, found, Refusal, refusal } from './refusal.ts';
import { MinuteWindows } from './throttle.ts';

export interface CloudRequest {
  readonly product: Product;
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
  /** Whose call it is; '' when nobody's permissions are to be looked at. */
  readonly accessKeyId?: string;
}

export interface Surroundings {
  readonly clock: CloudClock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** How many calls the log holds at least. */
  readonly logMax?: number;
  readonly watcher?: Watcher;
  /** Runs commands in guests; the model of guests answers when there is none. */
  readonly guests?: GuestExecutor;
}

/** Somebody who follows what happens in the world by itself or by a call; must change nothing. */
export interface Watcher {
  /** Right before a mutating call takes effect or an asynchronous operation ends. */
  changing?(): void;
  /** An asynchronous operation has ended; `what`: latency and outcome, such as 'attach' or 'attach fell back'. */
  settled?(what: string): void;
}

export class SimulatedCloud {
  readonly state: CloudState;
  readonly clock: CloudClock;
  readonly faults = new Faults();
  readonly log: CallLog;
  readonly #random: () => number;
  readonly #watcher: Watcher | undefined;
  readonly #tokens = new ClientTokens();
  readonly #windows = new MinuteWindows();
  readonly #guests: GuestHost;
  #calls = 0;
  /** The state that calls see. */
  #reading: CloudState;

  constructor(state: CloudState, surroundings: Surroundings) {
    this.state = state;
    this.#reading = state;
    this.clock = surroundings.clock;
    this.#random = surroundings.random;
    this.#watcher = surroundings.watcher;
    this.log = new CallLog(surroundings.logMax ?? 100_000);
    const later: GuestHost['later'] = (delayMs, what, action) => this.clock.after(delayMs, () => this.#befall(what, action));
    this.#guests = { later, now: () => this.clock.now(), befall: (what, action) => this.#befall(what, action), run: surroundings.guests ?? modelledGuests(state, later) };
  }

  /** Takes one call. Never throws: whatever goes wrong is in the answer. `given`: spoils this very call, whatever faults are armed. */
  call(request: CloudRequest, given?: Fault): Answer {
    const requestId = this.#nextRequestId();
    const fault = given ?? this.faults.take(request.product, request.action);
    const early = fault?.phase === 'before' ? instead(fault, requestId) : undefined;
    const outcome = early ?? this.#serve(request, requestId, fault);
    const seen = fault && !early ? spoil(outcome, fault, requestId) : outcome;
    this.#record(request, requestId, { outcome: seen, fault });
    return answer(seen, fault);
  }

  /** The error answer to a call that did not get as far as an action (a wrong signature, say), with its line in the log. */
  refuse(request: CloudRequest, reason: Refusal): Answer {
    const requestId = this.#nextRequestId();
    const outcome = refused(reason, requestId);
    this.#record(request, requestId, { outcome, fault: undefined });
    return answer(outcome, undefined);
  }

  /** A read answered from another state than the present one, an older one for example: what a replica of the cloud's own that lags behind would say. */
  callStale(request: CloudRequest, state: CloudState): Answer {
    const present = this.#reading;
    this.#reading = state;
    try {
      return this.call(request);
    } finally {
      this.#reading = present;
    }
  }

  /** Somebody else has used up what is left of the quota of an action in this minute. */
  exhaust(product: Product, action: string): void {
    this.#windows.exhaust(`${product}:${action}`, this.clock.now());
  }

  /** A latency of the world in milliseconds, drawn anew where it is a range. */
  latencyMs(name: keyof CloudState['latenciesMs']): number {
    const latency = this.state.latenciesMs[name];
    return typeof latency === 'number' ? latency : latency[0] + this.#random() * (latency[1] - latency[0]);
  }

  /** Starts an asynchronous operation; `fault` may make it hang or fall back. */
  begin(holder: Busy, step: AsyncStep, fault?: Fault): Task {
    abandonTask(holder);
    const task: Task = { startedAtMs: this.clock.now(), running: true, cancel: () => undefined };
    holder.task = task;
    if (fault?.kind === 'stepHangs' && fault.delayMs === 0) return task;
    const extraMs = fault?.kind === 'stepHangs' ? fault.delayMs : 0;
    task.cancel = this.clock.after(this.latencyMs(step.latency) + extraMs, () => {
      task.running = false;
      holder.task = undefined;
      const falls = fault?.kind === 'stepFails';
      this.#befall(falls ? `${step.latency} fell back` : step.latency, falls ? step.fail : step.complete);
    });
    return task;
  }

  /** Something that happens in the world without a call. */
  #befall(what: string, action: () => void): void {
    this.#watcher?.changing?.();
    action();
    this.#watcher?.settled?.(what);
  }

  #nextRequestId(): string {
    this.#calls += 1;
    return `00000000-0000-4000-8000-${this.#calls.toString(16).toUpperCase().padStart(12, '0')}`;
  }

  #serve(request: CloudRequest, requestId: string, fault: Fault | undefined): Outcome {
    try {
      const action = found(actions.get(`${request.product}:${request.action}`), 'InvalidAction.NotFound');
      this.#admit(action, request);
      if (action.mutates) this.#watcher?.changing?.();
      return { status: 200, code: '', body: this.#idempotent(action, request, this.#context(request, requestId, fault)) };
    } catch (error) {
      if (error instanceof Refusal) return refused(error, requestId);
      throw error;
    }
  }

  #admit(action: Action, request: CloudRequest): void {
    const key = `${action.product}:${action.name}`;
    const { perMinute, credentials, region } = this.state;
    const limit = perMinute[key] ?? perMinute[action.name] ?? perMinute['default'] ?? Infinity;
    if (!this.#windows.admit(key, limit, this.clock.now())) throw refusal('Throttling.User');
    const caller = request.accessKeyId === undefined ? undefined : credentials.find((known) => known.accessKeyId === request.accessKeyId);
    demand(!caller?.deny.some((denied) => denied === key || denied === action.name), 'Forbidden.RAM');
    if (action.regionless) return;
    const given = new Parameters(request.params).required('RegionId');
    demand(given === region, 'InvalidRegionId.NotFound');
  }

  #context(request: CloudRequest, requestId: string, fault: Fault | undefined): Call & { readonly begun: Task[] } {
    const parameters = new Parameters(request.params);
    const begun: Task[] = [];
    return {
      state: this.#reading, parameters, requestId, begun, nowMs: this.clock.now(), guests: this.#guests,
      begin: (holder, step) => {
        const task = this.begin(holder, step, fault);
        begun.push(task);
        return task;
      },
      endDryRun: () => demand(parameters.flag('DryRun') !== true, 'DryRunOperation'),
    };
  }

  #idempotent(action: Action, request: CloudRequest, call: Call & { readonly begun: Task[] }): Body {
    const token = action.clientToken ? call.parameters.text('ClientToken') : undefined;
    if (token === undefined) return { RequestId: call.requestId, ...action.run(call) };
    demand(/^[\x20-\x7e]{1,64}$/.test(token), 'InvalidParameter', 'ClientToken is at most 64 ASCII characters.');
    const key = `${action.product}:${action.name}:${token}`;
    const fingerprint = fingerprintOf(request.params);
    this.#tokens.forget(call.nowMs - this.state.clientTokenLifetimeMs);
    const again = this.#tokens.replay(key, fingerprint);
    if (again) return { RequestId: call.requestId, ...again };
    const body = action.run(call);
    this.#tokens.keep(key, { fingerprint, body, task: call.begun[0], keptAtMs: call.nowMs });
    return { RequestId: call.requestId, ...body };
  }

  #record(request: CloudRequest, requestId: string, what: { readonly outcome: Outcome; readonly fault: Fault | undefined }): void {
    this.log.add({
      sequence: this.#calls, timeMs: this.clock.now(), product: request.product, action: request.action,
      mutates: actions.get(`${request.product}:${request.action}`)?.mutates ?? false,
      parameters: request.params, accessKeyId: request.accessKeyId ?? '', status: what.outcome.status, code: what.outcome.code,
      requestId, fault: what.fault?.kind ?? '',
    });
  }
}
