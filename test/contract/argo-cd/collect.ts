// What the controller wrote, as test data: the object as the API server holds it, without what is different each time.
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../../sim/kubernetes/json.ts';
import type { State } from './states.ts';

/** In the place of every time, so that the data change only when what is said changes. */
const SOME_TIME = '2026-11-25T12:00:00Z';
const METADATA = ['name', 'generation', 'deletionTimestamp', 'finalizers'];

/** The resource in the state. */
export async function collect({ reached }: State): Promise<JsonObject> {
  const lab = await reached();
  const { apiVersion, kind, metadata, spec, status } = lab.cluster('c1').stored('web') as JsonObject & { readonly metadata: JsonObject };
  lab.kill();
  return timeless({ apiVersion, kind, metadata: Object.fromEntries(METADATA.flatMap((field) => (metadata[field] === undefined ? [] : [[field, metadata[field]]]))), spec, status }) as JsonObject;
}

function timeless(value: Json | undefined): Json {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? SOME_TIME : value;
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).flatMap(([field, inner]) => (inner === undefined ? [] : [[field, timeless(inner)]]))) : (value ?? null);
}

/** A file of testdata/. */
export const testdata = ({ when }: State, object: JsonObject): string => `# As the controller leaves it when: ${when}\n${stringify(object, { lineWidth: 0 })}`;
