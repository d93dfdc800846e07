// A service account that may do everything, with tokens of the real API server that can be revoked at once: each is bound to a Secret,
// and dies with it (after the ten seconds for which the server remembers a token that it accepted).
import { setTimeout as pause } from 'node:timers/promises';
import type { ControlPlane } from './control-plane.ts';

const NAMESPACE = 'default';
const REMEMBERED_MS = 11_000;

interface Answer {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status?: { readonly token: string };
}

export class ServiceAccount {
  readonly #plane: ControlPlane;
  readonly #name: string;
  /** Names of Secrets by token. */
  readonly #secrets = new Map<string, string>();
  #count = 0;

  private constructor(plane: ControlPlane, name: string) {
    this.#plane = plane;
    this.#name = name;
  }

  static async create(plane: ControlPlane, name: string): Promise<ServiceAccount> {
    const account = new ServiceAccount(plane, name);
    await account.#post('serviceaccounts', { metadata: { name } });
    const binding = { metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name, namespace: NAMESPACE }] };
    await request(plane, 'POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', binding);
    return account;
  }

  /** A fresh token. */
  async token(): Promise<string> {
    const name = `${this.#name}-${(this.#count += 1)}`;
    const { metadata } = await this.#post('secrets', { metadata: { name } });
    const spec = { audiences: [], expirationSeconds: 3_600, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name, uid: metadata.uid } };
    const { status } = await this.#post(`serviceaccounts/${this.#name}/token`, { spec });
    if (status === undefined) throw new Error('the API server gave no token');
    this.#secrets.set(status.token, name);
    return status.token;
  }

  /** Resolves when the others are not accepted any more. */
  async revokeAllBut(token: string): Promise<void> {
    for (const [other, name] of this.#secrets) {
      if (other === token) continue;
      await request(this.#plane, 'DELETE', `/api/v1/namespaces/${NAMESPACE}/secrets/${name}`);
      this.#secrets.delete(other);
    }
    await pause(REMEMBERED_MS);
  }

  #post(path: string, body: object): Promise<Answer> {
    return request(this.#plane, 'POST', `/api/v1/namespaces/${NAMESPACE}/${path}`, body);
  }
}

async function request(plane: ControlPlane, method: string, path: string, body?: object): Promise<Answer> {
  const { status, text } = await plane.request(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text}`);
  return JSON.parse(text) as Answer;
}
