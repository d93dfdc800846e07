// CreateCommand and DescribeCommands: scripts that are kept under an id.

import type { Body, Call } from '../engine/call.ts';
import { ecsTime } from '../engine/clock.ts';
import { allOf, equals, named } from '../engine/filters.ts';
import { strictSize, tokenPage } from '../engine/paging.ts';
import type { Parameters } from '../engine/parameters.ts';
import { demand, found } from '../engine/refusal.ts';
import { base64, contentOf, namesIn } from './content.ts';
import type { Command, CommandType, Script } from './entities.ts';

const TYPES: Readonly<Record<string, CommandType>> = { RunShellScript: 'RunShellScript', RunPowerShellScript: 'RunPowerShellScript', RunBatScript: 'RunBatScript' };
const NAME_MAX = 128;
const DESCRIPTION_MAX = 512;
export const TIMEOUT_S = 60;

/** The script that a call brings along. */
export function scriptOf(parameters: Parameters, commandId: string, usual: 'Base64' | 'PlainText'): Script {
  const type = found(TYPES[parameters.required('Type')], 'InvalidCmdType.NotFound');
  const name = parameters.text('Name') ?? '';
  demand(name.length <= NAME_MAX, 'CmdName.ExceedLimit');
  demand((parameters.text('Description') ?? '').length <= DESCRIPTION_MAX, 'CmdDesc.ExceedLimit');
  return {
    commandId, name, type, content: contentOf(parameters, usual), enableParameter: parameters.flag('EnableParameter') ?? false,
    timeout: parameters.count('Timeout') ?? TIMEOUT_S, launcher: parameters.text('Launcher') ?? '',
  };
}

/** Keeps the script, if the quota of the region has room for it. */
export function keep({ state, parameters, nowMs }: Call, script: Script): Command {
  demand(state.commands.size < state.account.commands, 'CmdCount.ExceedQuota');
  return state.commands.add({
    ...script, id: script.commandId, sequence: state.nextSequence(), description: parameters.text('Description') ?? '',
    workingDir: parameters.text('WorkingDir') ?? '', createdAtMs: nowMs, invokeTimes: 0,
  });
}

/** Two commands may have the same name. */
export function createCommand(call: Call): Body {
  const { state, parameters } = call;
  parameters.required('Name');
  const { id } = keep(call, scriptOf(parameters, state.nextId('c'), 'Base64'));
  return { CommandId: id };
}

const view = (encode: (text: string) => string) => (command: Command): object => ({
  CommandId: command.id, Name: command.name, Type: command.type, Description: command.description, CommandContent: encode(command.content),
  EnableParameter: command.enableParameter, ParameterNames: { ParameterName: namesIn(command.content) }, Timeout: command.timeout,
  WorkingDir: command.workingDir, Launcher: command.launcher, CreationTime: ecsTime(command.createdAtMs), InvokeTimes: command.invokeTimes,
  Category: '', Provider: '', Version: 1, Latest: false, ResourceGroupId: '', Tags: { Tag: [] },
});

/** "Fuzzy search": a name with * at either end. Content comes Base64-encoded unless PlainText is asked for. */
export function describeCommands({ state, parameters }: Call): Body {
  const condition = allOf<Command>([
    equals(parameters, 'CommandId', ({ id }) => id), equals(parameters, 'Type', ({ type }) => type), named(parameters, 'Name', ({ name }) => name),
  ]);
  const size = strictSize(parameters, 'MaxResults', { least: 1, usual: 10, most: 50 });
  const page = tokenPage(state.commands, size, parameters.text('NextToken'), condition ?? (() => true));
  const encode = encoderOf(parameters);
  return { PageNumber: 1, PageSize: size, TotalCount: state.commands.size, NextToken: page.nextToken, Commands: { Command: page.items.map(view(encode)) } };
}

/** How contents and outputs are to be answered. */
export const encoderOf = (parameters: Parameters): ((text: string) => string) => (parameters.text('ContentEncoding') === 'PlainText' ? (text) => text : base64);
