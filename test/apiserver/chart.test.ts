// The chart through its whole life, with the real helm and the real API server: lint, values, install, upgrade, test, uninstall. The hooks run in
// the image's own files.
import { expect } from 'chai';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startApiserver } from './environment/apiserver.ts';
import type { Apiserver } from './environment/apiserver.ts';
import { requireHelm } from './environment/helm.ts';
import { requireBinaries } from './environment/tier.ts';
import { CREDENTIALS, freePort } from './kit/deployment.ts';
import { CHART, Helm, NAMESPACE, RELEASE, playHook } from './kit/helm.ts';
import { requireImage } from './kit/image.ts';
import { asList, kustomized, ofKind, parsed } from './kit/manifests.ts';
import { Pod } from './kit/pod.ts';
import type { PodSpec } from './kit/pod.ts';
import { eventually } from './kit/until.ts';

const CI = join(CHART, 'ci');
const valuesFile = (name: string): readonly string[] => ['--values', join(CI, `${name}-values.yaml`)];

/** Each on its own; the files in ci/ put several together. */
const MATRIX: readonly (readonly string[])[] = [
  [], ['replicas=1'], ['replicas=0'], ['crds.install=false'], ['rbac.create=false'], ['rbac.aggregateToEdit=false'], ['rbac.aggregateToView=false'], ['networkPolicy.enabled=false'],
  ['podDisruptionBudget.enabled=false'], ['podDisruptionBudget.maxUnavailable=50%'], ['uninstallCheck.enabled=false'], ['priorityClassName='], ['observeOnly=true'], ['network=public'],
  ['allowVpcs={vpc-a,vpc-b}', 'allowRegions={cn-hangzhou}'], ['requireInstanceTag.egress=unified'], ['credentials.kind=ecs-role'], ['credentials.kind=rrsa', 'credentials.rrsa.roleName=mover'],
  ['topologySpreadConstraints=null'], ['resources=null'], ['serviceAccount.name=mover'], ['fullnameOverride=mover'], ['nameOverride=mover'], ['leaseNamespace=default'],
  [`image.digest=sha256:${'0'.repeat(64)}`], ['extraArgs={--context=other}', 'extraEnv[0].name=EGRESS_LOG_LEVEL', 'extraEnv[0].value=warn'], ['metrics.serviceMonitor.enabled=true'],
];

/** Values that would install something that can't work, and what helm says. */
const REFUSED: readonly (readonly [what: string, values: readonly string[], says: RegExp])[] = [
  ['a value that does not exist', ['allowVpc={vpc-a}'], /allowVpc/],
  ['keys written into values', ['credentials.accessKeySecret=secret'], /accessKeySecret/],
  ['mounted keys without the Secret that holds them', ['credentials.kind=file'], /secretName/],
  ['RRSA without a role', ['credentials.kind=rrsa'], /rrsa/],
  ['a source of credentials that is none', ['credentials.kind=console'], /kind/],
  ['a fence around what is no VPC', ['allowVpcs={my-vpc}'], /allowVpcs/],
  ['a fence around what is no region', ['allowRegions={Hangzhou}'], /allowRegions/],
  ['an STS in what is no region', ['credentials.rrsa.stsRegion=Hangzhou'], /stsRegion/],
  ['a digest that is none', ['image.digest=latest'], /digest/],
  ['less time to end than closing windows takes', ['terminationGracePeriodSeconds=30'], /terminationGracePeriodSeconds/],
  ['a budget that keeps every node from being drained', ['podDisruptionBudget.maxUnavailable=0'], /maxUnavailable/],
];

const ROLE = ['credentials.kind=rrsa', 'credentials.rrsa.roleName=mover'];
const ARNS = ['credentials.kind=rrsa', 'credentials.rrsa.roleArn=acs:ram::1:role/mover', 'credentials.rrsa.oidcProviderArn=acs:ram::1:oidc-provider/ack'];

/** Where the pod's token is exchanged: the region of STS that the container is told; undefined: none, so the central host. */
const STS: readonly (readonly [what: string, values: readonly string[], region: string | undefined])[] = [
  ['the region that is said', [...ARNS, 'credentials.rrsa.stsRegion=cn-beijing', 'allowRegions={cn-hangzhou}'], 'cn-beijing'],
  ['the region that is said, from outside the cloud too', [...ROLE, 'credentials.rrsa.stsRegion=cn-beijing', 'network=public'], 'cn-beijing'],
  ['the only region that may be worked for', [...ARNS, 'allowRegions={cn-hangzhou}'], 'cn-hangzhou'],
  ['the only region, where the webhook gives the token', [...ROLE, 'allowRegions={cn-hangzhou}'], 'cn-hangzhou'],
  ['the central host where there are two regions', [...ARNS, 'allowRegions={cn-hangzhou,cn-beijing}'], undefined],
  ['the central host from outside the cloud', [...ARNS, 'allowRegions={cn-hangzhou}', 'network=public'], undefined],
  ['no host at all where there is no token', ['credentials.kind=file', 'credentials.secretName=keys', 'allowRegions={cn-hangzhou}'], undefined],
];

const set = (values: readonly string[]): readonly string[] => values.flatMap((value) => ['--set', value]);
const RESOURCE = { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'web' }, spec: { regionId: 'cn-hangzhou', vpcId: 'vpc-bp1', instanceSelector: { tags: { egress: 'unified' } } } };

describe('The chart', function () {
  this.timeout(120_000);
  let apiserver: Apiserver;
  let helm: Helm;
  let image = '';

  before('an empty API server is started', async function () {
    const [binaries, helmPath] = [await requireBinaries(this), await requireHelm(this)];
    image = await requireImage(this);
    apiserver = await startApiserver({ binaries, crdDirectories: [] });
    helm = await Helm.at(helmPath, apiserver);
    const base = parsed(await kustomized(binaries, 'base'));
    await kubectl(['apply', '--server-side', '-f', '-'], asList([...ofKind(base, 'Namespace'), CREDENTIALS]));
  });

  after('it is stopped', async () => {
    await apiserver.stop();
    await helm.remove();
  });

  const kubectl = async (args: readonly string[], input?: string): Promise<string> => {
    const { code, stdout, stderr } = await apiserver.kubectl(args, input);
    expect({ code, stderr }, `kubectl ${args.join(' ')}`).to.deep.equal({ code: 0, stderr: '' });
    return stdout;
  };
  const uidOf = (...what: readonly string[]): Promise<string> => kubectl(['get', ...what, '-o', 'jsonpath={.metadata.uid}']);
  const controllersIn = (namespace: string): Promise<string> => kubectl(['get', 'deployments', '--namespace', namespace, '-o', 'jsonpath={.items[*].metadata.name}']);
  const columns = async (): Promise<readonly string[]> => (await kubectl(['get', 'crd', 'egressunifications.egressunification.io', '-o', 'jsonpath={range .spec.versions[0].additionalPrinterColumns[*]}{.name},{end}'])).split(',');

  describe('rendered', () => {
    it('passes helm lint --strict with its own values and with each file in ci/', async () => {
      const files = (await readdir(CI)).map((file) => ['--values', join(CI, file)]);
      expect(files.length).to.be.greaterThan(2);
      for (const values of [[], ...files]) expect(await helm.must('lint', '--strict', CHART, ...values)).to.include('0 chart(s) failed');
    });

    it('says something about every value that its schema knows', async () => {
      const [values, schema] = [parse(await readFile(join(CHART, 'values.yaml'), 'utf8')) as Tree, JSON.parse(await readFile(join(CHART, 'values.schema.json'), 'utf8')) as Schema];
      expect(pathsOfSchema(schema).filter((path) => path !== 'global')).to.have.members(pathsOfValues(values, schema));
    });

    const cases = [...MATRIX.map((values) => ({ name: values.join(' ') || 'no value', args: set(values) })), ...['rrsa', 'static-credentials', 'every-value'].map((name) => ({ name: `ci/${name}-values.yaml`, args: valuesFile(name) }))];
    for (const { name, args } of cases) {
      it(`is accepted by strict validation with ${name}`, async () => {
        const objects = parsed(await helm.template('--namespace', NAMESPACE, ...args));
        const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);
        expect(names).to.deep.equal([...new Set(names)]);
        // a CRD that is not there is the only thing that a dry run can't judge
        await kubectl(['apply', '--server-side', '--validate=strict', '--dry-run=server', '-f', '-'], asList(objects.filter(({ kind }) => kind !== 'ServiceMonitor')));
      });
    }

    for (const [what, values, region] of STS) {
      it(`exchanges the pod's token at ${what}`, async () => {
        const [deployment] = ofKind(parsed(await helm.template(...set(values))), 'Deployment') as unknown as readonly { readonly spec: { readonly template: { readonly spec: PodSpec } } }[];
        const env = deployment?.spec.template.spec.containers[0]?.env ?? [];
        expect(env.filter(({ name }) => name === 'ALIBABA_CLOUD_STS_REGION').map(({ value }) => value)).to.deep.equal(region === undefined ? [] : [region]);
      });
    }

    for (const [what, values, says] of REFUSED) {
      it(`is refused with ${what}`, async () => {
        const { code, stderr } = await helm.run('template', RELEASE, CHART, ...set(values));
        expect(code, stderr).to.equal(1);
        expect(stderr).to.match(says);
      });
    }
  });

  describe('installed', () => {
    let definition = '';
    let resource = '';

    before('an older chart is installed, whose definition has a column less', async () => {
      const older = await mkdtemp(join(tmpdir(), 'egress-unification-chart-'));
      await cp(CHART, older, { recursive: true });
      const file = join(older, 'files/crd.yaml');
      const crd = parse(await readFile(file, 'utf8')) as { spec: { versions: { additionalPrinterColumns: object[] }[] } };
      crd.spec.versions[0]?.additionalPrinterColumns.pop();
      await writeFile(file, JSON.stringify(crd));
      const said = await helm.must('install', RELEASE, older, '--namespace', NAMESPACE);
      await rm(older, { recursive: true });
      expect(said).to.match(/It has no credentials/).and.to.match(/No fence is set/);
      await kubectl(['wait', '--for=condition=Established', '--timeout=20s', 'crd/egressunifications.egressunification.io']);
      await kubectl(['apply', '-f', '-'], JSON.stringify(RESOURCE));
      [definition, resource] = [await uidOf('crd', 'egressunifications.egressunification.io'), await uidOf('egu', 'web')];
    });

    it('brings the definition up to date with an upgrade', async () => {
      const before = await columns();
      await helm.must('upgrade', RELEASE, CHART, '--namespace', NAMESPACE);
      expect((await columns()).length).to.equal(before.length + 1);
    });

    for (const { name, more } of [{ name: 'rrsa', more: [] }, { name: 'every-value', more: ['--set', 'metrics.serviceMonitor.enabled=false'] }, { name: 'static-credentials', more: [] }]) {
      it(`keeps the definition and every resource when it is upgraded to ci/${name}-values.yaml`, async () => {
        const said = await helm.must('upgrade', RELEASE, CHART, '--namespace', NAMESPACE, ...valuesFile(name), ...more);
        expect(said).not.to.match(/It has no credentials/);
        expect([await uidOf('crd', 'egressunifications.egressunification.io'), await uidOf('egu', 'web')]).to.deep.equal([definition, resource]);
      });
    }

    it('passes helm test while a replica is ready', async () => {
      const deployment = JSON.parse(await kubectl(['get', 'deployment', RELEASE, '--namespace', NAMESPACE, '-o', 'json'])) as { spec: { template: { spec: PodSpec } } };
      const port = await freePort();
      const env = { EGRESS_HEALTH_ADDRESS: `127.0.0.1:${port}`, EGRESS_METRICS_ADDRESS: '0', EGRESS_CLOUD_ENDPOINT: 'http://127.0.0.1:9', EGRESS_OBSERVE_ONLY: 'true' };
      const replica = await Pod.start({ name: 'replica', namespace: NAMESPACE, spec: deployment.spec.template.spec, image, apiserver, env });
      await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status, replica.said).to.equal(200));
      const tested = helm.run('test', RELEASE, '--namespace', NAMESPACE);
      // there is no Service without a network of pods: the same question to the replica itself
      const asked = (args: readonly string[]): readonly string[] => args.map((arg) => arg.replace(`${RELEASE}.${NAMESPACE}.svc:8081`, `127.0.0.1:${port}`));
      const { stdout, stderr } = await playHook({ apiserver, image, kind: 'pod', name: `${RELEASE}-test`, args: asked });
      await replica.remove();
      expect(stdout, stderr).to.match(/answered 200: .*role: /s);
      expect(await tested).to.deep.include({ code: 0, stderr: '' });
    });

    it('is not uninstalled while there is a resource, and says which', async () => {
      const uninstalled = helm.run('uninstall', RELEASE, '--namespace', NAMESPACE);
      const { code, stderr } = await playHook({ apiserver, image, kind: 'job', name: `${RELEASE}-uninstall` });
      expect(code).to.equal(1);
      expect(stderr).to.include('there are EgressUnifications: web.').and.to.include('kubectl delete egu web');
      expect((await uninstalled).code).to.equal(1);
      expect(await controllersIn(NAMESPACE)).to.equal(RELEASE);
    });

    it('leaves the definition when it is uninstalled, and nothing else', async () => {
      // no controller ran, so nothing holds the resource
      await kubectl(['delete', 'egu', 'web']);
      await kubectl(['delete', 'job', `${RELEASE}-uninstall`, '--namespace', NAMESPACE]);
      const uninstalled = helm.run('uninstall', RELEASE, '--namespace', NAMESPACE);
      const { code, stderr } = await playHook({ apiserver, image, kind: 'job', name: `${RELEASE}-uninstall` });
      expect(code, stderr).to.equal(0);
      expect(await uninstalled).to.deep.include({ code: 0, stderr: '' });
      const left = await kubectl(['get', 'crd,clusterrole,clusterrolebinding,role,rolebinding,deployment,service,serviceaccount,pdb,networkpolicy,job,pod', '--all-namespaces', '-l', 'app.kubernetes.io/managed-by=Helm', '-o', 'name']);
      expect(left.trim()).to.equal('customresourcedefinition.apiextensions.k8s.io/egressunifications.egressunification.io');
      expect(await uidOf('crd', 'egressunifications.egressunification.io')).to.equal(definition);
    });

    it('can be installed again afterwards', async () => {
      await helm.must('install', RELEASE, CHART, '--namespace', NAMESPACE, ...valuesFile('static-credentials'));
      expect(await uidOf('crd', 'egressunifications.egressunification.io')).to.equal(definition);
    });

    it('takes over a definition that kubectl had applied only when it is told to', async () => {
      await helm.must('uninstall', RELEASE, '--namespace', NAMESPACE, '--no-hooks');
      await kubectl(['annotate', 'crd', 'egressunifications.egressunification.io', 'meta.helm.sh/release-name-', 'meta.helm.sh/release-namespace-']);
      expect((await helm.run('install', RELEASE, CHART, '--namespace', NAMESPACE)).stderr).to.include('invalid ownership metadata');
      await helm.must('install', RELEASE, CHART, '--namespace', NAMESPACE, '--take-ownership');
      expect(await uidOf('crd', 'egressunifications.egressunification.io')).to.equal(definition);
    });
  });
});

type Tree = Readonly<Record<string, unknown>>;
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const pathsOfSchema = ({ properties = {} }: Schema): readonly string[] =>
  Object.entries(properties).flatMap(([name, schema]) => (schema.properties === undefined ? [name] : pathsOfSchema(schema).map((path) => `${name}.${path}`)));

/** The paths of the values as deep as the schema goes. */
const pathsOfValues = (values: Tree, { properties = {} }: Schema): readonly string[] =>
  Object.entries(values).flatMap(([name, value]) => {
    const schema = properties[name];
    return schema?.properties === undefined ? [name] : pathsOfValues(value as Tree, schema).map((path) => `${name}.${path}`);
  });
