// The resource as kubectl handles it: applied on the server's side, annotated by a merge patch, read. Nothing but plain HTTP.
import type { Status } from './states.ts';

export interface Manifest {
  readonly apiVersion: string;
  readonly metadata: { readonly name: string };
}

export class ResourceClient {
  readonly #url: string;

  constructor(kubernetesUrl: string, apiVersion: string) {
    this.#url = `${kubernetesUrl}/apis/${apiVersion}/egressunifications`;
  }

  /** Throws with the server's own words when it refuses. */
  async apply(manifest: Manifest): Promise<void> {
    await this.#send(`${manifest.metadata.name}?fieldManager=kubectl&fieldValidation=Strict`, 'application/apply-patch+yaml', manifest);
  }

  /** Asks for a complete look; the status answers with the same value. */
  async requestReconcile(name: string, value: string): Promise<void> {
    await this.#send(name, 'application/merge-patch+json', { metadata: { annotations: { 'egressunification.io/reconcile-requested-at': value } } });
  }

  async status(name: string): Promise<Status> {
    const object = (await this.#answer(await fetch(`${this.#url}/${name}`))) as { readonly status?: Status };
    return object.status ?? {};
  }

  async #send(path: string, type: string, body: object): Promise<void> {
    await this.#answer(await fetch(`${this.#url}/${path}`, { method: 'PATCH', headers: { 'content-type': type }, body: JSON.stringify(body) }));
  }

  async #answer(response: Response): Promise<unknown> {
    const body = await response.json() as { readonly message?: string };
    if (!response.ok) throw new Error(`the Kubernetes API answered ${response.status}: ${body.message ?? ''}`);
    return body;
  }
}
