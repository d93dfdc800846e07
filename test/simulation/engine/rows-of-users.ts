// What users do with kubectl at any moment: delete a resource, replace it by another of its name, edit it.
import { StatusError } from '../../../sim/kubernetes/errors.ts';
import type { Edit } from './contract.ts';
import type { Cluster } from './cluster.ts';
import { anywhere, type Row, type Site } from './row.ts';

/** The resource that a call names, or the cluster's in turn. */
function resourceAt({ lab, crossing: { n }, leaving: { cluster, subject } }: Site): { readonly cluster: Cluster; readonly name: string } | undefined {
  const at = lab.cluster(cluster);
  const names = at.names();
  const name = names.includes(subject) ? subject : names[n % Math.max(1, names.length)];
  return name === undefined ? undefined : { cluster: at, name };
}

/** How often a user who waits for a deletion looks. */
const LOOK_MS = 1_000;

function createAgain(site: Site, { cluster, name }: { cluster: Cluster; name: string }, spec: ReturnType<Cluster['specOf']>): void {
  if (site.lab.isOver) return;
  if (cluster.exists(name)) return void site.lab.clock.after(LOOK_MS, () => createAgain(site, { cluster, name }, spec));
  cluster.create(name, spec);
}

export const ROWS_OF_USERS: readonly Row[] = [
  {
    id: 'delete', says: 'a user deletes the resource', cannot: anywhere,
    happen: (site) => {
      const found = resourceAt(site);
      if (found === undefined || found.cluster.isDeleting(found.name)) return undefined;
      found.cluster.delete(found.name);
      return 0;
    },
  },
  {
    id: 'recreate', says: 'a user deletes the resource and creates it anew once it is gone', cannot: anywhere,
    happen: (site) => {
      const found = resourceAt(site);
      if (found === undefined || found.cluster.isDeleting(found.name)) return undefined;
      const spec = found.cluster.specOf(found.name);
      found.cluster.delete(found.name);
      createAgain(site, found, spec);
      return 0;
    },
  },
  {
    id: 'recreate-force', says: 'a user takes the finalizer off, deletes the resource and creates it anew at once', cannot: anywhere,
    happen: (site) => {
      const found = resourceAt(site);
      if (found === undefined) return undefined;
      const spec = found.cluster.specOf(found.name);
      const deleting = found.cluster.isDeleting(found.name);
      found.cluster.patch(found.name, { metadata: { finalizers: null } });
      if (!deleting) found.cluster.delete(found.name);
      createAgain(site, found, spec);
      return 0;
    },
  },
];

/** 'edit:NAME': a user's edit from the table that the campaign gives; what the API server refuses is refused and has happened nonetheless. */
export const editRow = (name: string, edit: Edit | undefined): Row => ({
  id: `edit:${name}`, says: `a user edits the resource: ${name}`, cannot: anywhere,
  happen: (site) => {
    const found = resourceAt(site);
    if (found === undefined || edit === undefined) return undefined;
    try {
      edit(site.lab, { cluster: found.cluster.name, name: found.name });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
    return 0;
  },
});
