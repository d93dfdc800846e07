// deploy/ and the chart against the real API server: every object is accepted by strict validation in a namespace that enforces the restricted Pod
// Security standard, without a warning; and both ways to install say the same.
import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stsHost } from '../../src/adapters/alicloud/endpoints.ts';
import { startApiserver } from './environment/apiserver.ts';
import type { Apiserver, CommandResult } from './environment/apiserver.ts';
import { requireHelm } from './environment/helm.ts';
import { requireBinaries } from './environment/tier.ts';
import { ROOT, runToEnd } from './kit/child.ts';
import { CHART, Helm, NAMESPACE } from './kit/helm.ts';
import { asList, kustomized, ofKind, parsed } from './kit/manifests.ts';
import type { Manifest, Rule } from './kit/manifests.ts';
import type { PodSpec } from './kit/pod.ts';

/** A way to install with kustomize, and the values with which the chart says the same. */
const SAME = [
  { folder: 'base', values: [] },
  { folder: 'overlays/rrsa', values: ['--values', join(CHART, 'ci/rrsa-values.yaml')] },
  { folder: 'overlays/static-credentials', values: ['--values', join(CHART, 'ci/static-credentials-values.yaml')] },
] as const;
const COMPONENTS = ['observe-only', 'fences', 'guest-commands', 'service-monitor'];

interface Workload {
  readonly spec: { readonly selector: { readonly matchLabels: object }; readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec & { readonly containers: readonly { readonly image: string }[] } } };
}

const workloadIn = (manifests: readonly Manifest[]): Workload => ofKind(manifests, 'Deployment')[0] as unknown as Workload;
const nameOf = ({ kind, metadata: { namespace = '', name } }: Manifest): string => `${kind} ${namespace}/${name}`;

/** What only helm writes is left out, and so are its hooks; the namespace is made by `--create-namespace`. */
function comparable(manifests: readonly Manifest[]): Record<string, unknown> {
  const without = (record: Record<string, string> | undefined, words: RegExp): Record<string, string> => Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => !words.test(key)));
  const own = manifests.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.annotations?.['helm.sh/hook'] === undefined);
  return Object.fromEntries(own.map((manifest) => {
    const labels = without(manifest.metadata.labels, /^helm\.sh\/chart$|managed-by$/);
    const annotations = without(manifest.metadata.annotations, /^helm\.sh\/resource-policy$/);
    return [nameOf(manifest), { ...manifest, metadata: { ...manifest.metadata, labels, annotations } }];
  }));
}

describe('The manifests', function () {
  this.timeout(60_000);
  let apiserver: Apiserver;
  let helm: Helm;
  const rendered = new Map<string, readonly Manifest[]>();

  before('an empty API server is started', async function () {
    const [binaries, helmPath] = [await requireBinaries(this), await requireHelm(this)];
    helm = await Helm.at(helmPath);
    apiserver = await startApiserver({ binaries, crdDirectories: [] });
    for (const { folder } of SAME) rendered.set(folder, parsed(await kustomized(binaries, folder)));
  });

  after('it is stopped', async () => {
    await apiserver.stop();
    await helm.remove();
  });

  const manifestsOf = (folder: string): readonly Manifest[] => rendered.get(folder) ?? expect.fail(folder);
  const strictly = (items: readonly Manifest[], ...more: readonly string[]): Promise<CommandResult> =>
    apiserver.kubectl(['apply', '--server-side', '--validate=strict', ...more, '-f', '-'], asList(items));

  for (const { folder, values } of SAME) {
    describe(`of deploy/${folder}`, () => {
      it('are accepted as they are, without a warning', async () => {
        const { code, stderr } = await apiserver.kubectl(['apply', '--server-side', '--validate=strict', '-k', join(ROOT, 'deploy', folder)]);
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
      });

      it('make pods that the namespace admits, which it enforces', async () => {
        const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'one', namespace: NAMESPACE }, spec: workloadIn(manifestsOf(folder)).spec.template.spec };
        expect(await strictly([pod as unknown as Manifest], '--dry-run=server')).to.deep.include({ code: 0, stderr: '' });
        const soft = { ...pod, spec: { ...pod.spec, securityContext: {} } };
        expect((await strictly([soft], '--dry-run=server')).stderr).to.match(/violates PodSecurity "restricted:latest"/);
      });

      it('are what the chart renders', async () => {
        const chart = parsed(await helm.template(...values));
        expect(comparable(chart)).to.deep.equal(comparable(manifestsOf(folder)));
      });

      it('give the program only flags that it knows', async () => {
        const [container] = workloadIn(manifestsOf(folder)).spec.template.spec.containers;
        const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
        const { code, stderr } = await runToEnd(['src/main.ts', ...(container?.args ?? [])], env);
        expect(code, stderr).to.equal(2);
        // no cluster, no mounted keys: what is missing is the pod, and nothing is wrong with the flags
        expect(stderr).to.match(/^egress-unification: (not in a pod of a cluster|no credentials: |credentials 'file': .* must exist)/);
      });
    });
  }

  describe('in the end', () => {
    it('are taken away by what the README says', async () => {
      expect(await apiserver.kubectl(['delete', 'egu', '--all'])).to.deep.include({ code: 0, stderr: '' });
      // nobody here empties a namespace that goes
      expect(await apiserver.kubectl(['delete', '--wait=false', '-k', join(ROOT, 'deploy/overlays/rrsa')])).to.deep.include({ code: 0, stderr: '' });
      // the definition goes in its own time
      expect(await apiserver.kubectl(['wait', '--for=delete', 'crd/egressunifications.egressunification.io', '--timeout=60s'])).to.deep.include({ code: 0 });
      expect((await apiserver.kubectl(['get', 'egu'])).code).to.equal(1);
    });
  });

  it('can be applied again without changing anything', async () => {
    const versions = async (): Promise<string> => (await apiserver.kubectl(['get', 'deploy,sa,svc,pdb,networkpolicy,role,rolebinding', '-A', '-l', 'app.kubernetes.io/name=egress-unification', '-o', 'jsonpath={.items[*].metadata.resourceVersion}'])).stdout;
    await strictly(manifestsOf('base'));
    const before = await versions();
    await strictly(manifestsOf('base'));
    expect(before.split(' ').length).to.be.greaterThan(7);
    expect(await versions()).to.equal(before);
  });

  it('have no token exchanged by the egress that the controller changes', () => {
    const [container] = workloadIn(manifestsOf('overlays/rrsa')).spec.template.spec.containers;
    const region = container?.env?.find(({ name }) => name === 'ALIBABA_CLOUD_STS_REGION')?.value;
    expect(container?.args).to.include('--network=vpc');
    expect(stsHost(region, 'vpc')).to.match(/^sts-vpc\.[a-z0-9-]+\.aliyuncs\.com$/);
  });

  it('accept every component on top', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'egress-unification-overlay-'));
    const here = (path: string): string => relative(folder, join(ROOT, 'deploy', path));
    await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify({ resources: [here('overlays/rrsa')], components: COMPONENTS.map((name) => here(`components/${name}`)) }));
    const { code, stdout, stderr } = await apiserver.kubectl(['kustomize', folder]);
    await rm(folder, { recursive: true });
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    const all = parsed(stdout);
    expect(workloadIn(all).spec.template.spec.containers[0]?.args).to.include.members(['--observe-only', '--allow-guest-commands', '--allow-vpc=vpc-bp1opxu1zkhn00gzv', '--credentials=rrsa']);
    expect(await strictly(all.filter(({ kind }) => kind !== 'ServiceMonitor'))).to.deep.include({ code: 0, stderr: '' });
    expect(comparable(ofKind(all, 'ServiceMonitor'))).to.deep.equal(comparable(ofKind(parsed(await helm.template('--set', 'metrics.serviceMonitor.enabled=true')), 'ServiceMonitor')));
  });

  it('select the pods that they are about', () => {
    const base = manifestsOf('base');
    const { labels } = workloadIn(base).spec.template.metadata;
    const selectors = ofKind(base, 'Service', 'PodDisruptionBudget', 'NetworkPolicy').map(({ spec }) => spec?.['podSelector'] ?? spec?.['selector']) as readonly { matchLabels?: object }[];
    expect(selectors.map((selector) => selector.matchLabels ?? selector)).to.deep.equal([labels, labels, labels]);
    expect(workloadIn(base).spec.selector.matchLabels).to.deep.equal(labels);
  });

  it('name the version of the program, and never the latest one', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(workloadIn(manifestsOf('base')).spec.template.spec.containers[0]?.image).to.equal(`ghcr.io/egressunification/egress-unification:${version}`);
    const chart = await readFile(join(CHART, 'Chart.yaml'), 'utf8');
    expect(chart).to.match(new RegExp(`^version: ${version}$`, 'm')).and.to.match(new RegExp(`^appVersion: ${version}$`, 'm'));
  });

  it('ask for no right with a wildcard, for no secret, and for no write to what is the whole cluster’s but its own resources', () => {
    const own = ofKind(manifestsOf('base'), 'ClusterRole', 'Role').filter(({ metadata }) => !/-(view|edit)$/.test(metadata.name));
    const rules = own.flatMap(({ rules: each = [] }) => each);
    const words = ({ apiGroups, resources, verbs }: Rule): readonly string[] => [...apiGroups, ...resources, ...verbs];
    expect(rules.flatMap(words).filter((word) => word.includes('*') || /^(secrets|escalate|bind|impersonate)$/.test(word))).to.deep.equal([]);
    const writes = own.filter(({ kind }) => kind === 'ClusterRole').flatMap(({ rules: each = [] }) => each).filter(({ verbs }) => verbs.some((verb) => !/^(get|list|watch)$/.test(verb)));
    expect(writes.map(({ resources, verbs }) => [resources, verbs])).to.deep.equal([[['egressunifications'], ['list', 'watch', 'patch']], [['egressunifications/status'], ['patch']]]);
  });
});
