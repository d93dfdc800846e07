// Mistakes of the loop (src/controller): what is remembered, when a gate opens, when a resource is let go.
import type { SeededBug } from './seeded-bug.ts';

const RESOURCE = 'src/controller/resource-reconciler.ts';
const STATES = 'src/controller/resource-states.ts';
const INSTANCE = 'src/controller/instance-reconciler.ts';

export const CONTROLLER_BUGS: readonly SeededBug[] = [
  {
    name: 'unseen-is-gone', line: 'partialList', seenIn: 'amazon-vpc-cni-k8s #431', expected: ['S7', 'S1', 'S2'],
    patches: [{
      file: 'src/controller/look.ts', find: 'seen.instance === undefined && (vpc.goneInstances.has(id) || (await vpc.cloud.isInstanceGone(id)))', replace: 'seen.instance === undefined',
    }],
    shows: [{ scenario: 'S1', fault: 'page-empty', verb: 'ecs:DescribeInstances' }],
  },
  {
    name: 'collector-deletes-what-was-just-made', line: 'collectorRace', seenIn: 'amazon-vpc-cni-k8s #1099', expected: ['S9', 'S3', 'S7'],
    patches: [{
      file: RESOURCE, find: '  triage(ctx, state, inventory, priority);',
      replace: "  for (const eni of inventory.networkInterfaces.filter(({ status, tags }) => status === 'Available' && tags['egressunification.io/owner'] === state.uid)) await state.vpc.cloud.perform.deleteNetworkInterface({ kind: 'deleteNetworkInterface', networkInterface: eni.id }).catch(() => undefined);\n  triage(ctx, state, inventory, priority);",
    }],
    shows: [{ scenario: 'S1', fault: 'crash', verb: 'ecs:AttachNetworkInterface' }, { scenario: 'S1', fault: 'crash', verb: 'ecs:CreateNetworkInterface' }],
  },
  {
    name: 'detached-and-forgotten', line: 'detachDelete', seenIn: 'amazon-vpc-cni-k8s #608', expected: ['S4', 'V2'],
    patches: [{
      file: 'src/controller/judge.ts', find: '  return plan({',
      replace: "  const process: typeof memory & { hasDetached?: boolean } = memory;\n  process.hasDetached ||= memory.accepted?.step.kind === 'detachNetworkInterface';\n  const forgetful: typeof plan = (input) => plan(process.hasDetached === true || member.target.goal !== 'revert' ? input : { ...input, view: { ...input.view, networkInterfaces: input.view.networkInterfaces.filter(({ status }) => status !== 'Available') } });\n  return forgetful({",
    }],
    shows: [{ scenario: 'S5', fault: 'crash-before', verb: 'ecs:DeleteNetworkInterface' }, { scenario: 'S5', fault: 'crash', verb: 'ecs:DetachNetworkInterface' }],
  },
  {
    name: 'failed-attach-forgets-its-eni', line: 'attachFails', seenIn: 'cilium #21747', expected: ['S4', 'S9'],
    patches: [{ file: 'src/controller/perform.ts', find: '  noteFailure(work, step, error);', replace: "  noteFailure(work, step, error);\n  if (step.kind === 'attachNetworkInterface') {\n    memory.retire(step.networkInterface);\n    state.vpc.created.forget(step.networkInterface);\n    state.vpc.goneEnis.add(step.networkInterface);\n  }" }],
    shows: [{ scenario: 'S1', verb: 'ecs:AttachNetworkInterface' }],
  },
  {
    name: 'accepted-so-it-is-attached', line: 'fellBack', seenIn: 'the family; the SDK: an attach that fails falls back to Available', expected: ['S2', 'S1'],
    patches: [{
      file: INSTANCE, find: 'const verdict = judge({ state, member, view, network,',
      replace: "const taken = memory.accepted?.step.kind === 'attachNetworkInterface' ? { ...view, networkInterfaces: view.networkInterfaces.map((eni) => (eni.status === 'Available' ? { ...eni, status: 'InUse' as const, instanceId: id } : eni)) } : view;\n  const verdict = judge({ state, member, view: taken, network,",
    }],
    shows: [{ scenario: 'S3', fault: 'step-falls-back', verb: 'ecs:AttachNetworkInterface' }],
  },
  {
    name: 'nothing-while-stalled', line: 'stableGate', seenIn: 'Acto: the commonest deadlock of operators', expected: ['V1', 'V4'],
    patches: [{ file: RESOURCE, find: 'state.frozen = obstacle !== undefined;', replace: "state.frozen = obstacle !== undefined || state.resource.status.conditions?.some(({ type }) => type === 'Stalled') === true;" }],
    shows: [{ scenario: 'S1', fault: 'quota' }, { scenario: 'S1', fault: 'forbidden', verb: 'ecs:' }, { scenario: 'S3', fault: '' }],
  },
  {
    name: 'edit-behind-an-equal-hash', line: 'equalHash', seenIn: 'the family; a hash over a part of the spec', expected: ['V1', 'V4', 'S8'],
    patches: [{
      file: STATES, find: 'known.resource = resource;',
      replace: 'known.resource = JSON.stringify(known.resource.spec.instanceSelector) === JSON.stringify(resource.spec.instanceSelector) ? { ...resource, spec: known.resource.spec } : resource;',
    }],
    shows: [{ scenario: 'S1', fault: 'edit:own-address-as-way-out' }],
  },
  {
    name: 'failed-so-it-is-done', line: 'finalizerGone', seenIn: 'pepr', expected: ['S8', 'V2', 'S4'],
    patches: [{ file: 'src/controller/letting-go.ts', find: "return isAbandoned(state) || 'settled' in verdict.move", replace: "return isAbandoned(state) || state.memory(id).failures > 0 || 'settled' in verdict.move" }],
    shows: [{ scenario: 'S5', fault: 'unavailable', verb: 'ecs:DetachNetworkInterface' }],
  },
  {
    name: 'finalizer-before-the-first-read', line: 'finalizerEarly', seenIn: 'cluster-api-provider-aws #2606', expected: ['S8'],
    patches: [{ file: RESOURCE, find: '  noteRequests(ctx, state);', replace: '  noteRequests(ctx, state);\n  if (state.resource.metadata.deletionTimestamp === undefined) await ctx.resources.addFinalizer(state.resource);' }],
    shows: [{ scenario: 'S1', fault: '' }],
  },
  {
    name: 'listing-before-the-own-look', line: 'ownStale', seenIn: 'KEP-5647', expected: ['S8', 'S9', 'V1'],
    patches: [{ file: 'src/controller/members.ts', find: 'if (memory.view && (memory.lookedMs ?? 0) >= listedMs) return', replace: 'if (memory.view && listedMs < 0) return' }],
    shows: [{ scenario: 'S1', fault: '' }, { scenario: 'S2', fault: '' }],
  },
  {
    name: 'relist-looks-at-everything', line: 'relist', seenIn: 'kubernetes-external-secrets #133', expected: ['S9', 'V1'],
    patches: [
      { file: 'src/adapters/kubernetes/object-cache.ts', find: '    if (old?.uid === uid && old.resourceVersion === resourceVersion) return [];\n', replace: '' },
      {
        file: 'src/controller/controller.ts', find: "if (this.#phase !== 'standing by' && this.#isNews(name)) this.#ctx.queue.add(resourceKey(name), PRIORITY.edit);",
        replace: "if (this.#phase !== 'standing by' && this.#isNews(name)) this.#ctx.queue.add(resourceKey(name), PRIORITY.edit);\n      else for (const id of this.#states.of(name)?.members.keys() ?? []) this.#ctx.queue.add(`instance/${name}/${id}`, PRIORITY.drift);",
      },
    ],
    shows: [{ scenario: 'S1', fault: 'watch-gone' }],
  },
  {
    name: 'ready-while-blind', line: 'readyKept', seenIn: 'Crossplane fleets', expected: ['S8'],
    patches: [
      { file: 'src/controller/listing.ts', find: 'if (reason !== undefined) return { reason,', replace: 'if (reason !== undefined && state.vpc.listedMs === undefined) return { reason,' },
      { file: 'src/controller/listing.ts', find: 'return ageMs < validMs(ctx, state.resource) ? undefined :', replace: 'return ageMs < Number.POSITIVE_INFINITY ? undefined :' },
    ],
    shows: [{ scenario: 'S1', fault: 'forbidden', verb: 'ecs:DescribeInstances' }, { scenario: 'S1', fault: 'forbidden', verb: 'vpc:Describe' }],
  },
  {
    name: 'observe-leaves-the-window-open', line: 'ownDesign', seenIn: 'the window closes first, whatever else is wished', expected: ['S2', 'S1'],
    patches: [{ file: 'src/controller/gates.ts', find: 'close: [noteClosing],', replace: 'close: [modeGate, noteClosing],' }],
    shows: [{ scenario: 'S1', fault: 'edit:observe', verb: 'vpc:' }],
  },
  {
    name: 'window-on-an-old-view', line: 'ownDesign', seenIn: 'a window is opened on a view of the network at most 5 s old', expected: ['S2', 'S1'],
    patches: [
      { file: INSTANCE, find: 'const NETWORK_MS = 4_000;', replace: 'const NETWORK_MS = 600_000;' },
      { file: 'src/controller/gates.ts', find: 'const FRESH_MS = 5_000;', replace: 'const FRESH_MS = 600_000;' },
    ],
    shows: [{ scenario: 'S1', fault: 'meddle:deleteSnatEntry' }, { scenario: 'S1', fault: '' }],
  },
  {
    name: 'everybody-at-once', line: 'ownDesign', seenIn: 'maxInProgress windows at most', expected: ['S2'],
    patches: [{ file: 'src/controller/rollout.ts', find: "if (typeof maxInProgress === 'number') return Math.max(1, maxInProgress);", replace: "if (typeof maxInProgress === 'number') return 1_000;" }],
    shows: [{ scenario: 'S2', fault: '' }, { scenario: 'S3', fault: '' }],
  },
  {
    name: 'both-resources-take-it', line: 'ownDesign', seenIn: 'two resources never claim one instance', expected: ['S6'],
    patches: [
      { file: 'src/core/selection.ts', find: 'if (winner.metadata.uid !== resource.metadata.uid) return problem(', replace: "if (winner.metadata.uid === '') return problem(" },
      { file: 'src/core/facts.ts', find: 'otherLivingOwner(tags, target) !== undefined);', replace: "otherLivingOwner(tags, target) === '');" },
    ],
    shows: [{ scenario: 'S9', fault: '' }],
  },
  {
    name: 'no-breaker', line: 'ownDesign', seenIn: 'the blast radius of an accident of selection', expected: ['S7', 'V1'],
    patches: [{ file: 'src/controller/blast-radius.ts', find: 'const tripped = due.length > allowed && !confirmed;', replace: 'const tripped = due.length > Number.MAX_SAFE_INTEGER && !confirmed;' }],
    shows: [{ scenario: 'S3~deselected', fault: '' }],
  },
];
