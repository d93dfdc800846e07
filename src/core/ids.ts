/** Ids of the cloud and of Kubernetes, branded so that one kind never stands where another is meant. */
declare const kind: unique symbol;
type Id<K extends string> = string & { readonly [kind]: K };

export type InstanceId = Id<'instance'>;
export type EniId = Id<'networkInterface'>;
export type EipId = Id<'eip'>;
export type VSwitchId = Id<'vSwitch'>;
export type VpcId = Id<'vpc'>;
export type NatGatewayId = Id<'natGateway'>;
export type RouteTableId = Id<'routeTable'>;
export type SecurityGroupId = Id<'securityGroup'>;
/** metadata.uid of a Kubernetes object. */
export type Uid = Id<'uid'>;
