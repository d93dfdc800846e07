// What a call is called: the cloud's own action, or method, resource and subresource of the Kubernetes API.

/** Of a request to an API server: 'PATCH egressunifications/status', 'LIST nodes', 'PUT leases'. */
export interface KubernetesVerb {
  readonly verb: string;
  readonly mutates: boolean;
  /** The object's name, or '' for a collection. */
  readonly subject: string;
}

const known = new Map<string, KubernetesVerb>();

/** `method` is WATCH for a watch. */
export function kubernetesVerb(method: string, path: string): KubernetesVerb {
  const key = `${method} ${path}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const { plural, name, subresource } = partsOf(path);
  const kind = method === 'GET' && name === '' ? 'LIST' : method;
  const made = { verb: `${kind} ${plural}${subresource === '' ? '' : `/${subresource}`}`, mutates: method !== 'GET' && method !== 'WATCH', subject: name };
  // the names of events are without number
  if (plural !== 'events') known.set(key, made);
  return made;
}

interface Parts {
  readonly plural: string;
  readonly name: string;
  readonly subresource: string;
}

function partsOf(path: string): Parts {
  const segments = path.split('/').slice(1);
  const rest = segments.slice(segments[0] === 'api' ? 2 : 3);
  const [plural = '', name = '', subresource = ''] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  return { plural, name, subresource };
}

const NAMED = ['InstanceId', 'NetworkInterfaceId', 'AllocationId', 'InstanceIds', 'NetworkInterfaceId.1', 'ResourceId.1', 'VpcId'];

/** The ids that a call to the cloud names, for people. */
export function cloudSubject(params: Readonly<Record<string, string>>): string {
  let subject = '';
  for (const name of NAMED) if (params[name] !== undefined) subject += `${subject === '' ? '' : ' '}${params[name]}`;
  return subject;
}

export const isCloudRead = (action: string): boolean => action.startsWith('Describe') || action.startsWith('List');
