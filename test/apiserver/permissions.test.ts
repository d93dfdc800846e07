// What the controller may do in the cluster is the least that works: a whole life of resources, run as exactly the ServiceAccount of deploy/, uses
// each of its rights and is refused nothing. The judge is the API server's audit log. What people may do is tried with their own identities.
import { expect } from 'chai';
import { systemClock, systemRandom } from '../../src/adapters/clock.ts';
import { connect } from '../../src/adapters/kubernetes/connection.ts';
import { KubernetesEvents } from '../../src/adapters/kubernetes/events.ts';
import type { EgressUnification } from '../../src/api/egress-unification.ts';
import { fastClock } from '../drills/kit/fast-clock.ts';
import { KeptLog } from '../kit/log.ts';
import { CONTROLLER_USER, allowedOtherwise, refused, rightsOf, unused } from './kit/audit.ts';
import type { AuditEvent } from './kit/audit.ts';
import { Child } from './kit/child.ts';
import { asList, kustomized, ofKind, parsed } from './kit/manifests.ts';
import type { Manifest, Rule } from './kit/manifests.ts';
import { ROLES } from './kit/role.ts';
import { KEYS, useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const NAT_IP = '47.96.1.1';
const world = worldOf(vpc('rights', { egressIp: NAT_IP, instances: { 'i-eip': { eip: 'eip-home' } }, more: { eips: { 'eip-home': { ip: '47.98.1.1' } } } }));
/** A minute between two counts of the same Event passes in a third of a second. */
const MINUTE_FACTOR = 200;
const SPEC = { regionId: 'cn-hangzhou', vpcId: 'vpc-rights', deletionPolicy: 'Revert', instanceSelector: { instanceIds: ['i-eip'] } };

const isForPeople = ({ metadata }: Manifest): boolean => /-(view|edit)$/.test(metadata.name);

describe('The rights of the controller', function () {
  const stage = useStage({ world, controller: false });
  this.timeout(90_000);
  let roles: readonly Manifest[] = [];
  let events: readonly AuditEvent[] = [];
  let controller: Child | undefined;

  before('the base is read', async () => {
    roles = ofKind(parsed(await kustomized(stage().cluster.apiserver.binaries, 'base')), ...ROLES).filter((role) => !isForPeople(role));
  });

  after('the controller is gone, also when it was not told to end', () => controller?.end('SIGKILL'));

  it('are enough for a life: to lead, to unify, to bring home, and to end', async () => {
    controller = new Child(['src/main.ts', 'run', '--kubeconfig', stage().kubeconfig, '--cloud-endpoint', stage().cloud.url], { ...KEYS, HOSTNAME: 'least' });
    await stage().cluster.apply('rights', SPEC);
    await stage().untilStatus('rights', { type: 'Ready', reason: 'Unified' });
    await stage().expectSeen('i-eip', { egress: [NAT_IP], inbound: ['47.98.1.1'] });
    await stage().delete('rights');
    await stage().expectSeen('i-eip', { egress: ['47.98.1.1'], inbound: ['47.98.1.1'] });
    const { code, stdout, stderr } = await controller.end('SIGTERM');
    expect(code, stderr).to.equal(0);
    expect(stdout).not.to.match(/forbidden/i);
  });

  it('are enough to count an Event that comes again', async () => {
    const clock = fastClock(MINUTE_FACTOR);
    const api = await connect({ clock: systemClock, userAgent: 'egress-unification/test', kubeconfig: stage().kubeconfig });
    const recorder = new KubernetesEvents({ api, clock, random: systemRandom, log: new KeptLog(), instance: 'least' });
    await stage().cluster.apply('rights', { ...SPEC, mode: 'Observe' });
    const resource = (await stage().cluster.get('rights')) as unknown as EgressUnification;
    await eventually(async () => {
      recorder.record(resource, { type: 'Warning', reason: 'DriftDetected', action: 'Observe', note: 'the same again' });
      await recorder.drained();
      const told = await stage().cluster.kubectl(['get', 'events.events.k8s.io', '--namespace', 'default', '-o', 'jsonpath={.items[?(@.note=="the same again")].series.count}']);
      expect(Number(told)).to.be.greaterThan(1);
    });
    await api.close();
  });

  describe('in the audit log', () => {
    before('it is read', async () => {
      events = await stage().cluster.audit();
      expect(events.length).to.be.greaterThan(20);
      expect([...new Set(events.map(({ user }) => user.username))]).to.deep.equal([CONTROLLER_USER]);
    });

    it('are used, each of them', () => expect(unused(events, roles)).to.deep.equal([]));
    it('were never too few', () => expect(refused(events)).to.deep.equal([]));
    it('are all that it used', () => expect(allowedOtherwise(events)).to.deep.equal([]));

    it('would show one that nothing needs', () => {
      const more: Manifest = { ...roles[0]!, rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['keys'] }], metadata: { name: 'more', namespace: 'kube-system' } };
      expect(unused(events, [...roles, more])).to.deep.equal(['get secrets keys in kube-system']);
    });

    it('would show one that is missing', async () => {
      // asked for as the controller and answered by the same API server, in a log of its own
      const asked = await stage().cluster.apiserver.kubectl(['auth', 'can-i', 'get', 'secrets', '--as', CONTROLLER_USER, '--namespace', 'kube-system']);
      expect([asked.code, asked.stdout.trim()]).to.deep.equal([1, 'no']);
      const event: AuditEvent = { ...events[0]!, verb: 'get', requestURI: '/api/v1/namespaces/kube-system/secrets/keys', annotations: { 'authorization.k8s.io/decision': 'forbid' } };
      expect(refused([...events, event])).to.deep.equal(['get /api/v1/namespaces/kube-system/secrets/keys']);
    });
  });

  it('are no others than those of deploy/base, in any namespace', async () => {
    for (const namespace of ['default', 'kube-system', 'egress-unification-system']) {
      const [own, anybody] = [await rulesOf(CONTROLLER_USER, namespace), await rulesOf(`system:serviceaccount:${namespace}:nobody`, namespace)];
      const expected = roles.filter(({ metadata }) => metadata.namespace === undefined || metadata.namespace === namespace);
      const names = (of: readonly Manifest[]): readonly string[] => rightsOf(of).map((right) => JSON.stringify({ ...right, namespace: undefined })).sort();
      expect(names([roleWith(own)]), namespace).to.deep.equal(names([...expected, roleWith(anybody)]));
    }
  });

  const roleWith = (rules: readonly Rule[]): Manifest => ({ apiVersion: 'v1', kind: 'Role', metadata: { name: 'all' }, rules });

  /** What the API server says that somebody may do there. */
  async function rulesOf(user: string, namespace: string): Promise<readonly Rule[]> {
    const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
    const answer = await stage().cluster.kubectl(['create', '--as', user, '--validate=false', '-f', '-', '-o', 'json'], JSON.stringify(review));
    return (JSON.parse(answer) as { status: { resourceRules: readonly Rule[] } }).status.resourceRules;
  }
});

describe('The rights of people', function () {
  const stage = useStage({ world, controller: false });
  this.timeout(60_000);

  const bound = (kind: 'ClusterRole' | 'Role', user: string, role: string): object => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: `${kind}Binding`,
    metadata: { name: `test-${user}`, ...(kind === 'Role' && { namespace: 'default' }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  });
  const BINDINGS = [bound('ClusterRole', 'viewer', 'egress-unification-view'), bound('ClusterRole', 'editor', 'egress-unification-edit'), bound('Role', 'tenant', 'egress-unification-edit')] as unknown as readonly Manifest[];

  before('three people are given roles', () => stage().cluster.kubectl(['apply', '--server-side', '-f', '-'], asList(BINDINGS)));
  after('and lose them', () => stage().cluster.kubectl(['delete', '-f', '-'], asList(BINDINGS)));

  const may = async (user: string, verb: string): Promise<string> => (await stage().cluster.apiserver.kubectl(['auth', 'can-i', verb, 'egressunifications', '--all-namespaces', '--as', user])).stdout.trim();

  for (const { user, who, rights } of [
    { user: 'viewer', who: 'to view let read and nothing else', rights: { list: 'yes', create: 'no', patch: 'no', delete: 'no' } },
    { user: 'editor', who: 'to edit let write, for the whole cluster', rights: { create: 'yes', patch: 'yes', delete: 'yes' } },
    { user: 'tenant', who: 'to edit in one namespace move no address', rights: { list: 'no', create: 'no', patch: 'no', delete: 'no' } },
  ]) {
    it(who, async () => {
      for (const [verb, answer] of Object.entries(rights)) expect(await may(user, verb), verb).to.equal(answer);
    });
  }

  it('to edit in one namespace don’t let create a resource, which has no namespace', async () => {
    const resource = { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: 'theirs' }, spec: SPEC };
    const { code, stderr } = await stage().cluster.apiserver.kubectl(['create', '--as', 'tenant', '--validate=false', '-f', '-'], JSON.stringify(resource));
    expect(code, stderr).to.equal(1);
    expect(stderr).to.include('User "tenant" cannot create resource "egressunifications" in API group "egressunification.io" at the cluster scope');
  });

  it('to edit don’t include the status, which is the controller’s', async () => {
    const { stdout } = await stage().cluster.apiserver.kubectl(['auth', 'can-i', 'patch', 'egressunifications', '--subresource', 'status', '--all-namespaces', '--as', 'editor']);
    expect(stdout.trim()).to.equal('no');
  });

  for (const { role, into } of [{ role: 'view', into: ['view'] }, { role: 'edit', into: ['edit', 'admin'] }]) {
    it(`to ${role} are added to what Kubernetes calls ${into.join(' and ')}`, async () => {
      for (const name of into) {
        const { aggregationRule } = JSON.parse(await stage().cluster.kubectl(['get', 'clusterrole', name, '-o', 'json'])) as { aggregationRule: { clusterRoleSelectors: { matchLabels: Record<string, string> }[] } };
        const [selector] = aggregationRule.clusterRoleSelectors;
        const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`).join(',');
        expect(await stage().cluster.kubectl(['get', 'clusterroles', '-l', labels, '-o', 'name'])).to.include(`egress-unification-${role}\n`);
      }
    });
  }
});
