/**
 * The commands of ours that somebody registered in a region (`guest-commands register`), so that the controller needs to invoke only these.
 * One is ours when its name has our hash and all that decides what runs is as it is here: the name alone proves nothing.
 */
import { createHash } from 'node:crypto';
import * as sdk from '@alicloud/ecs20140526';
import { GUEST_COMMANDS, type GuestCommand } from '../../ports/guests.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import { freshToken } from './fresh-token.ts';
import { COMMAND_TIMEOUT_S, REGISTERED_PREFIX, registeredName } from './guest-commands.ts';
import { GUEST_SCRIPTS } from './guest-scripts.generated.ts';
import { everyTokenPage } from './paging.ts';
import type { Region } from './region.ts';
import { text } from './translate/fields.ts';

type Row = sdk.DescribeCommandsResponseBodyCommandsCommand;

/** A command of this version, and how it stands in the region. */
export interface Registration {
  readonly command: GuestCommand;
  readonly name: string;
  /** '' where it is not registered. */
  readonly commandId: string;
  /** Ids of commands of this name that are not what they say. */
  readonly foreign: readonly string[];
}

const PAGE_MAX = 50;
const KEPT_MS = 600_000;

async function readCommands({ regionId, clients, funnel }: Region): Promise<readonly Row[]> {
  const action = 'DescribeCommands';
  return everyTokenPage({ action, idOf: (row: Row) => row.commandId }, async (token) => {
    const request = new sdk.DescribeCommandsRequest({ regionId, name: `${REGISTERED_PREFIX}*`, contentEncoding: 'Base64', maxResults: PAGE_MAX, ...(token !== undefined && { nextToken: token }) });
    const { commands, nextToken } = await funnel.call({ product: 'ecs', action, send: () => clients.ecs.describeCommands(request) });
    return { rows: commands && (commands.command ?? []), nextToken };
  });
}

const hashOf = (base64: string): string => createHash('sha256').update(Buffer.from(base64, 'base64')).digest('hex');

/** A launcher would run something else with our content. */
function isOurs(row: Row, command: GuestCommand): boolean {
  const runs = row.type === 'RunShellScript' && row.enableParameter === true && text(row.launcher) === '';
  return runs && hashOf(text(row.commandContent)) === GUEST_SCRIPTS[command].sha256;
}

function registrationOf(command: GuestCommand, rows: readonly Row[]): Registration {
  const name = registeredName(command);
  const named = rows.filter((row) => row.name === name);
  const ours = named.find((row) => isOurs(row, command));
  return { command, name, commandId: text(ours?.commandId), foreign: named.filter((row) => !isOurs(row, command)).map((row) => text(row.commandId)) };
}

/** As they stand now. Rejects with CloudError. */
export async function readRegistrations(region: Region): Promise<readonly Registration[]> {
  const rows = await readCommands(region);
  return GUEST_COMMANDS.map((command) => registrationOf(command, rows));
}

/** Registers what is not registered, and gives how all stand then. A name that something else has is left alone: names need not be unique. */
export async function registerCommands(region: Region, random: Random): Promise<readonly Registration[]> {
  const before = await readRegistrations(region);
  for (const { command, name } of before.filter(({ commandId }) => commandId === '')) {
    const { content, sha256 } = GUEST_SCRIPTS[command];
    const request = new sdk.CreateCommandRequest({
      regionId: region.regionId, name, type: 'RunShellScript', contentEncoding: 'Base64', commandContent: Buffer.from(content).toString('base64'), enableParameter: true,
      timeout: COMMAND_TIMEOUT_S, description: `${command} of EgressUnification, sha256 ${sha256}`, clientToken: freshToken(random),
    });
    await region.funnel.call({ product: 'ecs', action: 'CreateCommand', send: () => region.clients.ecs.createCommand(request) });
  }
  return readRegistrations(region);
}

interface Kept {
  readonly askedAtMs: number;
  readonly answer: Promise<readonly Registration[]>;
}

/** Remembered for ten minutes, whatever they are; a look that failed is not. */
export class RegisteredCommands {
  readonly #region: Region;
  readonly #clock: Clock;
  readonly #log: Log;
  #kept: Kept | undefined;

  constructor(region: Region, { clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#region = region;
    this.#clock = clock;
    this.#log = log;
  }

  /** The id to invoke; undefined where the command is not registered. Rejects with CloudError. */
  async idOf(command: GuestCommand): Promise<string | undefined> {
    const kept = this.#kept;
    const isFresh = kept !== undefined && this.#clock.monotonic() - kept.askedAtMs < KEPT_MS;
    const registrations = await (isFresh ? kept.answer : this.#ask());
    return registrations.find((known) => known.command === command)?.commandId || undefined;
  }

  /** The cloud does not know an id that it gave. */
  forget(): void {
    this.#kept = undefined;
  }

  #ask(): Promise<readonly Registration[]> {
    const kept = { askedAtMs: this.#clock.monotonic(), answer: readRegistrations(this.#region).then((found) => this.#noted(found)) };
    this.#kept = kept;
    kept.answer.catch(() => { if (this.#kept === kept) this.#kept = undefined; });
    return kept.answer;
  }

  #noted(found: readonly Registration[]): readonly Registration[] {
    for (const { name, foreign } of found) {
      if (foreign.length > 0) this.#log.warn('a registered command is not what its name says and is not used', { name, regionId: this.#region.regionId, ids: foreign.join(',') });
    }
    return found;
  }
}
