// Tables, which kubectl asks for when it prints: the resource's printer columns over its objects. The paths understood are
// the ones that printer columns use: fields in a row and one filter, as in .status.conditions[?(@.type=="Ready")].status.
import { fieldOf, isEqual, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';
import type { PrinterColumn, ResourceDefinition } from './resources.ts';

/** True when the client would rather have a table. */
export function wantsTable(accept: string | undefined): boolean {
  return accept?.split(',').some((each) => each.includes('as=Table') && each.includes('v=v1') && each.includes('g=meta.k8s.io')) ?? false;
}

const NAME: PrinterColumn = { name: 'Name', type: 'string', format: 'name', jsonPath: '.metadata.name' };
const AGE: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

/** A list or an object as a table. A date is shown as the time that has passed since. */
export function asTable(resource: ResourceDefinition, document: JsonObject, nowMs: number): JsonObject {
  const items = Array.isArray(document['items']) ? document['items'] : [document];
  const columns = [NAME, ...(resource.columns.length > 0 ? resource.columns : [AGE])];
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: Array.isArray(document['items']) ? document['metadata'] : {},
    columnDefinitions: columns.map(({ name, type, format = '', description = '', priority = 0 }) => ({ name, type, format, description, priority })),
    rows: items.map((item) => ({ cells: columns.map((column) => cell(item, column, nowMs)), object: summary(item) })),
  };
}

function cell(item: Json, { jsonPath, type }: PrinterColumn, nowMs: number): Json {
  const found = steps(jsonPath).reduce<Json | undefined>(step, item);
  if (found === undefined) return null;
  if (type === 'date' && typeof found === 'string') return age(nowMs - Date.parse(found));
  return Array.isArray(found) ? found.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(',') : found;
}

// seconds up to two minutes, minutes up to three hours, hours up to two days, then days
function age(passedMs: number): string {
  const seconds = Math.max(0, Math.floor(passedMs / 1000));
  const units = [[1, 's', 120], [60, 'm', 180], [3600, 'h', 48]] as const;
  const unit = units.find(([size, , below]) => seconds < size * below);
  return unit === undefined ? `${Math.floor(seconds / 86_400)}d` : `${Math.floor(seconds / unit[0])}${unit[1]}`;
}

// a dot or a bracket begins a step; dots within brackets do not
const steps = (path: string): string[] => path.match(/\.[^.[\]]+|\[[^\]]*\]/g) ?? [];

function step(value: Json | undefined, text: string): Json | undefined {
  const filter = /^\[\?\(@\.(?<field>\w+)\s*==\s*["'](?<wanted>[^"']*)["']\)\]$/.exec(text)?.groups;
  if (filter !== undefined) return items(value).find((item) => isEqual(fieldOf(item, filter['field'] ?? ''), filter['wanted']));
  if (text === '[*]') return value;
  return text.startsWith('[') ? items(value)[Number(text.slice(1, -1))] : fieldOf(value, text.slice(1));
}

const items = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function summary(item: Json): JsonObject {
  const metadata = isObject(item) ? item['metadata'] : undefined;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
