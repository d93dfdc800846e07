/** The commands that run in guests, as they are registered in a region: looks, registers what is missing where that is asked for, prints. */
import type { Registration } from '../adapters/alicloud/registered-commands.ts';
import { systemClock as clock } from '../adapters/clock.ts';
import { openLog } from '../adapters/log.ts';
import type { Options } from '../options.ts';
import { cloudsOf, credentialsOf } from './adapters.ts';
import type { GuestCommandsRequest, Output } from './command-line.ts';
import { table, type Columns } from './table.ts';

type Row = Readonly<Record<'command' | 'registered' | 'commandId' | 'name' | 'note', string>>;

const noteOf = ({ foreign }: Registration): string => (foreign.length === 0 ? '' : `not used, because its content is not what the name says: ${foreign.join(', ')}`);

const rowOf = (registration: Registration): Row => {
  const { command, name, commandId } = registration;
  return { command, registered: commandId === '' ? 'no' : 'yes', commandId, name, note: noteOf(registration) };
};

const COLUMNS: Columns<Row> = [['COMMAND', 'command'], ['REGISTERED', 'registered'], ['ID', 'commandId'], ['NAME', 'name'], ['NOTE', 'note']];

/** One line a command, or the same as JSON for scripts. Pure. */
export const printRegistrations = (registrations: readonly Registration[], output: Output): string =>
  output === 'json' ? `${JSON.stringify(registrations, undefined, 2)}\n` : `${table(COLUMNS, registrations.map(rowOf))}\n`;

/** Exit code 1: not all could be registered. */
export async function guestCommands(options: Options, { doing, regionId, output }: GuestCommandsRequest): Promise<void> {
  const log = openLog({ level: options.logLevel, now: () => clock.now() });
  const clouds = cloudsOf(options, { credentials: await credentialsOf(options), log, mayAct: () => doing === 'register' });
  const registrations = await clouds.guestCommands[doing](regionId);
  process.stdout.write(printRegistrations(registrations, output));
  if (doing === 'register' && registrations.some(({ commandId }) => commandId === '')) process.exitCode = 1;
}
