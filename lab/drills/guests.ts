// Every kind of guest under every guestRouting: who is moved, what packets say afterwards, and what the controller says. What must never
// be: an instance that does not answer and is said to be verified, or one that Check or Configure let into the dark.
import type { WorldInput } from '../../sim/cloud/world/schema.ts';
import { Lab } from '../lab.ts';
import { Resource, type Status } from '../resource.ts';
import { sights, type Sight } from '../sight.ts';
import type { Drill, Findings } from './drill.ts';
import { NAT_IP, selected, worldOf } from './world.ts';

type Kind = NonNullable<NonNullable<WorldInput['instances']>[string]['guest']>;
type Mode = 'Ignore' | 'Check' | 'Configure';

/** By the name of the instance. */
const KINDS: Readonly<Record<string, Kind>> = {
  'i-routes': {},
  'i-plain': { sourceRouting: false },
  'i-strict': { sourceRouting: false, rpFilter: 1 },
  'i-manual': { sourceRouting: false, secondNic: 'manual' },
  'i-equal': { sourceRouting: false, equalMetric: true },
  'i-no-systemd': { sourceRouting: false, systemd: false },
  'i-no-agent': { sourceRouting: false, agent: false },
  'i-refuses': { sourceRouting: false, refusesScripts: true },
};

/** Those that end unified, and answer. */
const REACHED: Readonly<Record<Mode, readonly string[]>> = {
  Ignore: ['i-routes'],
  Check: ['i-routes'],
  Configure: ['i-routes', 'i-plain', 'i-strict', 'i-manual'],
};

const REST_MS_MAX = 120_000;

const ownIp = (id: string): string => `47.98.1.${Object.keys(KINDS).indexOf(id) + 1}`;

const WORLD = worldOf(Object.fromEntries(Object.entries(KINDS).map(([id, guest]) => [id, selected({ publicIp: ownIp(id), guest })])));

const underWay = ({ unsettled = [] }: Status): boolean => unsettled.some(({ state }) => state === 'Progressing' || state === 'InWindow');

/** Nothing under way any more; what still is in the end is taken as it is. */
async function atRest(lab: Lab, resource: Resource): Promise<Status> {
  const isAtRest = async (): Promise<boolean> => {
    const status = await resource.status();
    return status.summary !== undefined && (status.instances?.['selected'] ?? 0) > 0 && !underWay(status) && lab.state.eips.all().every((eip) => eip.status === 'InUse');
  };
  await lab.until('the controller is at rest', isAtRest, { timeoutMs: REST_MS_MAX }).catch(() => undefined);
  return resource.status();
}

const said = (status: Status, id: string): string => {
  const found = status.unsettled?.find(({ instanceId }) => instanceId === id);
  return found ? `${found.state} ${found.reason}` : 'settled';
};

function wayOf({ instanceId, egress }: Sight): string {
  if (egress === NAT_IP) return 'the gateway';
  return egress === ownIp(instanceId) ? 'its own address' : egress || 'nothing';
}

const rowOf = (mode: Mode, status: Status, sight: Sight): string =>
  `${mode} ${sight.instanceId}: leaves by ${wayOf(sight)}, ${sight.inbound.length > 0 ? 'answers' : 'DOES NOT ANSWER'}; ${said(status, sight.instanceId)}`;

/** What is wrong with how one ended. `verified`: whether the controller says that all were reached from outside. */
function wrongWith(mode: Mode, sight: Sight, { verified, says }: { readonly verified: boolean; readonly says: string }): readonly string[] {
  const answers = sight.inbound.join() === ownIp(sight.instanceId);
  const unified = answers && sight.egress === NAT_IP;
  const wrong: Readonly<Record<string, boolean>> = {
    'is not unified and should be': REACHED[mode].includes(sight.instanceId) && !unified,
    'does not answer any more': mode !== 'Ignore' && !answers,
    'does not answer while InboundVerified is True': verified && !answers,
    'does not answer and is said to be settled': !answers && says === 'settled',
    'does not answer, and the controller does not say so': mode === 'Ignore' && !answers && says !== 'Degraded InboundFailed',
  };
  return Object.keys(wrong).filter((what) => wrong[what]).map((what) => `${mode}: ${sight.instanceId} ${what}`);
}

function faultsOf(mode: Mode, status: Status, seen: readonly Sight[]): readonly string[] {
  const verified = status.conditions?.find(({ type }) => type === 'InboundVerified')?.status === 'True';
  return seen.flatMap((sight) => wrongWith(mode, sight, { verified, says: said(status, sight.instanceId) }));
}

async function playMode(mode: Mode, site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  const flags = mode === 'Ignore' ? [] : ['--allow-guest-commands'];
  await using lab = await Lab.open({ site, name: mode.toLowerCase(), world: WORLD, lockstep: true, print, flags });
  const resource = new Resource(lab.kubernetesUrl);
  lab.controller.start();
  await resource.apply({ guestRouting: mode, rollout: { maxInProgress: '100%', failureBudget: 100 }, verification: { inbound: { ports: [22] } } });
  const status = await atRest(lab, resource);
  for (const id of lab.guests.keys()) lab.reread(id);
  await lab.compare();
  const seen = await sights(lab);
  const [lines, faults] = [seen.map((sight) => rowOf(mode, status, sight)), faultsOf(mode, status, seen)];
  for (const condition of status.conditions ?? []) print(`${mode} ${condition.type} ${condition.status} ${condition.reason}: ${condition.message}`);
  for (const line of lines) print(line);
  if (faults.length > 0) print(lab.controller.logTail(20));
  return { lines, faults, statesCompared: lab.statesCompared, disagreements: lab.disagreements };
}

const drillOf = (mode: Mode, lane: number, outcome: string): Drill =>
  ({ name: mode.toLowerCase(), lane, description: `eight kinds of guests under guestRouting ${mode}: ${outcome}`, run: (site, print) => playMode(mode, site, print) });

export const ignore = drillOf('Ignore', 3, 'all are moved, and who does not answer is said to have failed');
export const check = drillOf('Check', 3, 'who is not ready, or cannot be read, is left where it answers');
export const configure = drillOf('Configure', 5, 'who can be configured is, confirmed from outside, and moved; the others are left where they answer');
