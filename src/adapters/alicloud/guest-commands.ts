/**
 * Our commands as the cloud gets them: text, name under which they are registered, and the values that go into them. The cloud puts a value
 * into the script as it is (SDK RunCommand, Parameters), so what could end a quoted string, or begin anything, is refused here.
 */
import { ECHO_SERVICE, IPV4 } from '../../api/cloud-fields.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { GuestCommand, GuestRequest } from '../../ports/guests.ts';
import { GUEST_SCRIPTS } from './guest-scripts.generated.ts';

/** One file of guest/. */
export interface GuestScript {
  readonly content: string;
  /** Of the content, in hexadecimal. */
  readonly sha256: string;
}

/** Seconds that a command may run; each of ours ends by itself well before. */
export const COMMAND_TIMEOUT_S = 60;

/** Names of all that we ever registered begin so. */
export const REGISTERED_PREFIX = 'egressunification-';

/** With the content in the name: two versions of the controller have commands of their own and need not agree. */
export const registeredName = (command: GuestCommand): string => `${REGISTERED_PREFIX}${command}-${GUEST_SCRIPTS[command].sha256.slice(0, 12)}`;

/** Nothing in these needs quoting in any shell. */
const PLAIN = /^[A-Za-z0-9.:,/_-]*$/;

const isService = (text: string): boolean => ECHO_SERVICE.pattern.test(text) && text.length <= ECHO_SERVICE.lengthMax;

const FORMS: Readonly<Record<string, (value: string) => boolean>> = {
  mac: (value) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(value),
  address: (value) => IPV4.pattern.test(value),
  dryRun: (value) => value === 'yes' || value === 'no',
  services: (value) => value.split(',').every(isService),
};

const NAMES = /\{\{\s*([A-Za-z0-9_-]+)\s*\}\}/g;

const namesOf = (command: GuestCommand): ReadonlySet<string> => new Set([...GUEST_SCRIPTS[command].content.matchAll(NAMES)].map(([, name = '']) => name));

const isFit = ([name, value]: readonly [string, string]): boolean => PLAIN.test(value) && FORMS[name]?.(value) === true;

/** The values, if they are exactly those that the command takes and each has its form. Throws `refused`. */
export function valuesOf({ command, parameters }: GuestRequest): Readonly<Record<string, string>> {
  const wanted = namesOf(command);
  const entries = Object.entries(parameters);
  const wrong = entries.find((entry) => !wanted.has(entry[0]) || !isFit(entry))?.[0] ?? [...wanted].find((name) => !Object.hasOwn(parameters, name));
  if (wrong === undefined) return parameters;
  throw new CloudError(`${command} was not sent: its parameter ${wrong} is missing, unknown or not of its form`, { kind: 'refused', code: '', action: 'RunCommand' });
}
