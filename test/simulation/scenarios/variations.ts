// The same scenario told in another way: what differs is nothing that the end may depend on (metamorphic relations), or somebody else's.
import type { WorldInput } from '../../../sim/cloud/world/schema.ts';
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { isReady, when } from './moments.ts';
import { byIds, byItself, instance, spec } from './parts.ts';
import type { CanonicalScenario } from './scenario.ts';

type Variation = (scenario: CanonicalScenario) => CanonicalScenario;

const withWorld = (scenario: CanonicalScenario, world: CanonicalScenario['world']): CanonicalScenario => ({ ...scenario, world: { ...scenario.world, ...world } });

const reversed = <T>(record: Readonly<Record<string, T>> = {}): Record<string, T> => Object.fromEntries(Object.entries(record).reverse());

/** M1: the cloud lists its instances and EIPs in another order. */
const permuted: Variation = (scenario) => withWorld(scenario, { instances: reversed(scenario.world.instances), eips: reversed(scenario.world.eips) });

/** M2: two resources with disjoint selectors instead of one; only for scenarios with one resource and no story. */
const split: Variation = (scenario) => {
  const [[name, whole] = ['', {}]] = Object.entries(scenario.resources);
  const ids = Object.keys(scenario.world.instances ?? {});
  const half = (part: readonly string[]): JsonObject => ({ ...whole, ...byIds(...part) });
  const parts = { [name]: half(ids.slice(0, 1)), [`${name}-rest`]: half(ids.slice(1)) };
  return { ...scenario, resources: parts, end: { ...scenario.end, resources: Object.fromEntries(Object.keys(parts).map((part) => [part, 'True Unified'])) } };
};

/** M3: things of which nobody spoke, in the same VPC and in another. */
const strangers: Variation = (scenario) => ({
  ...scenario,
  world: {
    ...scenario.world,
    vpcs: { ...scenario.world.vpcs, 'vpc-stranger': { cidr: '10.0.0.0/16' } },
    vSwitches: { ...scenario.world.vSwitches, 'vsw-stranger': { vpc: 'vpc-stranger', zone: 'cn-hangzhou-h', cidr: '10.0.1.0/24' } },
    instances: {
      ...scenario.world.instances,
      'i-stranger': instance(undefined, { eip: 'eip-stranger', tags: { egress: 'not' } }),
      'i-far-stranger': instance('47.99.1.2', { vSwitch: 'vsw-stranger' }),
    },
    eips: { ...scenario.world.eips, 'eip-stranger': { ip: '47.99.1.1' }, 'eip-free-stranger': { ip: '47.99.1.3' } },
    networkInterfaces: { ...scenario.world.networkInterfaces, 'eni-stranger': { vSwitch: 'vsw-h', instance: 'i-stranger' } },
  },
});

/** M4: the resource bears another name; only for scenarios without a story. */
const renamed: Variation = (scenario) => ({
  ...scenario,
  resources: Object.fromEntries(Object.entries(scenario.resources).map(([name, wish]) => [`${name}-by-another-name`, wish])),
  end: { ...scenario.end, resources: Object.fromEntries(Object.entries(scenario.end.resources).map(([name, want]) => [`${name}-by-another-name`, want])) },
});

/** An accident of selection: in the end every instance loses its own tags at once. Nothing is undone until a person confirms. */
const deselected: Variation = (scenario) => {
  const names = Object.keys(scenario.resources);
  const accident = when(isReady(...names), 'every instance loses its tags', (stage) => {
    for (const resource of Object.keys(scenario.world.instances ?? {})) stage.meddle({ op: 'removeTags', resource, keys: ['egress'] });
  });
  return {
    ...scenario,
    resources: Object.fromEntries(Object.entries(scenario.resources).map(([name, wish]) => [name, { ...wish, deselectionPolicy: 'Revert' }])),
    timeline: [...(scenario.timeline ?? []), accident],
    end: { ...scenario.end, resources: Object.fromEntries(names.map((name) => [name, 'False BlastRadius'])) },
  };
};

/** Another cluster wants two instances of its own in the same VPC, and its controller shares every limit of the account. */
const withSecondCluster: Variation = (scenario) => ({
  ...withWorld(scenario, {
    instances: {
      ...scenario.world.instances,
      'i-x': instance(undefined, { eip: 'eip-x', tags: { egress: 'elsewhere' } }),
      'i-y': instance(undefined, { eip: 'eip-y', tags: { egress: 'elsewhere' } }),
    },
    eips: { ...scenario.world.eips, 'eip-x': { ip: '47.98.9.1' }, 'eip-y': { ip: '47.98.9.2' } },
  }),
  otherCluster: { far: spec(byIds('i-x', 'i-y')) },
});

type Instances = NonNullable<WorldInput['instances']>;
type Guest = Instances[string]['guest'];

const withGuests = (scenario: CanonicalScenario, guest: Guest): CanonicalScenario =>
  withWorld(scenario, { instances: Object.fromEntries(Object.entries(scenario.world.instances ?? {}).map(([id, each]) => [id, { ...each, guest }])) });

const wishing = (scenario: CanonicalScenario, wish: JsonObject): CanonicalScenario =>
  ({ ...scenario, resources: Object.fromEntries(Object.entries(scenario.resources).map(([name, whole]) => [name, { ...whole, ...wish }])) });

/** The guests are ready, and are looked into before each cut-over. */
const checked: Variation = (scenario) => ({ ...wishing(scenario, { guestRouting: 'Check' }), allowGuestCommands: true });

/** The guests lack source routing, which is set up; on the way back it is taken out again. */
const configured: Variation = (scenario) => ({ ...wishing(withGuests(scenario, { sourceRouting: false, secondNic: 'manual' }), { guestRouting: 'Configure' }), allowGuestCommands: true });

/** The same with connections from outside that are tried before and after. */
const configuredAndSeen: Variation = (scenario) => ({ ...wishing(configured(scenario), { verification: { inbound: { ports: [22] } } }), hasPackets: true });

/** The guests lack source routing and nobody sets it up: what fails goes home and is held there. Only for scenarios with one instance and no story. */
const restored: Variation = (scenario) => {
  const names = Object.keys(scenario.resources);
  const guests = withGuests(scenario, { sourceRouting: false });
  return {
    ...wishing(guests, { verification: { inbound: { ports: [22] } }, rollout: { onFailure: 'Restore' } }), hasPackets: true,
    end: {
      resources: Object.fromEntries(names.map((name) => [name, 'False InstancesBlocked'])),
      instances: Object.fromEntries(Object.entries(scenario.world.instances ?? {}).map(([id, { publicIp }]) => [id, byItself(String(publicIp))])),
    },
  };
};

/** By the suffix that a name of a scenario may bear. */
export const VARIATIONS: Readonly<Record<string, Variation>> = {
  '+c2': withSecondCluster, '~permuted': permuted, '~split': split, '~strangers': strangers, '~renamed': renamed, '~deselected': deselected,
  '~checked': checked, '~configured': configured, '~seen': configuredAndSeen, '~restored': restored,
};
