// Mistakes about who may act (the lease, the gates before each send, the two ends of a tenure).
import type { SeededBug } from './seeded-bug.ts';

const LEASE = 'src/adapters/kubernetes/lease.ts';
const FUNNEL = 'src/adapters/alicloud/funnel.ts';

export const LEADERSHIP_BUGS: readonly SeededBug[] = [
  {
    name: 'acts-after-the-lease-was-lost', line: 'lostLease', seenIn: 'cilium pull request 42920', expected: ['S6'],
    patches: [
      { file: FUNNEL, find: 'if (this.#options.mayAct?.() === false)', replace: "if (this.#options.mayAct?.() === false && action === '')" },
      { file: LEASE, find: '    this.#end();\n    this.#lose();', replace: '    this.#end();' },
    ],
    shows: [{ scenario: 'S2', fault: 'lease-down', verb: 'vpc:Describe', standby: true }],
  },
  {
    name: 'asked-for-the-lease-only-once', line: 'lostLease', seenIn: 'cilium pull request 42920', expected: ['S6'],
    patches: [{ file: FUNNEL, find: 'if (this.#options.mayAct?.() === false)', replace: "if (this.#options.mayAct?.() === false && action === '')" }],
    shows: [{ scenario: 'S1', fault: 'pause', verb: 'vpc:', standby: true }, { scenario: 'S12', fault: 'pause' }],
  },
  {
    name: 'lease-judged-by-the-clock-of-others', line: 'ownDesign', seenIn: 'a follower judges expiry on its own monotonic clock', expected: ['S6'],
    patches: [{
      file: LEASE, find: 'return atMs + Math.max(LEASE_TIMES.durationMs, record?.durationMs ?? 0) - this.#options.clock.monotonic();',
      replace: "return record === undefined ? atMs : Date.parse((record.object['spec'] as { renewTime: string }).renewTime) + LEASE_TIMES.durationMs - this.#options.clock.now();",
    }],
    shows: [{ scenario: 'S1', fault: 'clock', standby: true }, { scenario: 'S12', fault: 'clock' }],
  },
  {
    name: 'new-leader-begins-at-once', line: 'ownDesign', seenIn: 'the next leader first closes the windows that are open', expected: ['V5'],
    patches: [{ file: 'src/controller/gates.ts', find: 'const message = handover.whyNotBegin();', replace: "const message = [handover.whyNotBegin()].find((why) => why === '');" }],
    shows: [{ scenario: 'S12', fault: 'crash-before' }],
  },
];
