// A resource that GitOps tools apply: through its whole life the controller gives them nothing to put right. Diffed as they do it, on the
// client's side by three-way merge and on the server's side by a dry run, and seen in who owns which field.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { requireHelm } from './environment/helm.ts';
import { ROOT } from './kit/child.ts';
import { Helm } from './kit/helm.ts';
import { kustomized, ofKind, parsed } from './kit/manifests.ts';
import { useStage } from './kit/stage.ts';
import { threeWayDiff } from './kit/three-way.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const ARGO = 'argocd-controller';
const HOURLY = { action: 'Correct', checkInterval: '1h' };
const MINUTELY = { action: 'Correct', checkInterval: '1m' };
const world = worldOf(vpc('git', { egressIp: '47.96.1.1', instances: { 'i-server': { publicIp: '47.98.1.1' }, 'i-client': { publicIp: '47.98.1.2' } } }));

/** What Git says. */
const manifest = (name: string, drift: object) => ({
  apiVersion: 'egressunification.io/v1alpha1',
  kind: 'EgressUnification',
  metadata: { name, labels: { team: 'shop' }, annotations: { 'argocd.argoproj.io/tracking-id': `shop:egressunification.io/EgressUnification:/${name}` } },
  spec: { regionId: 'cn-hangzhou', vpcId: 'vpc-git', instanceSelector: { instanceIds: [`i-${name}`] }, deletionPolicy: 'Revert', drift },
});
type Manifest = ReturnType<typeof manifest>;

describe('A resource that is applied from Git', () => {
  const stage = useStage({ world });
  const SERVER_SIDE = ['apply', '--server-side', `--field-manager=${ARGO}`, '--force-conflicts', '-f', '-'];
  const sync = (wanted: Manifest): Promise<string> => stage().cluster.kubectl(wanted.metadata.name === 'server' ? SERVER_SIDE : ['apply', '-f', '-'], JSON.stringify(wanted));

  /** Nothing to do for Argo CD, by either of its ways to compare. */
  async function expectInSync(wanted: Manifest): Promise<void> {
    const live = await stage().cluster.get(wanted.metadata.name);
    expect(threeWayDiff(wanted, wanted, live as object as Record<string, unknown>)).to.deep.equal({});
    const predicted = JSON.parse(await stage().cluster.kubectl([...SERVER_SIDE, '--dry-run=server', '-o', 'json'], JSON.stringify(wanted))) as { metadata: object; spec: object };
    expect(predicted.spec).to.deep.equal(live.spec);
    const { labels, annotations, finalizers, generation } = live.metadata;
    expect(predicted.metadata).to.deep.include({ labels, annotations, finalizers, generation });
  }

  it('is unified without a word against it, whichever side applies it', async () => {
    for (const name of ['server', 'client']) await sync(manifest(name, HOURLY));
    for (const name of ['server', 'client']) {
      await stage().untilStatus(name, { type: 'Ready', reason: 'Unified' });
      await expectInSync(manifest(name, HOURLY));
    }
  });

  it('is still in sync when somebody meddled in the cloud, it was edited in Git, and mended', async () => {
    const since = (await stage().cloud.calls()).length;
    await stage().cloud.meddle({ op: 'rebindEip', eip: (await stage().cloud.eip('47.98.1.1')).id, to: 'i-server' });
    for (const name of ['server', 'client']) await sync(manifest(name, MINUTELY));
    await eventually(async () => expect(await stage().cloud.writes(since)).to.include('AssociateEipAddress'));
    for (const name of ['server', 'client']) {
      await stage().untilStatus(name, { type: 'Ready', reason: 'Unified' });
      await expectInSync(manifest(name, MINUTELY));
    }
    await stage().expectSeen('i-server', { egress: ['47.96.1.1'], inbound: ['47.98.1.1'] });
  });

  it('has its spec, labels and annotations to itself: the controller owns the status and a finalizer', async () => {
    const { metadata } = await stage().cluster.get('server');
    const owned = (metadata.managedFields ?? []).map(({ manager, subresource = '', fieldsV1 }) => {
      const inner = Object.entries(fieldsV1['f:metadata'] ?? {}).map(([field, deeper]) => `${field}${field === 'f:finalizers' ? ` ${Object.keys(deeper as object).join(' ')}` : ''}`);
      return { manager, subresource, fields: Object.keys(fieldsV1).filter((field) => field !== 'f:metadata').concat(inner) };
    });
    expect(owned).to.have.deep.members([
      { manager: ARGO, subresource: '', fields: ['f:spec', 'f:annotations', 'f:labels'] },
      { manager: 'egress-unification', subresource: '', fields: ['f:finalizers . v:"egressunification.io/egress"'] },
      { manager: 'egress-unification', subresource: 'status', fields: ['f:status'] },
    ]);
  });

  it('would be seen out of sync if anybody did change it', async () => {
    await stage().cluster.resources.merge('client', { spec: { rollout: { maxInProgress: 2 }, drift: { checkInterval: '2m' } } });
    const live = await stage().cluster.get('client');
    expect(threeWayDiff(manifest('client', MINUTELY), manifest('client', MINUTELY), live as object as Record<string, unknown>)).to.deep.equal({ spec: { drift: { checkInterval: '1m' } } });
  });

  it('goes when it is pruned, and has sent every EIP home', async () => {
    for (const name of ['server', 'client']) await stage().delete(name);
    await stage().expectSeen('i-server', { egress: ['47.98.1.1'], inbound: ['47.98.1.1'] });
    await stage().expectSeen('i-client', { egress: ['47.98.1.2'], inbound: ['47.98.1.2'] });
  });
});

describe('What is given to others', () => {
  const stage = useStage({ world, controller: false });

  it('adds the health check to the settings of Argo CD and changes no other', async () => {
    const { cluster } = stage();
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'argocd-cm', labels: { 'app.kubernetes.io/part-of': 'argocd' } }, data: { url: 'https://argocd.example.com' } };
    await cluster.kubectl(['apply', '-f', '-'], JSON.stringify(settings));
    await cluster.kubectl(['patch', 'configmap', 'argocd-cm', '--type', 'merge', '--patch-file', join(ROOT, 'deploy/argocd/argocd-cm.yaml')]);
    const { data, metadata } = JSON.parse(await cluster.kubectl(['get', 'configmap', 'argocd-cm', '-o', 'json'])) as typeof settings;
    expect(Object.keys(data)).to.have.members(['url', 'resource.customizations.health.egressunification.io_EgressUnification']);
    expect(metadata.labels).to.deep.equal(settings.metadata.labels);
    await cluster.kubectl(['delete', 'configmap', 'argocd-cm']);
  });

  it('puts the dashboard where Grafana looks and the alerts where the Prometheus Operator does', async () => {
    const { apiserver } = stage().cluster;
    const rendered = parsed(await kustomized(apiserver.binaries, 'observability'));
    expect(rendered.map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace}/${name}`).sort()).to.deep.equal(['ConfigMap egress-unification-system/egress-unification-dashboard', 'PrometheusRule egress-unification-system/egress-unification']);
    const [dashboard] = ofKind(rendered, 'ConfigMap');
    expect(dashboard?.metadata.labels).to.include({ grafana_dashboard: '1' });
    const inDefault = { ...dashboard, metadata: { ...dashboard?.metadata, namespace: 'default' } };
    expect(await apiserver.kubectl(['apply', '--server-side', '--validate=strict', '--dry-run=server', '-f', '-'], JSON.stringify(inDefault))).to.deep.include({ code: 0, stderr: '' });
  });

  it('renders the controller without the definition, which is an Application of its own, into the namespace that it makes', async function () {
    const helm = await Helm.at(await requireHelm(this));
    const { spec } = parse(await readFile(join(ROOT, 'deploy/argocd/applications/controller.yaml'), 'utf8')) as Application;
    const values = Object.entries(spec.source.helm.valuesObject).flatMap(([key, value]) => ['--set-json', `${key}=${JSON.stringify(value)}`]);
    const rendered = parsed(await helm.template(...values));
    await helm.remove();
    expect(ofKind(rendered, 'CustomResourceDefinition')).to.deep.equal([]);
    const [namespace] = parsed(await readFile(join(ROOT, 'deploy/base/namespace.yaml'), 'utf8'));
    expect(spec.destination.namespace).to.equal(namespace?.metadata.name);
    expect(spec.syncPolicy.managedNamespaceMetadata.labels).to.deep.equal(namespace?.metadata.labels);
    expect([...new Set(ofKind(rendered, 'Deployment', 'ServiceAccount').map(({ metadata }) => metadata.namespace))]).to.deep.equal([namespace?.metadata.name]);
  });
});

interface Application {
  readonly spec: {
    readonly source: { readonly helm: { readonly valuesObject: Readonly<Record<string, unknown>> } };
    readonly destination: { readonly namespace: string };
    readonly syncPolicy: { readonly managedNamespaceMetadata: { readonly labels: object } };
  };
}
