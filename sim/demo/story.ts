// Who is who in sim/worlds/demo.yaml, what has to become of each, and the resource that is applied. Written down apart from the product
// and from the status that it reports, so that the end can be held against it.
export type Expected = 'unified' | 'nothingToMove' | 'blocked' | 'notSelected';

export interface Role {
  /** What it is, for people. */
  readonly kind: string;
  readonly expected: Expected;
}

export const VPC_ID = 'vpc-demo';
export const NAT_GATEWAY_ID = 'ngw-demo';

export const CAST: Readonly<Record<string, Role>> = {
  'i-static': { kind: 'static public IP', expected: 'unified' },
  'i-static-too': { kind: 'static public IP, other zone', expected: 'unified' },
  'i-eip': { kind: 'has an EIP already', expected: 'unified' },
  'i-private': { kind: 'no public IP', expected: 'nothingToMove' },
  'i-subscription': { kind: 'subscription, by traffic', expected: 'unified' },
  'i-bandwidth': { kind: 'subscription, by bandwidth', expected: 'blocked' },
  'i-stopped': { kind: 'stopped', expected: 'unified' },
  'i-no-slot': { kind: 'no free ENI slot', expected: 'blocked' },
  'i-elsewhere': { kind: 'lives in another VPC', expected: 'notSelected' },
  'i-half-done': { kind: 'half done by hand', expected: 'unified' },
  'i-done': { kind: 'done by hand', expected: 'unified' },
  'i-held': { kind: 'held by a tag', expected: 'blocked' },
};

export const RESOURCE = {
  apiVersion: 'egressunification.io/v1alpha1',
  kind: 'EgressUnification',
  metadata: { name: 'demo' },
  spec: {
    regionId: 'cn-hangzhou',
    vpcId: VPC_ID,
    instanceSelector: { tags: { egress: 'unified' } },
    rollout: { maxInProgress: '50%' },
  },
} as const;
