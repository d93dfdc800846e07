// Mistakes at the rims (src/adapters): what is sent to the cloud and to the API server, and what is made of their answers.
import type { SeededBug } from './seeded-bug.ts';

const PERFORM = 'src/adapters/alicloud/perform.ts';
const FUNNEL = 'src/adapters/alicloud/funnel.ts';

export const ADAPTER_BUGS: readonly SeededBug[] = [
  {
    name: 'missing-in-a-short-list-is-gone', line: 'partialList', seenIn: 'amazon-vpc-cni-k8s #431', expected: ['S2', 'S7', 'S8'],
    nearest: 'A short list alone does no harm here, because nothing above the adapter takes absence for evidence; so that is forgotten as well.',
    patches: [{
      file: 'src/adapters/alicloud/paging.ts', find: 'if (fresh === 0 || found.size > totalCount) throw unreadable(list.action, `${list.action} answered ${found.size} of ${totalCount} rows`);', replace: 'if (fresh === 0 || found.size > totalCount) return [...found.values()];',
    }, {
      file: 'src/controller/look.ts', find: '  if (omitted.length === 0 || reference === undefined) return;', replace: '  for (const id of omitted) vpc.goneEips.add(id);\n  if (omitted.length >= 0 || reference === undefined) return;',
    }],
    shows: [{ scenario: 'S1', fault: 'page-empty', verb: 'vpc:DescribeEipAddresses' }],
  },
  {
    name: 'unassociate-whatever-is-there', line: 'unguarded', seenIn: 'the family; InstanceId is optional in the API', expected: ['S3', 'S5'],
    patches: [{ file: PERFORM, find: 'new vpc.UnassociateEipAddressRequest({ regionId, allocationId: eip, ...holderOf(from), ', replace: 'new vpc.UnassociateEipAddressRequest({ regionId, allocationId: eip, ' }],
    shows: [{ scenario: 'S2', fault: 'meddle:rebindEip', verb: 'vpc:UnassociateEipAddress' }, { fault: 'meddle:rebindEip', verb: 'vpc:UnassociateEipAddress' }],
  },
  {
    name: 'conditions-written-whole', line: 'conditions', seenIn: 'ack-extend v0.10.2', expected: ['S8'],
    patches: [{
      file: 'src/adapters/kubernetes/resources.ts', find: "path: '/status', query, contentType: APPLY_PATCH", replace: "path: '/status', query: { fieldManager: FIELD_MANAGER }, contentType: MERGE_PATCH",
    }],
    shows: [{ scenario: 'S1', fault: 'edit:foreign-condition' }],
  },
  {
    name: 'untagged-and-released', line: 'released', seenIn: 'cluster-api-provider-aws #1755', expected: ['S3', 'S1'],
    nearest: 'The vocabulary of steps has no release of an EIP, so it has to be smuggled into the step that lets go of one.',
    patches: [{
      file: PERFORM, find: "const request = new vpc.UnTagResourcesRequest({ regionId, resourceType: 'EIP',",
      replace: "await funnel.call({ product: 'vpc', action: 'ReleaseEipAddress', send: () => clients.vpc.releaseEipAddress(new vpc.ReleaseEipAddressRequest({ regionId, allocationId: eip })) }).catch(() => undefined);\n      const request = new vpc.UnTagResourcesRequest({ regionId, resourceType: 'EIP',",
    }],
    shows: [{ scenario: 'S7', fault: '' }, { scenario: 'S5', fault: '' }],
  },
  {
    name: 'throttled-for-one-is-asked-by-all', line: 'fanOut', seenIn: 'karpenter #9175', expected: ['S9', 'V1', 'V3'],
    patches: [
      { file: FUNNEL, find: "if (error.detail.kind === 'throttled') this.#options.budget.throttled(", replace: "if (error.detail.kind === 'throttled' && error.detail.action === '') this.#options.budget.throttled(" },
      { file: 'src/controller/instance-reconciler.ts', find: 'const againMs = error.detail.retryAfterMs ?? backoffMs(', replace: 'const againMs = backoffMs(' },
    ],
    shows: [{ scenario: 'S3', fault: 'throttled', verb: 'ecs:DescribeInstances' }],
  },
  {
    name: 'charge-type-left-out', line: 'chargeType', seenIn: 'the SDK: the default of InstanceChargeType is PrePaid', expected: ['S3'],
    patches: [{ file: PERFORM, find: 'instanceIds: JSON.stringify([instance]), instanceChargeType: to, autoPay', replace: 'instanceIds: JSON.stringify([instance]), autoPay' }],
    shows: [{ scenario: 'S11', fault: '' }],
  },
  {
    name: 'tagged-in-a-second-call', line: 'ownDesign', seenIn: 'ownership is written in the creating call', expected: ['S3', 'S4'],
    patches: [
      { file: PERFORM, find: 'networkInterfaceName: name, tag: tagList(tags), deleteOnRelease', replace: 'networkInterfaceName: name, deleteOnRelease' },
      {
        file: PERFORM, find: "return created(await funnel.call({ product: 'ecs', action: 'CreateNetworkInterface', send: () => client.createNetworkInterface(request) }));",
        replace: "const made = created(await funnel.call({ product: 'ecs', action: 'CreateNetworkInterface', send: () => client.createNetworkInterface(request) }));\n      await funnel.call({ product: 'ecs', action: 'TagResources', send: () => client.tagResources(new ecs.TagResourcesRequest({ regionId, resourceType: 'eni', resourceId: [made.networkInterface ?? ''], tag: tagList(tags) })) });\n      return made;",
      },
    ],
    shows: [{ scenario: 'S1', fault: 'crash-after', verb: 'ecs:CreateNetworkInterface' }, { scenario: 'S5', fault: '' }],
  },
  {
    name: 'keys-in-the-log', line: 'ownDesign', seenIn: 'no key in logs, events, status', expected: ['S10'],
    patches: [{
      file: FUNNEL, find: 'await this.#withDeadline(credentials.get());', replace: "const keys = await this.#withDeadline(credentials.get());\n      this.#options.log.debug('signing', { action, keys: JSON.stringify(keys) });",
    }],
    shows: [{ scenario: 'S1', fault: '' }],
  },
];
