/**
 * What a look would show once a step has had its effect. Only `plan` looks ahead by this, and asks the real planner what comes next; what is
 * really done rests on looks alone. One table by kind of step, so that a new step without an effect does not compile. Pure.
 */
import type { EipId, EniId } from '../core/ids.ts';
import type { View } from '../core/situation.ts';
import type { Step, StepKind, StepOf } from '../core/step.ts';
import type { Binding, Eip, Instance, NetworkInterface, Tags } from '../core/view.ts';

/** Ids that only the cloud can give. */
export const NEW_EIP = '(new EIP)' as EipId;
export const NEW_ENI = '(new ENI)' as EniId;

type Effects = { readonly [K in StepKind]: (view: View, step: StepOf<K>) => View };

const withTags = (tags: Tags, more: Tags): Tags => ({ ...tags, ...more });
const withoutKeys = (tags: Tags, keys: readonly string[]): Tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));

const ofEip = (view: View, id: EipId, change: (eip: Eip) => Eip): View => ({ ...view, eips: view.eips.map((eip) => (eip.id === id ? change(eip) : eip)) });
const ofEni = (view: View, id: EniId, change: (eni: NetworkInterface) => NetworkInterface): View =>
  ({ ...view, networkInterfaces: view.networkInterfaces.map((eni) => (eni.id === id ? change(eni) : eni)) });
const ofInstance = (view: View, change: (instance: Instance) => Instance): View => (view.instance ? { ...view, instance: change(view.instance) } : view);

const without = <T extends object, K extends keyof T & string>(object: T, key: K): Omit<T, K> =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key)) as Omit<T, K>;

/** A converted address is an EIP on the instance, in good standing and without tags. */
function converted(view: View): View {
  const ip = view.instance?.publicIps[0];
  if (ip === undefined) return view;
  const eip: Eip = {
    id: NEW_EIP, ip, status: 'InUse', binding: { kind: 'instance', id: view.instanceId }, mode: 'NAT', bandwidthMbps: view.instance?.internetBandwidthOutMbps ?? 0,
    businessStatus: 'Normal', operationLocks: [], serviceManaged: false, tags: {},
  };
  const changed = ofInstance(view, (instance) => ({ ...instance, publicIps: [], eip: { id: NEW_EIP, ip, unassociable: true } }));
  return { ...changed, eips: [...changed.eips, eip] };
}

function created(view: View, { vSwitch, securityGroups, tags }: StepOf<'createNetworkInterface'>): View {
  if (view.instance === undefined) return view;
  const { vpcId, zoneId } = view.instance;
  const eni: NetworkInterface = {
    id: NEW_ENI, status: 'Available', type: 'Secondary', vpcId, vSwitchId: vSwitch, zoneId, primaryIp: '', macAddress: '', securityGroupIds: securityGroups,
    deleteOnRelease: true, serviceManaged: false, publicIps: [], tags,
  };
  return { ...view, networkInterfaces: [...view.networkInterfaces, eni] };
}

function unbound(view: View, { eip: id, from }: StepOf<'unassociateEipAddress'>): View {
  const freed = ofEip(view, id, (eip) => ({ ...without(eip, 'binding'), status: 'Available', mode: '' }));
  const left = from.kind === 'networkInterface' ? ofEni(freed, from.id, (eni) => ({ ...eni, publicIps: [] })) : freed;
  return ofInstance(left, (instance) => (instance.eip?.id === id ? without(instance, 'eip') : instance));
}

function bound(view: View, { eip: id, to }: StepOf<'associateEipAddress'>): View {
  const ip = view.eips.find((eip) => eip.id === id)?.ip ?? '';
  const binding: Binding = to;
  const held = ofEip(view, id, (eip) => ({ ...eip, status: 'InUse', binding, mode: 'NAT' }));
  return to.kind === 'networkInterface'
    ? ofEni(held, to.id, (eni) => ({ ...eni, publicIps: [ip] }))
    : ofInstance(held, (instance) => ({ ...instance, eip: { id, ip, unassociable: true } }));
}

const EFFECTS: Effects = {
  convertNatPublicIpToEip: (view) => converted(view),
  modifyInstanceChargeType: (view, { to }) => ofInstance(view, (instance) => ({ ...without(instance, 'expiresAt'), chargeType: to })),
  tagEip: (view, { eip, tags }) => ofEip(view, eip, (known) => ({ ...known, tags: withTags(known.tags, tags) })),
  untagEip: (view, { eip, keys }) => ofEip(view, eip, (known) => ({ ...known, tags: withoutKeys(known.tags, keys) })),
  tagNetworkInterface: (view, { networkInterface, tags }) => ofEni(view, networkInterface, (eni) => ({ ...eni, tags: withTags(eni.tags, tags) })),
  untagNetworkInterface: (view, { networkInterface, keys }) => ofEni(view, networkInterface, (eni) => ({ ...eni, tags: withoutKeys(eni.tags, keys) })),
  createNetworkInterface: created,
  attachNetworkInterface: (view, { networkInterface, instance: id }) => ofInstance(
    ofEni(view, networkInterface, (eni) => ({ ...eni, status: 'InUse', instanceId: id })),
    (instance) => ({ ...instance, networkInterfaceIds: [...instance.networkInterfaceIds, networkInterface] }),
  ),
  detachNetworkInterface: (view, { networkInterface }) => ofInstance(
    ofEni(view, networkInterface, (eni) => ({ ...without(eni, 'instanceId'), status: 'Available' })),
    (instance) => ({ ...instance, networkInterfaceIds: instance.networkInterfaceIds.filter((id) => id !== networkInterface) }),
  ),
  deleteNetworkInterface: (view, { networkInterface }) => ({ ...view, networkInterfaces: view.networkInterfaces.filter(({ id }) => id !== networkInterface) }),
  modifyNetworkInterfaceAttribute: (view, { networkInterface, securityGroups }) => ofEni(view, networkInterface, (eni) => ({ ...eni, securityGroupIds: securityGroups })),
  unassociateEipAddress: unbound,
  associateEipAddress: bound,
  // no look shows the guest
  configureGuestRouting: (view) => view,
  confirmGuestRouting: (view) => view,
  undoGuestRouting: (view) => view,
};

const effectOf = <K extends StepKind>(step: StepOf<K>): ((view: View, step: StepOf<K>) => View) => EFFECTS[step.kind];

/** The view after the step. */
export const after = (view: View, step: Step): View => effectOf(step)(view, step);
