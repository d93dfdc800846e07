// The product of all column values of the table, as views that the cloud could show.
import { TAG } from '../../../src/api/names.ts';
import type { GuestReading } from '../../../src/core/guest.ts';
import type { EniId } from '../../../src/core/ids.ts';
import type { PlanInput, View } from '../../../src/core/situation.ts';
import type { Eip, Instance, NetworkInterface, Tags } from '../../../src/core/view.ts';
import type { WayOut } from '../../../src/core/way-out.ts';
import { anEip, anEni, anInstance, aSituation, at, EIP1, EIP2, eniLinks, ENI1, GONE, I1, I2, links, on, PRIMARY1, STANDS, UNPROVED } from '../../kit/cloud.ts';

const FOREIGN_ENI = 'eni-foreign' as EniId;

export const COLUMNS = {
  primary: ['none', 'static', 'home', 'other', 'several'],
  eni: ['none', 'InUse', 'Available', 'Attaching', 'Detaching', 'Deleting', 'elsewhere'],
  home: ['none', 'unbound', 'Associating', 'Unassociating', 'onInstance', 'onOurEni', 'onForeignEni', 'elsewhere', 'Releasing', 'gone', 'unseen'],
  instance: ['Running', 'Stopped', 'Pending', 'Starting', 'Stopping', 'gone', 'unseen'],
  marks: ['tagged', 'untagged', 'heldByPerson', 'heldByUs', 'heldAsFailed', 'instanceLocked', 'eipLocked'],
  wayOut: ['stands', 'unproved', 'gone'],
  goal: ['unify', 'revert', 'release'],
  turnBack: [false, true],
  restore: [false, true],
  routing: ['Ignore', 'Check', 'Configure'],
  guest: ['notRead', 'unread', 'ready', 'readyByUs', 'notReady', 'hopeless', 'armed', 'checked'],
} as const;

export type Columns = { readonly [K in keyof typeof COLUMNS]: (typeof COLUMNS)[K][number] };

const oneOf = (value: string, ...of: readonly string[]): boolean => of.includes(value);

/** What cannot be at once. */
const IMPOSSIBLE: readonly ((columns: Columns) => boolean)[] = [
  // the home EIP on the instance is what its primary address is
  ({ home, primary }) => home === 'onInstance' && !oneOf(primary, 'home', 'several'),
  ({ home, primary }) => home !== 'onInstance' && primary === 'home',
  // no EIP is on an ENI that is not there, and none is missed that nothing names
  ({ home, eni }) => home === 'onOurEni' && eni === 'none',
  ({ home, eni, marks }) => home === 'unseen' && (eni === 'none' || marks !== 'tagged'),
  // of an instance that is not seen nothing is known but what EIPs say
  ({ instance, primary, marks }) => oneOf(instance, 'gone', 'unseen') && (!oneOf(primary, 'none', 'home') || marks === 'instanceLocked'),
  // an EIP that is not there has no marks
  ({ home, marks }) => oneOf(home, 'none', 'gone') && oneOf(marks, 'eipLocked', 'heldByUs', 'heldAsFailed'),
];

/** The guest of an ENI that is not attached is another one's, or none. */
const isGuestAsked = ({ eni, primary, marks, turnBack }: Partial<Columns>): boolean => eni === 'InUse' && (primary === 'none' || primary === 'home') && marks !== 'untagged' && turnBack === false;

/** Where nobody looks at a column one value stands for all: the product would be a hundred times as large and say nothing more. */
const LOOKED_AT: { readonly [K in keyof Columns]?: (chosen: Partial<Columns>) => boolean } = { restore: ({ home }) => home === 'onOurEni', routing: isGuestAsked, guest: isGuestAsked };

const isPossible = (columns: Columns): boolean => !IMPOSSIBLE.some((rule) => rule(columns));

const HOLDS: Partial<Record<Columns['marks'], string>> = { heldByPerson: 'maintenance', heldByUs: '1.TurnedBack', heldAsFailed: '1.VerificationFailed' };

function tagsOf(marks: Columns['marks']): Tags {
  const hold = HOLDS[marks];
  if (marks === 'untagged') return {};
  return hold === undefined ? links() : { ...links(), [TAG.hold]: hold };
}

const STATUS: Partial<Record<Columns['home'], Partial<Eip>>> = {
  unbound: {},
  Associating: { status: 'Associating', binding: on(ENI1) },
  Unassociating: { status: 'Unassociating', binding: at(I1) },
  onInstance: { binding: at(I1) },
  onOurEni: { binding: on(ENI1) },
  onForeignEni: { binding: on(FOREIGN_ENI) },
  elsewhere: { binding: at(I2) },
  Releasing: { status: 'Releasing' },
};

function eipsOf({ home, marks, primary }: Columns): Eip[] {
  const other = primary === 'other' || (primary === 'several' && home !== 'onInstance') ? [anEip({ id: EIP2, ip: '47.0.0.2', binding: at(I1) })] : [];
  const given = STATUS[home];
  if (given === undefined) return other;
  return [anEip({ ...given, tags: tagsOf(marks), ...(marks === 'eipLocked' && { operationLocks: ['financial'] }) }), ...other];
}

const ENI: Record<Exclude<Columns['eni'], 'none'>, Partial<NetworkInterface>> = {
  InUse: { status: 'InUse', instanceId: I1 }, Available: { status: 'Available' }, Attaching: { status: 'Attaching', instanceId: I1 },
  Detaching: { status: 'Detaching', instanceId: I1 }, Deleting: { status: 'Deleting' }, elsewhere: { status: 'InUse', instanceId: I2 },
};

function enisOf({ eni, home }: Columns): NetworkInterface[] {
  const foreign = home === 'onForeignEni' ? [anEni({ id: FOREIGN_ENI, status: 'InUse', instanceId: I1, publicIps: ['47.0.0.1'] })] : [];
  if (eni === 'none') return foreign;
  const tags = eniLinks(home === 'none' ? { eip: undefined } : {});
  return [anEni({ ...ENI[eni], tags, publicIps: home === 'onOurEni' ? ['47.0.0.1'] : [] }), ...foreign];
}

function shownEip({ primary, home }: Columns): Instance['eip'] {
  const id = home === 'onInstance' ? EIP1 : oneOf(primary, 'other', 'several') ? EIP2 : undefined;
  return id && { id, ip: '47.0.0.1', unassociable: true };
}

function instanceOf(columns: Columns): Instance | undefined {
  const { primary, instance, marks, eni } = columns;
  if (instance === 'gone' || instance === 'unseen') return undefined;
  const eip = shownEip(columns);
  return anInstance({
    status: instance,
    publicIps: oneOf(primary, 'static', 'several') ? ['47.0.0.3'] : [],
    networkInterfaceIds: eni === 'InUse' ? [PRIMARY1, ENI1] : [PRIMARY1],
    operationLocks: marks === 'instanceLocked' ? ['security'] : [],
    ...(eip && { eip }),
  });
}

const WAY_OUT: Record<Columns['wayOut'], WayOut> = { stands: STANDS, unproved: UNPROVED, gone: GONE };

const GUEST: Record<Exclude<Columns['guest'], 'notRead'>, GuestReading> = {
  unread: { state: 'unread', message: 'no agent' },
  ready: { state: 'ready', managed: false },
  readyByUs: { state: 'ready', managed: true },
  notReady: { state: 'notReady', managed: false, missing: 'eth1 is down', configurable: true },
  hopeless: { state: 'notReady', managed: true, missing: 'there is no default route', configurable: false },
  armed: { state: 'armed', managed: true, mayConfirm: false },
  checked: { state: 'armed', managed: true, mayConfirm: true },
};

function situationOf(columns: Columns): PlanInput {
  const instance = instanceOf(columns);
  const view: Partial<View> = {
    ...(instance && { instance }), instanceGone: columns.instance === 'gone', eips: eipsOf(columns), networkInterfaces: enisOf(columns), goneEips: columns.home === 'gone' ? [EIP1] : [],
  };
  return aSituation({
    unseen: instance === undefined, view, target: { goal: columns.goal, restore: columns.restore, guestRouting: columns.routing },
    surroundings: { wayOut: WAY_OUT[columns.wayOut], ...(columns.guest !== 'notRead' && { guest: GUEST[columns.guest] }) },
    ...(columns.turnBack && { hints: { turnBack: { reason: 'TurnedBack', message: 'refused', refused: 'networkInterface' } } }),
  });
}

export interface Situation {
  readonly columns: Columns;
  readonly input: PlanInput;
}

function* product(): Generator<Columns> {
  const combine = function* (names: readonly (keyof Columns)[], chosen: Partial<Columns>): Generator<Columns> {
    const [name, ...rest] = names;
    if (name === 'restore' && !isPossible(chosen as Columns)) return;
    const values = name === undefined ? [] : LOOKED_AT[name]?.(chosen) === false ? COLUMNS[name].slice(0, 1) : COLUMNS[name];
    if (name === undefined) yield chosen as Columns;
    else for (const value of values) yield* combine(rest, { ...chosen, [name]: value });
  };
  yield* combine(Object.keys(COLUMNS) as (keyof Columns)[], {});
}

/** Every combination that the cloud could show. */
export function* situations(): Generator<Situation> {
  for (const columns of product()) yield { columns, input: situationOf(columns) };
}
