// What the API server recorded of one identity, held against the rules that this identity was given: a rule that nothing used is a right too
// many, an answer "forbidden" is one too few, and a request that another binding allowed is one that the rules don't show.
import type { Manifest, Rule } from './manifests.ts';

export const CONTROLLER_NAMESPACE = 'egress-unification-system';
export const CONTROLLER_USER = `system:serviceaccount:${CONTROLLER_NAMESPACE}:egress-unification`;

/** Records what the controller asks for, and nothing else. */
export const AUDIT_POLICY = JSON.stringify({
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', users: [CONTROLLER_USER] }, { level: 'None' }],
});

/** One line of the audit log, as far as it is looked at. */
export interface AuditEvent {
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly apiGroup?: string; readonly resource: string; readonly subresource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
}

const said = ({ annotations }: AuditEvent, what: string): string => annotations?.[`authorization.k8s.io/${what}`] ?? '';
const line = (event: AuditEvent): string => `${event.verb} ${event.requestURI.replace(/\?.*/s, '')}`;
const each = (lines: readonly string[]): readonly string[] => [...new Set(lines)].sort();

/** What was asked for and refused. */
export const refused = (events: readonly AuditEvent[]): readonly string[] =>
  each(events.filter((event) => said(event, 'decision') === 'forbid' || event.responseStatus?.code === 403).map(line));

/** What was allowed by another binding than the controller's own. */
export const allowedOtherwise = (events: readonly AuditEvent[]): readonly string[] => {
  const isOurs = (event: AuditEvent): boolean => /^RBAC: allowed by (Cluster)?RoleBinding "egress-unification(-events|-lease)?[/"]/.test(said(event, 'reason'));
  return each(events.filter((event) => said(event, 'decision') === 'allow' && !isOurs(event)).map((event) => `${line(event)}: ${said(event, 'reason')}`));
};

/** One right: a verb on a resource, perhaps of one name, perhaps in one namespace. */
interface Right {
  readonly verb: string;
  readonly apiGroup: string;
  readonly resource: string;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

const shown = ({ verb, apiGroup, resource, name, namespace }: Right): string =>
  `${verb} ${resource}${apiGroup === '' ? '' : `.${apiGroup}`}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in ${namespace}`}`;

/** Every right of the roles, one by one. */
export const rightsOf = (roles: readonly Manifest[]): readonly Right[] =>
  roles.flatMap(({ metadata: { namespace }, rules = [] }) => rules.flatMap((rule) => rightsOfRule(rule, namespace)));

const rightsOfRule = ({ apiGroups, resources, verbs, resourceNames }: Rule, namespace: string | undefined): readonly Right[] =>
  apiGroups.flatMap((apiGroup) => resources.flatMap((resource) => verbs.flatMap((verb) => (resourceNames ?? [undefined]).map((name) => ({ verb, apiGroup, resource, name, namespace })))));

function uses({ verb, objectRef }: AuditEvent, right: Right): boolean {
  if (objectRef === undefined || verb !== right.verb || (objectRef.apiGroup ?? '') !== right.apiGroup) return false;
  const resource = objectRef.subresource === undefined ? objectRef.resource : `${objectRef.resource}/${objectRef.subresource}`;
  return resource === right.resource && [right.name, objectRef.name].includes(right.name ?? objectRef.name) && (right.namespace ?? objectRef.namespace) === objectRef.namespace;
}

/** The rights that nothing used. */
export const unused = (events: readonly AuditEvent[], roles: readonly Manifest[]): readonly string[] =>
  rightsOf(roles).filter((right) => !events.some((event) => uses(event, right))).map(shown);
