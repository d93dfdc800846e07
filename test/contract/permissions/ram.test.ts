// The policies of deploy/ram against what the controller is seen to call: the canonical scenarios, which make it take every step, run in the
// simulation laboratory with a cloud that asks RAM first.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { refusalOf } from '../../../sim/cloud/engine/refusal.ts';
import { actions as everyAction } from '../../../sim/cloud/engine/actions.ts';
import type { SimulatedCloud } from '../../../sim/cloud/engine/cloud.ts';
import type { Policy, Statement } from '../../../scripts/ram/policies.ts';
import { ALL_CLOUD_ACTIONS } from '../../../src/api/cloud-actions.ts';
import { TAG } from '../../../src/api/names.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { SPEC, THREE, allUnified, isReady, world } from '../../simulation/fixtures.ts';
import { Laboratory } from '../../simulation/laboratory.ts';
import { run } from '../../simulation/engine/run.ts';
import { CANONICAL } from '../../simulation/scenarios/canonical.ts';
import { isReady as isReadyAll, when } from '../../simulation/scenarios/moments.ts';
import * as parts from '../../simulation/scenarios/parts.ts';
import { differences, strict, type CanonicalScenario } from '../../simulation/scenarios/scenario.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import { judge } from './ram.ts';

/** What the twelve leave out: groups of its own for the interfaces; an interface that loses every tag before it is to go. */
const EXTRAS: readonly CanonicalScenario[] = [
  {
    name: 'groups', title: 'interfaces in a security group of their own',
    world: parts.world({ 'i-a': parts.instance('47.98.1.1') }, { securityGroups: { 'sg-own': { vpc: 'vpc-1' } } }),
    resources: { web: parts.spec({ networkInterface: { securityGroupIds: ['sg-own'] } }) },
    timeline: [],
    end: { resources: { web: 'True Unified' }, instances: { 'i-a': parts.unifiedOn('47.98.1.1') } },
  },
  {
    name: 'stripped', title: 'an interface loses every tag and is to be deleted then',
    world: parts.world({ 'i-a': parts.instance('47.98.1.1') }),
    resources: { web: parts.spec({ deletionPolicy: 'Revert' }) },
    timeline: [when(isReadyAll('web'), 'the tags are stripped and the resource is deleted', (stage) => {
      const made = stage.cloud.state.interfaces.all().filter(({ type }) => type === 'Secondary');
      for (const { id } of made) stage.meddle({ op: 'removeTags', resource: id });
      stage.delete('web');
    })],
    end: { resources: { web: 'gone' }, instances: { 'i-a': parts.byItself('47.98.1.1') } },
  },
];

const policy = (name: string): Policy => JSON.parse(readFileSync(join(ROOT, 'deploy/ram', `${name}.json`), 'utf8')) as Policy;
const actionsOf = (...policies: readonly Policy[]): readonly string[] => [...new Set(policies.flatMap(({ Statement: all }) => all.flatMap(({ Action }) => Action)))].sort();

/** A custom policy of RAM is no longer than this. */
const CHARACTERS_MAX = 6144;

interface Heard {
  readonly called: Set<string>;
  readonly refused: string[];
  readonly used: Set<Statement>;
}

const nothing = (): Heard => ({ called: new Set(), refused: [], used: new Set() });

/** From now on the cloud asks RAM before each call, and notes it. */
function guardBy(cloud: SimulatedCloud, policies: readonly Policy[], heard: Heard): void {
  const call = cloud.call.bind(cloud);
  cloud.call = (request, given) => {
    const { allowed, by } = judge(policies, cloud.state, request);
    const name = `${request.product}:${request.action}`;
    heard.called.add(name);
    for (const statement of by) heard.used.add(statement);
    if (allowed) return call(request, given);
    heard.refused.push(`${name} ${JSON.stringify(request.params)}`);
    return cloud.refuse(request, refusalOf('Forbidden.RAM'));
  };
}

describe('The RAM policies', function () {
  this.timeout(60_000);

  describe('over the canonical scenarios', () => {
    const heard = nothing();
    const policies = [policy('policy'), policy('billing')];

    for (const canonical of [...CANONICAL, ...EXTRAS]) {
      it(`let the controller come to the end of ${canonical.name}: ${canonical.title}`, async () => {
        const { quiet, unmet } = await run({ scenario: canonical.name, seed: 1, injections: [] }, {
          scenario: { ...strict(canonical), unmet: (lab) => differences(lab, canonical.end) },
          judge: ({ cloud }) => {
            guardBy(cloud, policies, heard);
            return { after: () => undefined, atEnd: () => undefined, violations: [] };
          },
        });
        expect({ unmet, quiet, refused: heard.refused }).to.deep.equal({ unmet: [], quiet: true, refused: [] });
      });
    }

    it('allow exactly what was called, no action more', () => {
      expect(actionsOf(...policies)).to.deep.equal([...heard.called].sort());
    });

    it('hold no statement that nothing needed', () => {
      expect(policies.flatMap(({ Statement: all }) => all).filter((statement) => !heard.used.has(statement))).to.deep.equal([]);
    });
  });

  it('say what the table of actions says, each in its file', () => {
    const named = (which: (action: (typeof ALL_CLOUD_ACTIONS)[number]) => boolean): readonly string[] => ALL_CLOUD_ACTIONS.filter(which).map(({ name }) => name).sort();
    expect(actionsOf(policy('policy'))).to.deep.equal(named(({ optIn }) => optIn === undefined));
    expect(actionsOf(policy('policy-unscoped'))).to.deep.equal(actionsOf(policy('policy')));
    expect(actionsOf(policy('billing'))).to.deep.equal(named(({ optIn }) => optIn === 'billing')).and.to.deep.equal(['ecs:ModifyInstanceChargeType']);
    expect(actionsOf(policy('read-only'))).to.deep.equal(named(({ access, optIn }) => access === 'read' && optIn === undefined));
    expect(actionsOf(policy('guest-commands'))).to.deep.equal(named(({ optIn }) => optIn === 'guestCommands' || optIn === 'runAnything'));
    expect(actionsOf(policy('guest-commands-registered'))).to.deep.equal(named(({ optIn }) => optIn === 'guestCommands'));
    expect(actionsOf(policy('guest-commands-registration'))).to.deep.equal([...named(({ optIn }) => optIn === 'registration'), 'ecs:DescribeCommands']);
  });

  it('allow no wildcard among actions, nothing that creates or ends a machine or releases an address, and fit into RAM', () => {
    for (const name of ['policy', 'policy-unscoped', 'billing', 'guest-commands', 'guest-commands-registered', 'guest-commands-registration', 'read-only', 'qualification', 'guard']) {
      const file = policy(name);
      expect(actionsOf(file).filter((action) => action.includes('*')), name).to.deep.equal([]);
      expect(JSON.stringify(file, null, 2).length, name).to.be.below(CHARACTERS_MAX);
    }
    expect(actionsOf(policy('policy'), policy('policy-unscoped'), policy('billing'), policy('guest-commands')).filter((action) => /Release|RunInstances|DeleteInstance|^ram:/.test(action))).to.deep.equal([]);
  });

  it('that is unscoped and denied everything else by the cloud itself still lets the example be unified', async () => {
    const { spec: example } = parse(readFileSync(join(ROOT, 'examples/minimal.yaml'), 'utf8')) as { readonly spec: JsonObject };
    const deny = [...everyAction.keys()].filter((action) => !actionsOf(policy('policy')).includes(action));
    expect(deny).to.include('vpc:ReleaseEipAddress').and.to.include('ecs:ModifyInstanceChargeType');
    const lab = new Laboratory({ ...world(THREE), credentials: [{ accessKeyId: 'simulated-key', accessKeySecret: 'canary-access-key-secret', deny }] });
    lab.create('web', { ...example, vpcId: SPEC.vpcId });
    await lab.start();
    await lab.until(() => isReady(lab));
    expect(allUnified(lab)).to.equal(true);
    expect(lab.cloud.log.since(0).filter(({ code }) => code.startsWith('Forbidden'))).to.deep.equal([]);
  });

  it('for reading is enough to observe a fleet, and for nothing else', async () => {
    const lab = new Laboratory(world(THREE));
    const heard = nothing();
    guardBy(lab.cloud, [policy('read-only')], heard);
    lab.create('web', { ...SPEC, mode: 'Observe' });
    await lab.start();
    await lab.until(() => lab.ready('web').startsWith('False'));
    await lab.clock.pass(600_000);
    expect([heard.refused, lab.mutatingCalls()]).to.deep.equal([[], []]);
    lab.patch('web', { spec: { mode: 'Enforce' } });
    await lab.until(() => heard.refused.length > 0);
    expect(heard.refused[0]).to.match(/^ecs:ConvertNatPublicIpToEip /);
    expect(allUnified(lab)).to.equal(false);
  });

  describe('by their conditions', () => {
    const lab = new Laboratory({ ...world(THREE), networkInterfaces: { 'eni-theirs': { vSwitch: 'vsw-1', instance: 'i-a' }, 'eni-ours': { vSwitch: 'vsw-1', instance: 'i-b', tags: { [TAG.cluster]: 'c1' } } } });
    const may = (name: string, product: 'ecs' | 'vpc', action: string, params: Readonly<Record<string, string>>): boolean => judge([policy(name)], lab.cloud.state, { product, action, params }).allowed;

    it('refuse to detach, delete or change an interface that does not carry our tag', () => {
      const instance = { InstanceId: 'i-a' };
      for (const [action, more] of Object.entries({ DetachNetworkInterface: instance, AttachNetworkInterface: instance, DeleteNetworkInterface: {}, ModifyNetworkInterfaceAttribute: { 'SecurityGroupId.1': 'sg-1' } })) {
        expect([may('policy', 'ecs', action, { NetworkInterfaceId: 'eni-theirs', ...more }), may('policy', 'ecs', action, { NetworkInterfaceId: 'eni-ours', ...more })], action).to.deep.equal([false, true]);
      }
    });

    it('refuse to make an interface without our tag', () => {
      const create = { VSwitchId: 'vsw-1', 'SecurityGroupIds.1': 'sg-1' };
      expect(may('policy', 'ecs', 'CreateNetworkInterface', create)).to.equal(false);
      expect(may('policy', 'ecs', 'CreateNetworkInterface', { ...create, 'Tag.1.Key': TAG.cluster, 'Tag.1.Value': 'c1' })).to.equal(true);
    });

    it('refuse link tags to everybody else, and to nobody the emergency stop', () => {
      const rights: Policy = { Version: '1', Statement: [{ Effect: 'Allow', Action: ['vpc:TagResources', 'ecs:TagResources'], Resource: ['*'] }] };
      const tag = (key: string): boolean =>
        judge([rights, policy('guard')], lab.cloud.state, { product: 'vpc', action: 'TagResources', params: { ResourceType: 'EIP', 'ResourceId.1': 'eip-nat', 'Tag.1.Key': key, 'Tag.1.Value': 'x' } }).allowed;
      expect([TAG.cluster, TAG.owner, TAG.instance, TAG.eip].map(tag)).to.deep.equal([false, false, false, false]);
      expect([TAG.hold, 'team'].map(tag)).to.deep.equal([true, true]);
    });
  });
});
