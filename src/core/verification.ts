/**
 * What packets say of one instance, as a verdict. Unverified is neither passed nor failed: what could not be tried, or had nothing to be held
 * against, proves nothing. Pure.
 */
import type { Reason } from '../api/reasons.ts';
import { isPublicIpv4 } from './ipv4.ts';

export const DIRECTIONS = ['inbound', 'egress'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export type Outcome =
  | { readonly verdict: 'passed' }
  | { readonly verdict: 'failed'; readonly message: string }
  | { readonly verdict: 'unverified'; readonly reason: Reason; readonly message: string };

/** What is said of one instance in status. A direction is absent where it does not apply, such as inbound without a public IP. */
export interface Tests extends Readonly<Partial<Record<Direction, Outcome>>> {
  /** Ports that answered before the cut-over, while it is under way. */
  readonly answeredPorts?: readonly number[];
}

export const PASSED: Outcome = { verdict: 'passed' };
export const failedBy = (message: string): Outcome => ({ verdict: 'failed', message });
export const unverified = (reason: Reason, message: string): Outcome => ({ verdict: 'unverified', reason, message });

/** What came of one connection; undefined: it could not be tried. */
export type Heard = 'answers' | 'refuses' | 'silent' | undefined;

/** What is known of the ports from before. A port that was not tried may have answered. */
export interface KnownPorts {
  readonly tried: readonly number[];
  readonly answered: readonly number[];
}

const NOTHING_KNOWN: KnownPorts = { tried: [], answered: [] };

const portsInWords = (ports: readonly number[]): string => `port${ports.length === 1 ? '' : 's'} ${ports.join(', ')}`;

/** What answered before must answer now; of what is not known from before an answer is a proof and silence is none. */
export function judgeInbound(heard: ReadonlyMap<number, Heard>, { tried, answered }: KnownPorts = NOTHING_KNOWN): Outcome {
  const quiet = [...heard].filter(([, what]) => what === 'refuses' || what === 'silent');
  const lost = quiet.filter(([port]) => answered.includes(port));
  if (lost.length > 0) return failedBy(lost.map(([port, what]) => `port ${port} answered before and ${what ?? ''} now`).join('; '));
  const untried = [...heard].filter(([, what]) => what === undefined).map(([port]) => port);
  if (untried.length > 0) return unverified('ProbeUnavailable', `the controller could not try ${portsInWords(untried)}`);
  const unknown = quiet.map(([port]) => port).filter((port) => !tried.includes(port));
  if (unknown.length > 0) return unverified('NoBaseline', `no answer on ${portsInWords(unknown)}, and whether there was one before the cut-over is not known`);
  return quiet.length === heard.size ? unverified('NoBaseline', `no answer on ${portsInWords([...heard.keys()])}, nor was there one before the cut-over`) : PASSED;
}

/** One answer of an echo service. */
export interface Shown {
  readonly address: string;
  readonly service: string;
}

const isShown = ({ address }: Shown, wanted: readonly string[]): boolean => wanted.includes(address);
const shownInWords = ({ address, service }: Shown): string => `${address} (${service})`;

/** Held against the addresses of the way out. Answers that differ may be one service that lies, or two ways out: neither is proved. */
export function judgeEgress(answers: readonly Shown[], wanted: readonly string[]): Outcome {
  const shown = answers.filter((each) => isShown(each, wanted) || isPublicIpv4(each.address));
  const wrong = shown.filter((each) => !isShown(each, wanted));
  if (shown.length === 0) return unverified('EchoUnclear', answers[0] ? `${shownInWords(answers[0])} is no public address` : 'no echo service answered with an address');
  if (wrong.length === 0) return PASSED;
  const words = [...new Set(shown.map(shownInWords))].join(' and ');
  return wrong.length === shown.length ? failedBy(`it shows ${words}; the way out has ${wanted.join(', ')}`) : unverified('EchoUnclear', `it shows ${words}, which differ; the way out has ${wanted.join(', ')}`);
}

/** What egress.sh printed: one JSON line, `{"address", "service"}`, or `{"address": "", "problems"}`. Whatever it is, something is said. */
export function shownBy(output: string): Shown | { readonly problem: string } {
  const line = output.trim().split('\n').at(-1)?.trim() ?? '';
  const { address, service, problems } = objectOf(line);
  if (typeof address === 'string' && address !== '') return { address, service: typeof service === 'string' ? service : '' };
  const said = Array.isArray(problems) ? problems.filter((each) => typeof each === 'string').join('; ') : line;
  return { problem: said.slice(0, 200) || 'nothing was printed' };
}

function objectOf(text: string): Readonly<Partial<Record<'address' | 'service' | 'problems', unknown>>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
