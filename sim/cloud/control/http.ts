// The control API: /_sim/world, /_sim/calls, /_sim/meddle, /_sim/faults. For people, demos and tests; it needs no signature.

import { ZodError } from 'zod';
import type { SimulatedCloud } from '../engine/cloud.ts';
import type { FaultRequest } from '../engine/faults.ts';
import type { WireRequest } from '../wire/http-request.ts';
import { WorldProblem } from '../world/problem.ts';
import { MeddleProblem } from './lookup.ts';
import { meddle, type MeddleRequest } from './meddle.ts';
import { worldReport } from './report.ts';

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

type Handler = (cloud: SimulatedCloud, request: WireRequest) => unknown;

const handlers: Readonly<Record<string, Handler>> = {
  'GET /_sim/world': (cloud) => worldReport(cloud),
  'GET /_sim/calls': (cloud, { query }) => calls(cloud, Number(query.get('since') ?? 0)),
  'GET /_sim/faults': ({ faults }) => faults.pending(),
  'POST /_sim/meddle': (cloud, request) => {
    for (const wish of oneOrMany(request)) meddle(cloud, wish as MeddleRequest);
    return { ok: true };
  },
  'POST /_sim/faults': (cloud, request) => {
    for (const fault of oneOrMany(request)) cloud.faults.add(fault as FaultRequest);
    return cloud.faults.pending();
  },
  'DELETE /_sim/faults': ({ faults }) => {
    faults.clear();
    return [];
  },
};

const calls = (cloud: SimulatedCloud, since: number): readonly object[] =>
  cloud.log.since(since).map(({ timeMs, ...entry }) => ({ ...entry, timeMs, time: new Date(timeMs).toISOString() }));

/** The body: one wish or an array of them. The receivers check each with their schema. */
function oneOrMany({ body }: WireRequest): readonly unknown[] {
  const value: unknown = JSON.parse(body.toString('utf8'));
  return Array.isArray(value) ? value : [value];
}

const messageOf = (error: unknown): string | undefined => {
  if (error instanceof ZodError) return error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
  return error instanceof SyntaxError || error instanceof MeddleProblem || error instanceof WorldProblem ? error.message : undefined;
};

/** 404 for an unknown path, 400 with the reason for a wish that makes no sense. */
export function answerControl(cloud: SimulatedCloud, request: WireRequest): ControlAnswer {
  const handler = handlers[`${request.method} ${request.path}`];
  if (!handler) return { status: 404, body: { error: `there is no ${request.method} ${request.path}` } };
  try {
    return { status: 200, body: handler(cloud, request) };
  } catch (error) {
    const message = messageOf(error);
    if (message === undefined) throw error;
    return { status: 400, body: { error: message } };
  }
}
