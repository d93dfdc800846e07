// The tag by which a qualification knows what it may touch, and what it made. It is not one of the controller's.

/** On instances, set by the person: `scratch` gives them for the trial. On what is made here: the VPC of the trial, because EIPs have none. */
export const TAG_KEY = 'egress-qualification';
export const SCRATCH = 'scratch';

/** What the contract suite puts on the interface that it makes. */
export const CONTRACT_TAG_KEY = 'egress-contract';

/** Whose tags the controller of a trial writes: always the same, so that the next trial knows what this one left behind. */
export const CLUSTER_ID = 'egress-qualification';
export const RESOURCE = 'qualification';
