/**
 * What a guest says of its second interface, read from the one line that guest/routing-check.sh prints (docs/verification.md). Pure.
 * Whatever that line is, something is said: what cannot be understood is unread, never ready.
 */
import type { Reason } from '../api/reasons.ts';

/**
 * ready: what arrives on our ENI is answered by it, and everything else leaves by the primary one.
 * armed: our configuration stands and the guest takes it back by itself unless it is confirmed (120 s).
 * notReady: answers to what arrives on our ENI would be lost, or egress leaves by it.
 * unread: nothing is known.
 */
export type GuestReading =
  | { readonly state: 'ready'; readonly managed: boolean }
  | {
      readonly state: 'armed';
      readonly managed: boolean;
      /** A check from outside passed since it was armed. No guest says that: the controller adds it. */
      readonly mayConfirm: boolean;
      /** It stands and does not do what it is for; absent: it does. */
      readonly missing?: string;
    }
  | {
      readonly state: 'notReady';
      readonly managed: boolean;
      /** What is missing, in words for the person who can set it up. */
      readonly missing: string;
      /** routing-configure can set up all of it. */
      readonly configurable: boolean;
      /** Its default route leaves by our ENI: what it answers on its own address does too, and is lost. */
      readonly diverted?: true;
    }
  | { readonly state: 'unread'; readonly message: string; readonly reason?: Extract<Reason, 'GuestUnread' | 'GuestCommandsOff'> };

const DEFAULT_ROUTES = ['primary', 'secondary', 'both', 'none'] as const;

/** The fields of the line, under the names that it has there. */
interface Line {
  readonly interface: string;
  readonly up: boolean;
  readonly address: boolean;
  readonly sourceRouting: boolean;
  readonly defaultRoute: (typeof DEFAULT_ROUTES)[number];
  readonly managed: boolean;
  readonly armed: boolean;
  readonly systemd: boolean;
}

const FLAGS = ['up', 'address', 'sourceRouting', 'managed', 'armed', 'systemd'] as const;

function isLine(value: unknown): value is Line {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as Readonly<Record<keyof Line, unknown>>;
  return typeof given.interface === 'string' && FLAGS.every((flag) => typeof given[flag] === 'boolean') && DEFAULT_ROUTES.some((route) => route === given.defaultRoute);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As much as is repeated of what was printed. */
const PRINTED_MAX = 200;

/** The command itself says that nothing can be said. */
function problemOf(value: unknown): string | undefined {
  const found = typeof value === 'object' && value !== null && 'problem' in value ? value.problem : undefined;
  return typeof found === 'string' && found !== '' ? found.slice(0, PRINTED_MAX) : undefined;
}

/** A guest's shell may say something before: the last line that is not empty counts. */
const lastLine = (output: string): string => output.trim().split('\n').at(-1)?.trim() ?? '';

/** What can be missing, in the order in which it is set up; `mendable`: routing-configure sets it up. It never touches the default route. */
const NEEDS: readonly { readonly lacks: (line: Line) => boolean; readonly mendable: boolean; readonly words: (line: Line) => string }[] = [
  { lacks: (line) => line.interface === '', mendable: false, words: () => 'no interface has the MAC address of the ENI' },
  { lacks: (line) => line.interface !== '' && !line.up, mendable: true, words: (line) => `${line.interface} is down` },
  { lacks: (line) => line.interface !== '' && !line.address, mendable: true, words: (line) => `${line.interface} lacks the private address of the ENI` },
  { lacks: (line) => line.interface !== '' && !line.sourceRouting, mendable: true, words: (line) => `no rule sends what comes from that address out by ${line.interface}` },
  { lacks: ({ defaultRoute }) => defaultRoute !== 'primary', mendable: false, words: ({ defaultRoute }) => DEFAULT_ROUTE_WORDS[defaultRoute] },
];

const DEFAULT_ROUTE_WORDS: Record<Line['defaultRoute'], string> = {
  primary: '',
  secondary: 'the default route leaves by the interface of the ENI',
  both: 'a default route of the same metric leaves by the interface of the ENI as well',
  none: 'there is no default route',
};

/** Reads what routing-check printed. Never throws. */
export function guestReading(output: string): GuestReading {
  const line = parsed(lastLine(output));
  if (!isLine(line)) return { state: 'unread', message: problemOf(line) ?? `routing-check printed no reading: ${output.trim().slice(0, PRINTED_MAX) || 'nothing'}` };
  const { managed, armed, systemd } = line;
  const found = NEEDS.filter(({ lacks }) => lacks(line));
  const missing = found.map(({ words }) => words(line)).join('; ');
  if (armed) return { state: 'armed', managed, mayConfirm: false, ...(found.length > 0 && { missing }) };
  if (found.length === 0) return { state: 'ready', managed };
  const isDiverted = line.defaultRoute === 'secondary' || line.defaultRoute === 'both';
  return { state: 'notReady', managed, missing, configurable: systemd && found.every(({ mendable }) => mendable), ...(isDiverted && { diverted: true as const }) };
}
