// The resource of a drill in the lab's Kubernetes API, over plain HTTP: applied, annotated, deleted, read.
const VERSION = 'egressunification.io/v1alpha1';

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface Unsettled {
  readonly instanceId: string;
  readonly state: string;
  readonly reason: string;
  readonly message: string;
}

export interface Status {
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly unsettled?: readonly Unsettled[];
  readonly summary?: string;
  readonly instances?: Readonly<Record<string, number>>;
}

interface Stored {
  readonly metadata: { readonly generation: number; readonly finalizers?: readonly string[] };
  readonly status?: Status;
}

export class Resource {
  readonly #url: string;
  readonly #name: string;

  constructor(kubernetesUrl: string, name = 'lab') {
    this.#name = name;
    this.#url = `${kubernetesUrl}/apis/${VERSION}/egressunifications`;
  }

  /** Throws with the server's own words when it refuses. */
  async apply(spec: object): Promise<void> {
    await this.#send('PATCH', `/${this.#name}?fieldManager=kubectl&fieldValidation=Strict&force=true`, 'application/apply-patch+yaml', {
      apiVersion: VERSION, kind: 'EgressUnification', metadata: { name: this.#name },
      spec: { regionId: 'cn-hangzhou', vpcId: 'vpc-lab', instanceSelector: { tags: { egress: 'unified' } }, ...spec },
    });
  }

  async annotate(annotations: Readonly<Record<string, string>>): Promise<void> {
    await this.#send('PATCH', `/${this.#name}`, 'application/merge-patch+json', { metadata: { annotations } });
  }

  async remove(): Promise<void> {
    await this.#send('DELETE', `/${this.#name}`, 'application/json', {});
  }

  /** undefined when it is gone. */
  async read(): Promise<Stored | undefined> {
    const response = await fetch(`${this.#url}/${this.#name}`);
    if (response.status === 404) return undefined;
    return (await response.json()) as Stored;
  }

  async status(): Promise<Status> {
    return (await this.read())?.status ?? {};
  }

  /** A condition of the present generation; undefined while there is none. */
  async condition(type: string): Promise<Condition | undefined> {
    const stored = await this.read();
    if (stored?.status?.observedGeneration !== stored?.metadata.generation) return undefined;
    return stored?.status?.conditions?.find((condition) => condition.type === type);
  }

  async #send(method: string, path: string, type: string, body: object): Promise<void> {
    const response = await fetch(`${this.#url}${path}`, { method, headers: { 'content-type': type }, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the Kubernetes API answered ${response.status}: ${await response.text()}`);
  }
}
