/**
 * The steps, one per mutating call, named by the cloud's own verbs. Plain data: loggable, comparable, countable.
 * The mapped type indexed by its own keys is a true discriminated union: a mismatched step, or a missing performer,
 * does not compile.
 */
import type { EipId, EniId, InstanceId, SecurityGroupId, Uid, VSwitchId } from './ids.ts';
import type { Binding, Tags } from './view.ts';

/** Where an EIP may be bound by us. */
export type HomeBinding = Extract<Binding, { kind: 'instance' | 'networkInterface' }>;

/** Our ENI as its guest knows it. */
export interface GuestInterface {
  instance: InstanceId;
  networkInterface: EniId;
  /** Lower case, with colons. */
  mac: string;
  /** Primary private address of the ENI. */
  address: string;
}

export interface StepArgs {
  convertNatPublicIpToEip: { instance: InstanceId };
  /** PrePaid → PostPaid of the whole instance; irreversible, by opt-in only. */
  modifyInstanceChargeType: { instance: InstanceId; to: 'PostPaid'; token: string };
  tagEip: { eip: EipId; tags: Tags };
  untagEip: { eip: EipId; keys: readonly string[] };
  tagNetworkInterface: { networkInterface: EniId; tags: Tags };
  untagNetworkInterface: { networkInterface: EniId; keys: readonly string[] };
  createNetworkInterface: {
    instance: InstanceId;
    eip: EipId;
    vSwitch: VSwitchId;
    securityGroups: readonly SecurityGroupId[];
    name: string;
    tags: Tags;
    token: string;
  };
  attachNetworkInterface: { networkInterface: EniId; instance: InstanceId };
  detachNetworkInterface: { networkInterface: EniId; instance: InstanceId };
  deleteNetworkInterface: { networkInterface: EniId };
  modifyNetworkInterfaceAttribute: { networkInterface: EniId; securityGroups: readonly SecurityGroupId[] };
  unassociateEipAddress: { eip: EipId; from: HomeBinding };
  associateEipAddress: { eip: EipId; to: HomeBinding };
  /** In the guest, through the cloud's agent: routing by source for our ENI, with a rollback armed; the confirmation that disarms it; its removal. */
  configureGuestRouting: GuestInterface;
  confirmGuestRouting: GuestInterface;
  undoGuestRouting: GuestInterface;
}

export type StepKind = keyof StepArgs;
export type StepOf<K extends StepKind> = { [P in K]: { readonly kind: P } & Readonly<StepArgs[P]> }[K];
export type Step = StepOf<StepKind>;

/** The owner named in tags and tokens. */
export interface Owner {
  readonly cluster: string;
  readonly uid: Uid;
}
