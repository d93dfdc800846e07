// Two controllers as processes against a real kube-apiserver and a simulated cloud that takes as long as the real one. Whichever leads is
// killed with -9 while an EIP is between two bindings, at another moment of the window each time; the other has to send the closing call.
import { setTimeout as pause } from 'node:timers/promises';
import { PATH, objectPath } from '../../src/adapters/kubernetes/api.ts';
import type { LogEntry } from '../../sim/cloud/engine/call-log.ts';
import { Child } from '../apiserver/kit/child.ts';
import { SimulatedCloud } from '../apiserver/kit/cloud.ts';
import { eventually } from '../apiserver/kit/until.ts';
import { vpc, worldOf } from '../apiserver/kit/worlds.ts';
import { ControlPlane } from './kit/control-plane.ts';
import { seconds } from './kit/drill.ts';
import type { Drill, Findings, Print } from './kit/drill.ts';

const ROUNDS = 10;
/** Lease duration, one try, and five seconds to look and to act. */
const CLOSED_WITHIN_MS = 15_000 + 2_000 + 5_000;
/** How long the cloud unbinds; the leader dies within it. */
const UNBINDING_MS = 4_000;
const PHASE_MS = 300;
const OFTEN = { everyMs: 20, timeoutMs: 60_000 };
const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' };

const instances = Array.from({ length: ROUNDS + 1 }, (_, n) => [`i-${n}`, { eip: `eip-${n}` }] as const);
const eips = Array.from({ length: ROUNDS + 1 }, (_, n) => [`eip-${n}`, { ip: `47.98.1.${n + 1}` }] as const);
const world = { ...worldOf(vpc('drill', { egressIp: '47.96.1.1', instances: Object.fromEntries(instances), more: { eips: Object.fromEntries(eips) } })), latenciesMs: { unassociate: UNBINDING_MS } };

type Name = 'controller-a' | 'controller-b';
const otherOf = (name: Name): Name => (name === 'controller-a' ? 'controller-b' : 'controller-a');

interface Seen {
  readonly spec?: { readonly holderIdentity?: string };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** What one round showed. */
interface Round {
  readonly killed: Name;
  readonly atMs: number;
  readonly closedAfterMs: number;
  readonly writes: readonly string[];
}

/** The control plane, the cloud, and the two. */
class Rivals implements AsyncDisposable {
  readonly #plane: ControlPlane;
  readonly #cloud: SimulatedCloud;
  readonly #children = new Map<Name, Child>();

  constructor(plane: ControlPlane, cloud: SimulatedCloud) {
    this.#plane = plane;
    this.#cloud = cloud;
  }

  /** Starts one and waits until it says `word`. */
  async start(name: Name, word: 'leading' | 'standing by'): Promise<void> {
    const args = ['src/main.ts', 'run', '--kubeconfig', await this.#plane.kubeconfig(), '--cloud-endpoint', this.#cloud.url];
    const child = new Child(args, { ...KEYS, HOSTNAME: name });
    this.#children.set(name, child);
    await eventually(() => demand(child.said.includes(word), `${name} is not ${word}: ${child.said.slice(-1000)}`), OFTEN);
  }

  /** One instance from its EIP to unified; with a phase the leader dies so long after the EIP began to be unbound. */
  async unify(n: number): Promise<readonly string[]> {
    const before = await this.#lastCall();
    await this.#apply(n);
    await this.#untilReady(n);
    return (await this.#writesSince(before)).map(({ action }) => action);
  }

  async unifyWithDeath(n: number, phaseMs: number): Promise<Round> {
    const before = await this.#lastCall();
    await this.#apply(n);
    await eventually(async () => demand((await this.#sent(before, 'UnassociateEipAddress')) > 0, 'no window was opened'), OFTEN);
    await pause(phaseMs);
    const killed = await this.#leader();
    const atMs = performance.now();
    await this.#children.get(killed)?.end('SIGKILL');
    demand((await this.#sent(before, 'AssociateEipAddress')) === 0, 'the window was closed before the leader died');
    await eventually(async () => demand((await this.#sent(before, 'AssociateEipAddress')) > 0, 'the window was not closed'), OFTEN);
    const closedAfterMs = performance.now() - atMs;
    await this.#untilReady(n);
    demand((await this.#leader()) === otherOf(killed), 'the other does not lead');
    return { killed, atMs: phaseMs, closedAfterMs, writes: (await this.#writesSince(before)).map(({ action }) => action) };
  }

  async #leader(): Promise<Name> {
    const lease = JSON.parse((await this.#plane.request('GET', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/egress-unification')).text) as Seen;
    return (lease.spec?.holderIdentity ?? '').startsWith('controller-a') ? 'controller-a' : 'controller-b';
  }

  async #apply(n: number): Promise<void> {
    const spec = { regionId: 'cn-hangzhou', vpcId: 'vpc-drill', instanceSelector: { instanceIds: [`i-${n}`] } };
    const { status, text } = await this.#plane.request('POST', PATH.egressUnifications, { apiVersion: 'egressunification.io/v1alpha1', kind: 'EgressUnification', metadata: { name: `drill-${n}` }, spec });
    demand(status === 201, text);
  }

  async #untilReady(n: number): Promise<void> {
    await eventually(async () => {
      const { status } = JSON.parse((await this.#plane.request('GET', objectPath(PATH.egressUnifications, `drill-${n}`))).text) as Seen;
      demand(status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true, `drill-${n} is not Ready: ${JSON.stringify(status)}`);
    }, { timeoutMs: 60_000 });
  }

  async #lastCall(): Promise<number> {
    return (await this.#cloud.calls()).at(-1)?.sequence ?? 0;
  }

  /** Refused ones too. */
  async #writesSince(sequence: number): Promise<readonly LogEntry[]> {
    return (await this.#cloud.calls(sequence)).filter(({ mutates }) => mutates);
  }

  async #sent(since: number, action: string): Promise<number> {
    return (await this.#writesSince(since)).filter((entry) => entry.action === action).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.end('SIGKILL')));
    await this.#cloud.stop();
    await this.#plane.stop();
  }
}

function demand(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}

const same = (one: readonly string[], other: readonly string[]): boolean => [...one].sort().join() === [...other].sort().join();

async function run(print: Print): Promise<Findings> {
  await using rivals = new Rivals(await ControlPlane.start(), await SimulatedCloud.start(world, 1));
  await rivals.start('controller-a', 'leading');
  await rivals.start('controller-b', 'standing by');
  const undisturbed = await rivals.unify(0);
  print(`undisturbed: ${undisturbed.join(', ')}`);
  print('round  killed        in the window for  closed after  writes');
  const rounds: Round[] = [];
  for (let n = 1; n <= ROUNDS; n += 1) {
    const round = await rivals.unifyWithDeath(n, (n - 1) * PHASE_MS);
    rounds.push(round);
    print(`${String(n).padEnd(7)}${round.killed.padEnd(14)}${`${seconds(round.atMs)} s`.padEnd(19)}${`${seconds(round.closedAfterMs)} s`.padEnd(14)}${round.writes.length}`);
    await rivals.start(round.killed, 'standing by');
  }
  return judged(rounds, undisturbed);
}

function judged(rounds: readonly Round[], undisturbed: readonly string[]): Findings {
  const slowestMs = Math.max(...rounds.map(({ closedAfterMs }) => closedAfterMs));
  const writes = rounds.flatMap((round) => round.writes);
  const needed = rounds.flatMap(() => undisturbed);
  return {
    ok: rounds.length === ROUNDS && slowestMs <= CLOSED_WITHIN_MS && same(writes, needed),
    figures: { recoveredAfterS: seconds(slowestMs), limitS: CLOSED_WITHIN_MS / 1_000, rounds: rounds.length, writes: writes.length, writesNeeded: needed.length },
  };
}

export const drill: Drill = {
  name: 'leader-killed',
  description: 'the leader is killed with -9 in the window, ten times: the other closes it within 22 s, and no write is made twice',
  run,
};

if (import.meta.main) {
  const { ok, figures } = await drill.run((line) => void process.stdout.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ drill: drill.name, ok, ...figures })}\n`);
  process.exit(ok ? 0 : 1);
}
