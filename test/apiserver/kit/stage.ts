// A stage: the API server that all share, a simulated cloud of its own, and the controller as a process against both. The suite that
// declares it gets it fresh and leaves nothing behind.
import { expect } from 'chai';
import type { Patience } from './until.ts';
import { Child, runToEnd } from './child.ts';
import type { Ended } from './child.ts';
import { SimulatedCloud } from './cloud.ts';
import { requireCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { controllerIdentity } from './role.ts';
import { eventually } from './until.ts';

/** The key that every simulated world knows. */
export const KEYS = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'simulated-secret' } as const;

const SPEED = 20;
const TEST_TIMEOUT_MS = 90_000;

export interface StageOptions {
  readonly world: object;
  /** How many times faster the world's time runs. */
  readonly speed?: number;
  /** Whether the controller runs from the start; default true. */
  readonly controller?: boolean;
}

export class Stage {
  readonly cluster: Cluster;
  readonly cloud: SimulatedCloud;
  /** Of the ServiceAccount that the controller runs as. */
  readonly kubeconfig: string;
  #controller: Child | undefined;

  constructor(cluster: Cluster, cloud: SimulatedCloud, kubeconfig: string) {
    this.cluster = cluster;
    this.cloud = cloud;
    this.kubeconfig = kubeconfig;
  }

  /** Starts the controller; it must not be running. */
  startController(): void {
    this.#controller = new Child(['src/main.ts', 'run', ...this.#flags(this.kubeconfig), '--leader-elect', 'false', '--log-level', 'info'], KEYS);
  }

  /** kill -9, and it is gone when this resolves. */
  async killController(): Promise<void> {
    await this.#controller?.end('SIGKILL');
    this.#controller = undefined;
  }

  /** What the controller has written to its log since its last start. */
  get log(): string {
    return this.#controller?.said ?? '';
  }

  /** Another command of the product, against the same cluster and cloud. */
  run(...args: readonly string[]): Promise<Ended> {
    return runToEnd(['src/main.ts', ...args, ...this.#flags(this.cluster.apiserver.kubeconfigPath)], KEYS);
  }

  /** Waits until the resource is as described: Ready, or Stalled with a reason, and for the generation that it has. */
  async untilStatus(name: string, wanted: { readonly type: 'Ready' | 'Stalled'; readonly reason?: string }, patience?: Patience): Promise<void> {
    await eventually(async () => {
      const { metadata, status } = await this.cluster.get(name);
      const found = status.conditions?.find(({ type }) => type === wanted.type);
      const shown = JSON.stringify({ conditions: status.conditions, unsettled: status.unsettled });
      expect(found?.status, shown).to.equal('True');
      expect(status.observedGeneration, shown).to.equal(metadata.generation);
      if (wanted.reason !== undefined) expect(found?.reason, shown).to.equal(wanted.reason);
    }, patience);
  }

  /** Asks for a look and waits for its answer; listings that are asked for are at least 30 s apart. */
  async look(name: string, value: string): Promise<void> {
    await this.cluster.request(name, value);
    await eventually(async () => expect((await this.cluster.get(name)).status.lastHandledReconcileAt).to.equal(value), { timeoutMs: 45_000 });
  }

  async delete(name: string, patience?: Patience): Promise<void> {
    await this.cluster.kubectl(['delete', 'egu', name, '--wait=false']);
    await this.untilGone(name, patience);
  }

  async untilGone(name: string, patience?: Patience): Promise<void> {
    await eventually(async () => expect(await this.cluster.exists(name), this.log.slice(-2000)).to.equal(false), patience);
  }

  /** Claims about an instance of the world. */
  async expectSeen(id: string, { egress, inbound }: { readonly egress: readonly string[]; readonly inbound: readonly string[] }): Promise<void> {
    const seen = await this.cloud.see(id);
    expect({ egress: seen.egress, inbound: seen.inbound }, id).to.deep.equal({ egress, inbound });
  }

  #flags(kubeconfig: string): string[] {
    return ['--kubeconfig', kubeconfig, '--cloud-endpoint', this.cloud.url];
  }
}

/** Declares the stage of a suite. The getter works in tests and later hooks. */
export function useStage({ world, speed = SPEED, controller = true }: StageOptions): () => Stage {
  let stage: Stage | undefined;

  before('the stage is set', async function () {
    const cluster = await requireCluster(this);
    stage = new Stage(cluster, await SimulatedCloud.start(world, speed), await controllerIdentity(cluster));
    if (controller) stage.startController();
    this.test?.parent?.timeout(TEST_TIMEOUT_MS);
  });

  afterEach('what the controller said is shown when a test failed', function () {
    if (this.currentTest?.state === 'failed' && stage !== undefined) process.stderr.write(`${stage.log.slice(-6000)}\n`);
  });

  after('the stage is cleared', async function () {
    this.timeout(TEST_TIMEOUT_MS);
    await stage?.killController();
    await stage?.cloud.stop();
    await stage?.cluster.clear();
  });

  return () => stage ?? expect.fail('the stage is not set');
}
