/** What a restoration was about, and what the cloud shows of each when it has ended. Pure. */
import type { EipId, InstanceId } from '../../core/ids.ts';
import type { Inventory } from '../../core/inventory.ts';
import type { Verdict } from '../../core/situation.ts';
import type { Eip, Instance } from '../../core/view.ts';
import type { Foreseen } from '../foresee.ts';
import { table, type Columns } from '../table.ts';
import { counted } from '../words.ts';

/** One instance, before anything was done. */
export interface Homecoming {
  readonly instanceId: InstanceId;
  readonly eipId: EipId | undefined;
  readonly publicIp: string;
  readonly on: string;
  readonly steps: number;
  readonly note: string;
}

export type State = 'home' | 'NOT HOME' | 'instance released' | 'EIP released' | 'no EIP' | 'NOT SEEN';

export interface Outcome extends Omit<Homecoming, 'steps'> {
  readonly state: State;
}

const boundTo = (eip: Eip | undefined): string => (eip === undefined ? '' : (eip.binding?.id ?? 'nothing'));

const noteOf = ({ move }: Verdict): string => {
  if ('blocked' in move) return `${move.blocked.reason}: ${move.blocked.message}`;
  return 'wait' in move ? `${move.wait.reason}: ${move.wait.message}` : '';
};

export function homecomingOf({ eips }: Inventory, { first, steps, last }: Foreseen): Homecoming {
  const { instanceId, eipId, publicIp = '' } = first;
  return { instanceId, eipId, publicIp, on: boundTo(eips.find(({ id }) => id === eipId)), steps: steps.length, note: noteOf(last) };
}

export interface Seen {
  readonly inventory: Inventory;
  /** What is still to be done for those that the tags name still. */
  readonly left: ReadonlyMap<InstanceId, Foreseen>;
  /** Instances that the cloud positively says are gone. */
  readonly gone: ReadonlySet<InstanceId>;
}

const isHome = ({ status, binding }: Eip, { id, primaryEniId }: Instance): boolean =>
  status === 'InUse' && binding !== undefined && (binding.id === id || binding.id === primaryEniId);

/** Released is only what the listing does not show although the tags that named it are settled. */
function stateOf({ instanceId, eipId }: Homecoming, eip: Eip | undefined, { inventory, left, gone }: Seen): State {
  const instance = inventory.instances.get(instanceId);
  if (instance === undefined) return gone.has(instanceId) ? 'instance released' : 'NOT SEEN';
  if (eipId === undefined) return 'no EIP';
  if (eip === undefined) return left.has(instanceId) ? 'NOT SEEN' : 'EIP released';
  return isHome(eip, instance) ? 'home' : 'NOT HOME';
}

export function outcomeOf(before: Homecoming, seen: Seen): Outcome {
  const { instanceId, eipId, publicIp } = before;
  const eip = seen.inventory.eips.find(({ id }) => id === eipId);
  const left = seen.left.get(instanceId);
  const next = left && left.steps.length > 0 ? `to be done still: ${counted(left.steps.length, 'step')}` : '';
  const note = left ? [noteOf(left.last), next].filter((words) => words !== '').join('; ') : '';
  return { instanceId, eipId, publicIp, state: stateOf(before, eip, seen), on: boundTo(eip), note };
}

/** Home, or without a home to come to. */
export const isWell = ({ state }: Outcome): boolean => state !== 'NOT HOME' && state !== 'NOT SEEN';

type ListRow = Readonly<Record<'instanceId' | 'publicIp' | 'eipId' | 'on' | 'note', string | undefined>> & { readonly steps?: number; readonly state?: string };

const LIST: Columns<ListRow> = [['INSTANCE', 'instanceId'], ['PUBLIC IP', 'publicIp'], ['EIP', 'eipId'], ['IS ON', 'on'], ['STEPS', 'steps'], ['IN THE WAY', 'note']];
const RESULT: Columns<ListRow> = [['INSTANCE', 'instanceId'], ['PUBLIC IP', 'publicIp'], ['EIP', 'eipId'], ['IS ON', 'on'], ['STATE', 'state'], ['NOTE', 'note']];

export const printList = (homecomings: readonly Homecoming[]): string => table<ListRow>(LIST, homecomings.map((row) => ({ ...row })));
export const printOutcomes = (outcomes: readonly Outcome[]): string => table<ListRow>(RESULT, outcomes.map((row) => ({ ...row })));
