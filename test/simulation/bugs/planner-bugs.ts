// Mistakes of the decisions (src/core): what is taken for what, and in which order.
import type { SeededBug } from './seeded-bug.ts';

const FORWARD = 'src/core/table-forward.ts';
const BACK = 'src/core/table-back.ts';

export const PLANNER_BUGS: readonly SeededBug[] = [
  {
    name: 'exists-so-it-is-attached', line: 'existence', seenIn: 'cluster-api-provider-aws #1752', expected: ['S2'],
    patches: [{ file: 'src/core/facts.ts', find: "if (eni.status === 'InUse') return eni.instanceId ===", replace: 'if (eni.instanceId !== undefined) return eni.instanceId ===' }],
    shows: [{ scenario: 'S1', fault: '' }],
  },
  {
    name: 'fresh-token-per-try', line: 'newToken', seenIn: 'the family; the SDK asks for the same token in a retry', expected: ['S9', 'S4'],
    patches: [{
      file: FORWARD, find: 'const token = createToken(parameters,', replace: 'const token = createToken({ ...parameters, owner: `${parameters.owner}/${input.nowMs}` as typeof parameters.owner },',
    }],
    shows: [{ scenario: 'S1', fault: 'lost-answer', verb: 'ecs:CreateNetworkInterface' }],
  },
  {
    name: 'token-without-parameters', line: 'sameToken', seenIn: 'the family; the cloud answers IdempotentParameterMismatch', expected: ['S9'],
    patches: [{
      file: 'src/core/token.ts', find: "hash('createNetworkInterface', owner, instance, eip, vSwitch, ...securityGroups)", replace: "hash('createNetworkInterface', owner, instance, eip)",
    }],
    shows: [
      { scenario: 'V4', fault: 'late-request', verb: 'ecs:CreateNetworkInterface', then: { fault: 'edit:declare-groups', within: 20 } },
    ],
  },
  {
    name: 'any-address-of-the-gateway', line: 'wrongEip', seenIn: 'ack-extend v0.7.0', expected: ['S8', 'V1'],
    patches: [{ file: 'src/core/way-out.ts', find: 'const publicIps = entry.snatIps.filter((ip) => bound.has(ip)).sort();', replace: 'const publicIps = [...bound].slice(0, 1);' }],
    shows: [{ scenario: 'S8', fault: '' }],
  },
  {
    name: 'deleted-without-bringing-home', line: 'leakedEip', seenIn: 'ack-extend v0.8.1, v0.12.1', expected: ['V2', 'S4', 'S8'],
    patches: [{ file: BACK, find: 'tagBeforeMove, refusedAtHome, bringHome,', replace: 'refusedAtHome,' }],
    shows: [{ scenario: 'S5', fault: '' }],
  },
  {
    name: 'deleted-without-untagging', line: 'leakedEip', seenIn: 'ack-extend v0.8.1, v0.12.1', expected: ['S4', 'V2'],
    patches: [{ file: BACK, find: 'removeEnis, untagHome, restored]', replace: 'removeEnis, restored]' }],
    shows: [{ scenario: 'S5', fault: '' }],
  },
  {
    name: 'address-that-the-cloud-leaves-out', line: 'perpetual', seenIn: 'terraform-provider-alicloud #4484', expected: ['V1', 'S9'],
    patches: [{
      file: FORWARD, find: '[...ourEni.securityGroupIds].sort().join() === securityGroups.join();',
      replace: "([...ourEni.securityGroupIds].sort().join() === securityGroups.join() && input.view.eips.every(({ binding }) => binding?.kind !== 'networkInterface' || binding.privateIp === ourEni.primaryIp));",
    }],
    shows: [{ scenario: 'S1', fault: '' }],
  },
  {
    name: 'begun-without-a-way-out', line: 'cutEarly', seenIn: 'the manual procedure done in the wrong order', expected: ['S1', 'S2'],
    patches: [
      { file: 'src/core/preflight.ts', find: "(wayOut.verdict === 'stands' ? undefined : wayOut.problem)", replace: "(wayOut.verdict === 'stands' ? undefined : undefined)" },
      { file: FORWARD, find: 'convert, wayOutOfSettled, tagHome, create, attach, tagEni, followGroups, markDiverted, guestReady, open, settled]', replace: 'convert, tagHome, create, attach, tagEni, followGroups, markDiverted, guestReady, open, wayOutOfSettled, settled]' },
    ],
    shows: [{ scenario: 'S1', fault: 'meddle:deleteSnatEntry' }, { scenario: 'S8' }],
  },
  {
    name: 'owner-by-name', line: 'byName', seenIn: 'the family; a resource deleted and re-created under its name', expected: ['S7', 'S5', 'S3'],
    nearest: 'Memory that is kept by name does no harm here, because memory delays and never decides; what is written on the cloud does.',
    patches: [
      { file: 'src/core/selection.ts', find: 'owner: { cluster: clusterId, uid: metadata.uid as Uid }', replace: 'owner: { cluster: clusterId, uid: metadata.name as Uid }' },
      { file: 'src/core/selection.ts', find: 'inventory.taggedBy.get(resource.metadata.uid)', replace: 'inventory.taggedBy.get(resource.metadata.name)' },
      { file: 'src/core/selection.ts', find: 'owners.has(other.metadata.uid)', replace: 'owners.has(other.metadata.name)' },
    ],
    shows: [{ scenario: 'S1', fault: 'recreate' }],
  },
  {
    name: 'one-criterion-is-enough', line: 'ownDesign', seenIn: 'a selector whose parts must all hold', expected: ['S5'],
    patches: [{ file: 'src/core/selection.ts', find: '    (instanceIds?.includes(instance.id) ?? true) &&', replace: '    (instanceIds?.includes(instance.id) ?? true) ||' }],
    shows: [{ fault: '' }],
  },
];
