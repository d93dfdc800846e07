// A fleet of ten of which none routes by source: whoever moves them all makes them all dark. With a canary and a look from outside the
// rollout loses the canary at most.
import { Lab } from '../lab.ts';
import { Resource, type Condition } from '../resource.ts';
import { sights } from '../sight.ts';
import type { Drill, Findings } from './drill.ts';
import { NAT_IP, selected, worldOf } from './world.ts';

const FLEET = 10;
const ids = Array.from({ length: FLEET }, (_, index) => `i-fleet-${index}`);
const WORLD = worldOf(Object.fromEntries(ids.map((id, index) => [id, selected({ vSwitch: index % 2 === 0 ? 'vsw-h' : 'vsw-i', publicIp: `47.98.2.${index + 1}`, guest: { sourceRouting: false } })])));

interface Outcome {
  readonly lost: readonly string[];
  readonly moved: readonly string[];
  readonly stalled: Condition | undefined;
  readonly inbound: Condition | undefined;
}

const linesOf = ({ lost, moved, stalled, inbound }: Outcome): readonly string[] => [
  `${FLEET} instances, moved: ${moved.join() || 'none'}, lost: ${lost.join() || 'none'}`,
  ...[stalled, inbound].map((condition) => (condition ? `${condition.type} ${condition.status} ${condition.reason}: ${condition.message}` : 'a condition is not there')),
];

const faultsOf = ({ lost, moved, inbound }: Outcome): readonly string[] => [
  ...(lost.length <= 1 ? [] : [`${lost.length} instances do not answer`]),
  ...(moved.length === 1 ? [] : [`${moved.length} instances were moved, and one is the canary`]),
  ...(inbound?.status === 'False' ? [] : [`InboundVerified is not False while ${lost.join()} does not answer`]),
];

async function run(site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  await using lab = await Lab.open({ site, name: 'canary', world: WORLD, lockstep: true, print });
  const resource = new Resource(lab.kubernetesUrl);
  lab.controller.start();
  await resource.apply({ rollout: { maxInProgress: 5, canary: 1, failureBudget: 0 }, verification: { inbound: { ports: [22] } } });
  await lab.until('the rollout has stopped', async () => (await resource.condition('Stalled'))?.status === 'True');
  const [stalled, inbound] = [await resource.condition('Stalled'), await resource.condition('InboundVerified')];
  await lab.compare();
  const seen = await sights(lab);
  const lost = seen.filter((sight) => sight.inbound.length === 0).map(({ instanceId }) => instanceId);
  const outcome = { lost, moved: seen.filter(({ egress }) => egress === NAT_IP).map(({ instanceId }) => instanceId), stalled, inbound };
  return { lines: linesOf(outcome), faults: faultsOf(outcome), statesCompared: lab.statesCompared, disagreements: lab.disagreements };
}

export const drill: Drill = { name: 'canary', lane: 2, description: 'a fleet of ten, none of which routes by source, loses the canary at most', run };
