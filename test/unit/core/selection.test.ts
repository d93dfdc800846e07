// Who is in the set of a resource, what is wanted of him, and which of two resources has him.
import { expect } from 'chai';
import type { EgressUnification } from '../../../src/api/egress-unification.ts';
import type { InstanceId, VpcId, VSwitchId } from '../../../src/core/ids.ts';
import { inventoryOf, viewFrom } from '../../../src/core/inventory.ts';
import type { Listing } from '../../../src/core/inventory.ts';
import { membersOf, selects } from '../../../src/core/selection.ts';
import type { SelectionInput } from '../../../src/core/selection.ts';
import { anEip, anEni, anInstance, aNetwork, at, CLUSTER, EIP1, EIP2, eniLinks, ENI1, I1, I2, links, on, PRIMARY1 } from '../../kit/cloud.ts';
import { aResource } from '../../kit/resource.ts';

const TAGGED = { egress: 'unified' };
const chosen = anInstance({ tags: TAGGED });

function input(given: { resource?: EgressUnification; others?: EgressUnification[]; nodes?: string[] | undefined } & Partial<Listing> = {}): SelectionInput {
  const { resource = aResource(), others = [], nodes, instances = [chosen], eips = [], networkInterfaces = [] } = given;
  return {
    resource, resources: [...others, resource], unreadable: ['uid-unreadable'], inventory: inventoryOf({ instances, eips, networkInterfaces, network: aNetwork() }), clusterId: CLUSTER, allowBillingChanges: false,
    nodes: 'nodes' in given && nodes === undefined ? undefined : new Set(nodes),
  };
}

const lines = (given: Parameters<typeof input>[0]): string[] =>
  membersOf(input(given)).map(({ id, selected, target }) => `${id} ${selected ? 'selected' : 'left'} ${target.goal}${target.exclusion ? ` ${target.exclusion.reason}` : ''}`);

const selector = (instanceSelector: object): EgressUnification => aResource({ spec: { instanceSelector } });

describe('The selector', () => {
  const cases: readonly (readonly [string, object, boolean])[] = [
    ['matches by tag', { tags: TAGGED }, true], ['minds the value of a tag', { tags: { egress: 'other' } }, false], ['wants every tag', { tags: { ...TAGGED, more: 'x' } }, false],
    ['matches by id', { instanceIds: ['i-1', 'i-2'] }, true], ['does not match another id', { instanceIds: ['i-2'] }, false],
    ['matches by vSwitch', { vSwitchIds: ['vsw-1'] }, true], ['does not match another vSwitch', { vSwitchIds: ['vsw-2'] }, false],
    ['wants everything that is given', { instanceIds: ['i-1'], vSwitchIds: ['vsw-2'] }, false],
  ];
  for (const [name, given, want] of cases) it(name, () => expect(selects(selector(given), chosen)).to.equal(want));
  it('does not reach into another VPC', () => expect(selects(aResource(), anInstance({ tags: TAGGED, vpcId: 'vpc-2' as VpcId }))).to.equal(false));
});

const mine = anEip({ tags: links(), binding: on(ENI1) });
const deleted = { metadata: { deletionTimestamp: '2026-11-24T00:00:00Z' } };

describe('The set of a resource', () => {
  it('holds what it selects, in the order of ids', () => {
    const instances = [anInstance({ id: I2, tags: TAGGED }), chosen, anInstance({ id: 'i-3' as InstanceId })];
    expect(lines({ instances })).to.deep.equal(['i-1 selected unify', 'i-2 selected unify']);
  });
  it('holds what carries its UID and has left the selection, to let go of it', () => expect(lines({ instances: [anInstance()], eips: [mine] })).to.deep.equal(['i-1 left release']));
  it('holds it to restore it where that is wanted', () => expect(lines({ instances: [anInstance()], eips: [mine], resource: aResource({ spec: { deselectionPolicy: 'Revert' } }) })).to.deep.equal(['i-1 left revert']));
  it('keeps an instance of which only an ENI is listed until it is known to be gone', () => {
    const listed = input({ instances: [], networkInterfaces: [anEni({ tags: eniLinks() })] });
    const selectedOf = (gone: ReadonlySet<InstanceId>): boolean[] => membersOf({ ...listed, gone }).map(({ selected }) => selected);
    expect([selectedOf(new Set()), selectedOf(new Set([I1]))]).to.deep.equal([[true], [false]]);
  });
  it('keeps an instance that was selected and is not listed until it is known to be gone', () => {
    const nobody = input({ instances: [] });
    const idsOf = (gone: ReadonlySet<InstanceId>): string[] => membersOf({ ...nobody, before: [I1], gone }).map(({ id }) => id);
    expect([idsOf(new Set()), idsOf(new Set([I1]))]).to.deep.equal([[I1], []]);
  });
  it('holds nothing of another owner', () => expect(lines({ instances: [], eips: [anEip({ tags: links({ owner: 'uid-2' }) })] })).to.deep.equal([]));
  it('holds nothing of another cluster', () => expect(lines({ instances: [], eips: [anEip({ tags: links({ cluster: 'c2' }) })] })).to.deep.equal([]));
  it('that is deleted holds only what carries its UID, to let go of it', () => expect(lines({ instances: [chosen, anInstance({ id: I2, tags: TAGGED })], eips: [mine], resource: aResource(deleted) })).to.deep.equal(['i-1 left release']));
  it('that is deleted holds it to restore it where that is wanted', () => expect(lines({ eips: [mine], resource: aResource({ ...deleted, spec: { deletionPolicy: 'Revert' } }) })).to.deep.equal(['i-1 left revert']));
});

const older = aResource({ metadata: { name: 'older', uid: 'uid-9', creationTimestamp: '2025-01-01T00:00:00Z' } });
const younger = aResource({ metadata: { name: 'younger', uid: 'uid-0', creationTimestamp: '2026-06-01T00:00:00Z' } });
const twin = aResource({ metadata: { name: 'twin', uid: 'uid-0' } });
const dying = (resource: EgressUnification): EgressUnification => ({ ...resource, metadata: { ...resource.metadata, ...deleted.metadata } });

describe('Of two resources that select one instance', () => {
  const cases: readonly (readonly [string, Parameters<typeof input>[0], string])[] = [
    ['the older one has it', { others: [older] }, 'i-1 selected unify OwnedByAnother'],
    ['the younger one does not', { others: [younger] }, 'i-1 selected unify'],
    ['of the same age the lower UID has it', { others: [twin] }, 'i-1 selected unify OwnedByAnother'],
    ['the owner that its tags name keeps it', { others: [older], eips: [mine] }, 'i-1 selected unify'],
    ['the owner that its tags name keeps it although it is younger', { others: [younger], eips: [anEip({ tags: links({ owner: 'uid-0' }) })] }, 'i-1 selected unify OwnedByAnother'],
    ['an owner named by the ENI alone keeps it', { others: [younger], networkInterfaces: [anEni({ tags: eniLinks({ owner: 'uid-0' }) })] }, 'i-1 selected unify OwnedByAnother'],
    ['an owner named by the ENI keeps it although the EIP names none', { others: [younger], eips: [anEip({ tags: links({ owner: undefined }) })], networkInterfaces: [anEni({ tags: eniLinks({ owner: 'uid-0' }) })] }, 'i-1 selected unify OwnedByAnother'],
    ['a dead owner has nothing', { others: [younger], eips: [anEip({ tags: links({ owner: 'uid-dead' }) })] }, 'i-1 selected unify'],
    ['one that is being deleted takes nothing new', { others: [dying(older)] }, 'i-1 selected unify'],
    ['one that is being deleted keeps what it has until it lets go', { others: [dying(older)], eips: [anEip({ tags: links({ owner: 'uid-9' }) })] }, 'i-1 selected unify OwnedByAnother'],
    ['one of another region is no rival', { others: [aResource({ metadata: { name: 'far', uid: 'uid-9', creationTimestamp: '2025-01-01T00:00:00Z' }, spec: { regionId: 'cn-beijing' } })] }, 'i-1 selected unify'],
    ['one that selects others is no rival', { others: [aResource({ metadata: { name: 'o', uid: 'uid-9', creationTimestamp: '2025-01-01T00:00:00Z' }, spec: { instanceSelector: { instanceIds: ['i-2'] } } })] }, 'i-1 selected unify'],
  ];
  for (const [name, given, want] of cases) it(name, () => expect(lines(given)).to.deep.equal([want]));

  it('exactly one has it, whichever is asked', () => {
    const all = [aResource(), older, younger, twin];
    const winners = all.filter((resource) => membersOf({ ...input(), resource, resources: all }).every(({ target }) => target.exclusion === undefined));
    expect(winners.map(({ metadata }) => metadata.name)).to.deep.equal(['older']);
  });
});

describe('A node of the cluster', () => {
  const including = selector({ tags: TAGGED, includeKubernetesNodes: true });
  it('is not touched', () => expect(lines({ nodes: ['i-1'] })).to.deep.equal(['i-1 selected unify KubernetesNode']));
  it('may be anybody while the nodes are not known', () => expect(lines({ nodes: undefined })).to.deep.equal(['i-1 selected unify NodesUnknown']));
  it('is treated like others where that is wanted', () => expect(lines({ nodes: ['i-1'], resource: including })).to.deep.equal(['i-1 selected unify']));
});

describe('What is wanted of an instance', () => {
  const targetOf = (resource: EgressUnification, allowBillingChanges = false) => membersOf({ ...input({ resource }), allowBillingChanges })[0]!.target;
  it('lifts holds when it is asked to look again, until that is answered', () => {
    const metadata = { annotations: { 'egressunification.io/reconcile-requested-at': 'b' } };
    expect(targetOf(aResource({ metadata })).liftHolds).to.equal(true);
    expect(targetOf(aResource({ metadata, status: { lastHandledReconcileAt: 'a' } })).liftHolds).to.equal(true);
    expect(targetOf(aResource({ metadata, status: { lastHandledReconcileAt: 'b' } })).liftHolds).to.equal(false);
    expect(targetOf(aResource()).liftHolds).to.equal(false);
  });
  it('changes billing only where spec and flag both allow it', () => {
    const resource = aResource({ spec: { subscriptionBilling: 'ChangeToPayAsYouGo' } });
    expect([targetOf(resource).changeToPayAsYouGo, targetOf(resource, true).changeToPayAsYouGo, targetOf(aResource(), true).changeToPayAsYouGo]).to.deep.equal([false, true, false]);
  });
  it('counts a resource that cannot be read among the living', () => expect(targetOf(aResource()).livingOwners).to.have.members(['uid-1', 'uid-unreadable']));
  it('adopts from the cluster that is named', () => expect(targetOf(aResource({ metadata: { annotations: { 'egressunification.io/adopt-from': 'c2' } } })).adoptFrom).to.equal('c2'));
  it('has the vSwitches and groups of the spec', () => {
    const target = targetOf(aResource({ spec: { networkInterface: { vSwitchIds: ['vsw-2'], securityGroupIds: ['sg-2'] } } }));
    expect([target.vSwitchIds, target.securityGroupIds]).to.deep.equal([['vsw-2' as VSwitchId], ['sg-2']]);
  });
});

describe('A view from the listing', () => {
  const listing = { instances: [anInstance()], network: aNetwork() };
  const idsOf = (given: Partial<Listing>): string[] => {
    const view = viewFrom(inventoryOf({ ...listing, eips: [], networkInterfaces: [], ...given }), I1, { instanceGone: false, goneEips: [] });
    return [...view.networkInterfaces, ...view.eips].map(({ id }) => id).sort();
  };
  const attached = anEni({ status: 'InUse', instanceId: I1 });
  it('has the EIP on the instance', () => expect(idsOf({ eips: [anEip({ binding: at(I1) }), anEip({ id: EIP2, binding: at(I2) })] })).to.deep.equal(['eip-1']));
  it('has the EIP on the primary ENI', () => expect(idsOf({ eips: [anEip({ binding: on(PRIMARY1) })] })).to.deep.equal(['eip-1']));
  it('has the attached ENI and the EIP on it', () => expect(idsOf({ networkInterfaces: [attached], eips: [anEip({ binding: on(ENI1) })] })).to.deep.equal(['eip-1', 'eni-1']));
  it('has a detached ENI that is tagged for it, and the EIP that the ENI names', () => expect(idsOf({ networkInterfaces: [anEni({ tags: eniLinks() })], eips: [anEip({ id: EIP1 })] })).to.deep.equal(['eip-1', 'eni-1']));
  it('has an unbound EIP that is tagged for it', () => expect(idsOf({ eips: [anEip({ tags: links() })] })).to.deep.equal(['eip-1']));
  it('does not say of an instance that is not listed that it is gone', () => {
    const view = viewFrom(inventoryOf({ instances: [], eips: [], networkInterfaces: [], network: aNetwork() }), I1, { instanceGone: false, goneEips: [] });
    expect(view).to.deep.equal({ instanceId: I1, instanceGone: false, goneEips: [], networkInterfaces: [], eips: [] });
  });
});
