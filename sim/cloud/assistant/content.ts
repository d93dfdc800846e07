// A command's content: its two encodings, its size, and the {{parameters}} in it (SDK RunCommand, CommandContent and Parameters).

import type { Parameters } from '../engine/parameters.ts';
import { demand, refusal } from '../engine/refusal.ts';

/** "The command content cannot exceed 24 KB after Base64 encoding", custom parameters counted in. */
const BASE64_MAX = 24 * 1024;
const PARAMETERS_MAX = 10;
const KEY_MAX = 64;
/** "Spaces and line breaks before and after the parameter name within {{}} are ignored." What begins with ACS:: is filled in by the cloud. */
const PLACE = /\{\{\s*([A-Za-z0-9_-]+)\s*\}\}/g;

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** "If an invalid value is specified, it is treated as" the default, which is Base64 for CreateCommand and PlainText for RunCommand. */
export function contentOf(parameters: Parameters, usual: 'Base64' | 'PlainText'): string {
  const given = parameters.required('CommandContent');
  const wanted = parameters.text('ContentEncoding')?.toLowerCase();
  const encoding = wanted === 'base64' || wanted === 'plaintext' ? wanted : usual.toLowerCase();
  const content = encoding === 'base64' ? decoded(given) : given;
  demand(base64(content).length <= BASE64_MAX, 'CmdContent.ExceedLimit');
  return content;
}

function decoded(text: string): string {
  demand(/^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0, 'CmdContent.DecodeError');
  return Buffer.from(text, 'base64').toString();
}

/** Names are case-insensitive. */
export const namesIn = (content: string): readonly string[] => [...new Set([...content.matchAll(PLACE)].map(([, name = '']) => name.toLowerCase()))];

/** The values of the call for a script, checked: names by lower case. */
export function valuesFor({ content, enableParameter }: { readonly content: string; readonly enableParameter: boolean }, parameters: Parameters): Readonly<Record<string, string>> {
  const text = parameters.text('Parameters');
  if (text === undefined || text === '{}') return {};
  demand(enableParameter, 'Parameter.Disabled');
  const entries = Object.entries(objectOf(text));
  demand(entries.length <= PARAMETERS_MAX, 'ParameterCount.ExceedLimit');
  demand(entries.every(([, value]) => typeof value === 'string'), 'ParameterType.NotSupported');
  demand(entries.every(([name]) => name !== '' && name.length <= KEY_MAX), 'ParameterKey.ExceedLimit');
  const values = Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value as string]));
  const known = namesIn(content);
  demand(Object.keys(values).every((name) => known.includes(name)), 'Parameter.NotMatched');
  demand(base64(content).length + base64(text).length <= BASE64_MAX, 'CmdContent.ExceedLimit');
  return values;
}

function objectOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // not JSON
  }
  throw refusal('InvalidParameter.Parameters');
}

/** A plain replacement of text, whatever the values hold; "for parameters that are not passed in, you can use empty strings". */
export const filledIn = (content: string, values: Readonly<Record<string, string>>): string =>
  content.replaceAll(PLACE, (_, name: string) => values[name.toLowerCase()] ?? '');
