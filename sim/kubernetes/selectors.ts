// Label and field selectors, as far as the server's clients here use them: labels by =, ==, !=, in, notin, key and !key;
// fields by metadata.name and metadata.namespace.
import { badRequest } from './errors.ts';
import type { KubernetesObject } from './json.ts';

/** Whether an object is selected. */
export type Selector = (object: KubernetesObject) => boolean;

/** Both selectors of a request, each as it came; an empty or absent one selects all. Throws 400 for what cannot be read. */
export function selector(labels: string | undefined, fields: string | undefined): Selector {
  const rules = [...requirements(labels).map(labelRule), ...requirements(fields).map(fieldRule)];
  return (object) => rules.every((rule) => rule(object));
}

// commas inside the parentheses of "in (a, b)" separate no requirements
const requirements = (text = ''): string[] => text.split(/,(?![^(]*\))/).map((each) => each.trim()).filter((each) => each !== '');

const SET = /^(?<key>[^\s=!(),]+)\s+(?<operator>in|notin)\s*\((?<values>[^)]*)\)$/;
const EQUALITY = /^(?<key>[^\s=!(),]+)\s*(?<operator>==?|!=)\s*(?<values>[^\s=!(),]*)$/;
const EXISTENCE = /^(?<operator>!?)\s*(?<key>[^\s=!(),]+)$/;

const OPERATORS: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  in: (value, values) => value !== undefined && values.includes(value),
  notin: (value, values) => value === undefined || !values.includes(value),
  '=': (value, values) => value === values[0],
  '==': (value, values) => value === values[0],
  '!=': (value, values) => value !== values[0],
  '': (value) => value !== undefined,
  '!': (value) => value === undefined,
};

function labelRule(requirement: string): Selector {
  const { key, operator, values } = parse(requirement, [SET, EQUALITY, EXISTENCE]);
  return (object) => OPERATORS[operator]?.(object.metadata.labels?.[key], values) ?? false;
}

const FIELDS: Readonly<Record<string, (object: KubernetesObject) => string | undefined>> = {
  'metadata.name': (object) => object.metadata.name,
  'metadata.namespace': (object) => object.metadata.namespace,
};

function fieldRule(requirement: string): Selector {
  const { key, operator, values } = parse(requirement, [EQUALITY]);
  const field = FIELDS[key];
  if (field === undefined) throw badRequest(`field label not supported: ${key}`);
  return (object) => OPERATORS[operator]?.(field(object), values) ?? false;
}

function parse(requirement: string, forms: readonly RegExp[]): { key: string; operator: string; values: string[] } {
  const groups = forms.map((form) => form.exec(requirement)?.groups).find((match) => match !== undefined);
  if (groups === undefined) throw badRequest(`unable to parse requirement: ${requirement}`);
  const { key = '', operator = '', values = '' } = groups;
  return { key, operator, values: values.split(',').map((value) => value.trim()) };
}
