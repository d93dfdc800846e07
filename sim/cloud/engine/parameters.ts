// Reads the flat parameters of an RPC call: `Name`, `Name.1`, `Tag.1.Key`, JSON arrays and comma lists. An empty value counts as
// not given, as the gateway treats it. Refuses with the parameter's name when a value has the wrong form.

import { demand, found, refusal } from './refusal.ts';

export interface Tag {
  readonly key: string;
  readonly value: string | undefined;
}

export class Parameters {
  readonly raw: Readonly<Record<string, string>>;

  constructor(raw: Readonly<Record<string, string>>) {
    this.raw = raw;
  }

  text(name: string): string | undefined {
    const value = this.raw[name];
    return value === '' ? undefined : value;
  }

  required(name: string): string {
    return found(this.text(name), 'MissingParameter', `The input parameter "${name}" that is mandatory for processing this request is not supplied.`);
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    demand(value === 'true' || value === 'false', 'InvalidParameter', `The specified value of ${name} is not a boolean.`);
    return value === 'true';
  }

  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    demand(/^\d{1,9}$/.test(value), 'InvalidParameter', `The specified value of ${name} is not a number.`);
    return Number(value);
  }

  /** Name.1, Name.2, … in order; refuses more than `most`. */
  list(name: string, most: number): readonly string[] {
    const values: string[] = [];
    for (let index = 1; ; index += 1) {
      const value = this.text(`${name}.${index}`);
      if (value === undefined) break;
      values.push(value);
    }
    demand(values.length <= most, 'InvalidParameter', `${name}.N accepts at most ${most} values.`);
    return values;
  }

  /** A comma-separated list; undefined when not given. */
  commaList(name: string, most: number): readonly string[] | undefined {
    const values = this.text(name)?.split(',').map((value) => value.trim());
    demand((values?.length ?? 0) <= most, 'InvalidParameter', `${name} accepts at most ${most} values.`);
    return values;
  }

  /** A JSON array of strings; undefined when not given. */
  jsonList(name: string, most: number): readonly string[] | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const values = parseStrings(text);
    if (!values || values.length > most) {
      throw name === 'InstanceIds' ? refusal('InvalidInstanceIds.Malformed') : refusal('InvalidParameter', `${name} is not a JSON array of at most ${most} strings.`);
    }
    return values;
  }

  /** Tag.1.Key, Tag.1.Value, …; refuses more than 20. */
  tags(): readonly Tag[] {
    const tags: Tag[] = [];
    for (let index = 1; ; index += 1) {
      const key = this.text(`Tag.${index}.Key`);
      if (key === undefined) break;
      tags.push({ key, value: this.raw[`Tag.${index}.Value`] });
    }
    demand(tags.length <= 20, 'NumberExceed.Tags');
    return tags;
  }
}

function parseStrings(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
