// A simulated API server on a socket and a connection to it from a kubeconfig file, as the controller would make it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEgressUnification } from '../../../../src/api/egress-unification.ts';
import type { EgressUnification } from '../../../../src/api/egress-unification.ts';
import { systemClock } from '../../../../src/adapters/clock.ts';
import { connect } from '../../../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../../../src/adapters/kubernetes/connection.ts';
import type { JsonObject, KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import { kubeconfigFor } from '../../../../sim/kubernetes/kubeconfig.ts';
import type { Target } from '../../../../sim/kubernetes/object-table.ts';
import { start } from '../../../../sim/kubernetes/server.ts';
import type { RunningServer } from '../../../../sim/kubernetes/server.ts';

/** A server, what it holds, and a connection to it. */
export interface Wire extends AsyncDisposable {
  readonly server: RunningServer;
  readonly connection: Connection;
  readonly kubeconfig: string;
  /** Creates a resource as a user would. */
  create(name: string, changes?: { readonly metadata?: JsonObject; readonly spec?: JsonObject }): void;
  /** The resource as the server holds it. */
  stored(name: string): KubernetesObject;
  readonly place: (name: string) => Target;
}

/** Starts one with the generated CRD. */
export async function openWire(seed: readonly JsonObject[] = []): Promise<Wire> {
  const directory = await mkdtemp(join(tmpdir(), 'egress-unification-'));
  const server = await start({ crds: [resolve(import.meta.dirname, '../../../../crds')], seed });
  const kubeconfig = join(directory, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigFor(server.url));
  const connection = await connect({ kubeconfig, clock: systemClock, userAgent: 'test/1' });
  const resource = server.store.resource('egressunification.io/v1alpha1', 'egressunifications');
  const place = (name: string): Target => ({ resource, namespace: undefined, name });
  const stored = (name: string): KubernetesObject => server.store.get(place(name));
  return {
    server,
    connection,
    kubeconfig,
    place,
    stored,
    create: (name, changes = {}) => {
      server.store.create({ resource, namespace: undefined }, manifest(name, changes), { fieldManager: 'user' });
    },
    [Symbol.asyncDispose]: async () => {
      await connection.close();
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}

const manifest = (name: string, { metadata = {}, spec = {} }: { readonly metadata?: JsonObject; readonly spec?: JsonObject }): JsonObject => ({
  apiVersion: 'egressunification.io/v1alpha1',
  kind: 'EgressUnification',
  metadata: { name, ...metadata },
  spec: { regionId: 'cn-hangzhou', vpcId: 'vpc-bp1aevy8sofi8mh1q6psd', instanceSelector: { tags: { egress: 'unified' } }, ...spec },
});

/** The object as the controller reads it; throws when it cannot. */
export function parsed(object: unknown): EgressUnification {
  const result = parseEgressUnification(object);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.resource;
}

/** Resolves when a test says so: for what the server sends on its own. */
export class Signals<T> {
  readonly #seen: T[] = [];
  #wake: () => void = () => undefined;

  readonly push = (value: T): void => {
    this.#seen.push(value);
    this.#wake();
  };

  /** Waits until what is asked holds; it is asked again after each signal. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      const { promise, resolve: wake } = Promise.withResolvers<undefined>();
      this.#wake = () => wake(undefined);
      await promise;
    }
  }

  get seen(): readonly T[] {
    return this.#seen;
  }
}
