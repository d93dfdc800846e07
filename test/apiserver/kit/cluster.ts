// The one API server of the tier: started when the first suite needs it, stopped when all have ended. A suite leaves no resource
// behind, because a controller acts on every resource that it finds.
import { join } from 'node:path';
import { EventsV1Api, KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import type { Context } from 'mocha';
import type { EgressUnificationStatus } from '../../../src/api/egress-unification.ts';
import { Resources } from '../../contract/kubernetes/client.ts';
import type { Resource } from '../../contract/kubernetes/client.ts';
import { startApiserver } from '../environment/apiserver.ts';
import type { Apiserver } from '../environment/apiserver.ts';
import { requireBinaries } from '../environment/tier.ts';
import { AUDIT_POLICY, allowedOtherwise, refused } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { ROOT } from './child.ts';

export const CRDS = join(ROOT, 'crds');
export const ANNOTATION = 'egressunification.io/reconcile-requested-at';

/** An Event as a person reads it. */
export interface Told {
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

export class Cluster {
  readonly apiserver: Apiserver;
  readonly resources: Resources;
  readonly #events: EventsV1Api;

  constructor(apiserver: Apiserver) {
    const config = new KubeConfig();
    config.loadFromFile(apiserver.kubeconfigPath);
    this.apiserver = apiserver;
    this.resources = new Resources(config);
    this.#events = config.makeApiClient(EventsV1Api);
  }

  /** kubectl, and it must succeed; what it printed. */
  async kubectl(args: readonly string[], input?: string): Promise<string> {
    const { code, stdout, stderr } = await this.apiserver.kubectl(args, input);
    expect(code, `kubectl ${args.join(' ')}: ${stderr}`).to.equal(0);
    return stdout;
  }

  /** `kubectl apply` of one resource with what a person would write. */
  async apply(name: string, spec: object): Promise<void> {
    const resource = { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name }, spec: { regionId: 'cn-hangzhou', ...spec } };
    await this.kubectl(['apply', '--validate=strict', '-f', '-'], JSON.stringify(resource));
  }

  async get(name: string): Promise<Resource & { readonly status: EgressUnificationStatus }> {
    const resource = await this.resources.get(name);
    return { ...resource, status: resource.status ?? {} };
  }

  /** Asks for a complete look; `value` comes back in status.lastHandledReconcileAt once it was taken. */
  async request(name: string, value: string): Promise<void> {
    await this.resources.merge(name, { metadata: { annotations: { [ANNOTATION]: value } } });
  }

  async events(name: string): Promise<readonly Told[]> {
    const { items } = await this.#events.listNamespacedEvent({ namespace: 'default' });
    const about = items.filter(({ regarding }) => regarding?.kind === 'EgressUnification' && regarding.name === name);
    return about.map(({ type = '', reason = '', note = '' }) => ({ type, reason, note }));
  }

  /** What the controllers have asked of the API server. */
  async audit(): Promise<readonly AuditEvent[]> {
    return (await this.apiserver.auditLog()) as readonly AuditEvent[];
  }

  async exists(name: string): Promise<boolean> {
    return (await this.resources.list()).items.some(({ metadata }) => metadata.name === name);
  }

  /** Takes away every resource, whatever its finalizers say; only with no controller running. */
  async clear(): Promise<void> {
    for (const { metadata } of (await this.resources.list()).items) {
      await this.resources.merge(metadata.name, { metadata: { finalizers: null } });
      if (await this.exists(metadata.name)) await this.resources.delete(metadata.name);
    }
  }
}

let started: Promise<Cluster> | undefined;

async function start(binaries: string): Promise<Cluster> {
  const cluster = new Cluster(await startApiserver({ binaries, crdDirectories: [], auditPolicy: AUDIT_POLICY }));
  await cluster.kubectl(['apply', '--server-side', '-f', CRDS]);
  await cluster.kubectl(['wait', '--for=condition=Established', '--timeout=20s', '-f', CRDS]);
  return cluster;
}

/** The cluster with crds/ applied; for a `before` hook, which it skips with the reason where there are no binaries. */
export async function requireCluster(context: Context): Promise<Cluster> {
  const binaries = await requireBinaries(context);
  started ??= start(binaries);
  return started;
}

after('the controllers of the tier were refused nothing and used no right but their own, and the API server ends', async function () {
  // longer where a test failed and left a controller that watches
  this.timeout(60_000);
  const cluster = await started;
  if (cluster === undefined) return;
  const events = await cluster.audit();
  await cluster.apiserver.stop();
  expect({ refused: refused(events), allowedOtherwise: allowedOtherwise(events) }).to.deep.equal({ refused: [], allowedOtherwise: [] });
});
