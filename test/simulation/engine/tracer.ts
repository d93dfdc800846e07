// What happened, one line for each event: only from what is the same on every machine.
import type { Crossing, WorldEvent } from './contract.ts';
import { cloudSubject } from './verbs.ts';

const place = ({ n, replica, verb, subject }: Crossing): string => `${replica} ${n === 0 ? '' : `#${n} `}${verb}${subject === '' ? '' : ` ${subject}`}`;

/** 'code' of an answer of the cloud, or its status. */
function said(status: number, body: unknown): string {
  if (body === undefined) return 'the connection broke';
  if (typeof body === 'string') return `${status} a page`;
  const code = (body as Readonly<Record<string, unknown>>)['Code'];
  return typeof code === 'string' ? `${status} ${code}` : String(status);
}

const LINES: { readonly [K in WorldEvent['kind']]: (event: Extract<WorldEvent, { kind: K }>) => string } = {
  replica: ({ replica, what }) => `${replica} ${what}`,
  cloud: ({ crossing, request, answer, late }) => `${place(crossing)} → ${said(answer.status, answer.body)}${late ? ', delivered once more' : ''}${request.params['ClientToken'] === undefined ? '' : ` [${cloudSubject({ InstanceId: request.params['ClientToken'] })}]`}`,
  answered: ({ crossing, status, body }) => `${place(crossing)} ← ${said(status, body)}`,
  kubernetes: ({ crossing, status, late }) => `${place(crossing)} → ${status === 0 ? 'opened' : status}${late ? ', delivered once more' : ''}`,
  meddled: ({ wish }) => `somebody: ${JSON.stringify(wish)}`,
  edited: ({ cluster, name, edit }) => `a user of ${cluster}: ${name} ${typeof edit === 'string' ? edit : JSON.stringify(edit)}`,
  settled: ({ what }) => `the cloud: ${what}`,
  fault: ({ fault, active, crossing }) => `fault ${fault} ${active ? 'begins' : 'ends'}${crossing === undefined ? '' : ` at #${crossing.n}`}`,
};

const line = <K extends WorldEvent['kind']>(kind: K, event: Extract<WorldEvent, { kind: K }>): string => LINES[kind](event);

/** '    12.345 a #42 vpc:AssociateEipAddress eip-1 → 200' */
export function traceLine(event: WorldEvent): string {
  return `${(event.atMs / 1_000).toFixed(3).padStart(10)} ${line(event.kind, event as never)}`;
}

export const leavingLine = (crossing: Crossing): string => `${(crossing.atMs / 1_000).toFixed(3).padStart(10)} ${place(crossing)}`;
