// Lists, whole or page by page. All pages show the collection as it was at the revision of the first; a page whose
// revision is forgotten is refused with 410, as on the real server.
import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { badRequest, expired, tooNew } from './errors.ts';
import type { JsonObject, KubernetesObject } from './json.ts';
import type { Collection, ObjectTable } from './object-table.ts';
import { apiVersionOf } from './resources.ts';
import { selector } from './selectors.ts';

/** The options of a list request, as they came. */
export interface ListOptions {
  readonly limit?: number | undefined;
  readonly continue?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** A page of a list; metadata.continue is there when more follows. */
export type KubernetesList = JsonObject & {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: KubernetesObject[];
};

const TOKEN = z.object({ revision: z.number(), after: z.string() });

const encode = (token: z.infer<typeof TOKEN>): string => Buffer.from(JSON.stringify(token)).toString('base64url');

function decode(text: string): z.infer<typeof TOKEN> {
  try {
    return TOKEN.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw badRequest('continue key is not valid');
  }
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.';

const placeOf = ({ metadata }: KubernetesObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** One page of the collection. Throws 400 for a malformed option, 410 for an old page, 504 for a revision yet to come. */
export function listPage(table: ObjectTable, collection: Collection, options: ListOptions): KubernetesList {
  const token = options.continue === undefined ? undefined : decode(options.continue);
  const revision = token?.revision ?? newestFor(table, options.resourceVersion);
  if (revision < table.compactedRevision) throw expired(TOO_OLD);
  const isSelected = selector(options.labelSelector, options.fieldSelector);
  const rest = table.at(collection, revision).filter((object) => isSelected(object) && placeOf(object) > (token?.after ?? ''));
  const items = options.limit === undefined ? rest : rest.slice(0, options.limit);
  const last = items.at(-1);
  const remainingItemCount = rest.length - items.length;
  const more = remainingItemCount === 0 || last === undefined ? {} : { continue: encode({ revision, after: placeOf(last) }), remainingItemCount };
  return { apiVersion: apiVersionOf(collection.resource), kind: `${collection.resource.kind}List`, metadata: { resourceVersion: String(revision), ...more }, items };
}

function newestFor(table: ObjectTable, resourceVersion = '0'): number {
  const asked = revisionOf(resourceVersion);
  if (asked > table.revision) throw tooNew(asked, table.revision);
  return table.revision;
}

/** The number in a resourceVersion. Throws 400 when it is none. */
export function revisionOf(resourceVersion: string): number {
  if (!/^\d+$/.test(resourceVersion)) throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(resourceVersion)}: strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  return Number(resourceVersion);
}
