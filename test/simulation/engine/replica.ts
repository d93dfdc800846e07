// One replica of one cluster: the controller as main.ts composes it, unmodified above its transports, started as often as it takes. A life
// forgets everything when it ends; whoever ends by itself or by a crash is started again if the laboratory says so.
import { createClouds } from '../../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../../src/adapters/alicloud/credentials.ts';
import { KubernetesEvents } from '../../../src/adapters/kubernetes/events.ts';
import { LeaseLeadership } from '../../../src/adapters/kubernetes/lease.ts';
import { ledApi } from '../../../src/adapters/kubernetes/led-api.ts';
import { watchNodes } from '../../../src/adapters/kubernetes/nodes.ts';
import { KubernetesResources } from '../../../src/adapters/kubernetes/resources.ts';
import { Controller } from '../../../src/controller/controller.ts';
import { serve, unrivalled } from '../../../src/controller/tenure.ts';
import type { Laboratory } from '../laboratory.ts';
import { proberOf } from '../packets.ts';
import { cloudTransport } from './cloud-wire.ts';
import { kubernetesApi } from './kubernetes-wire.ts';
import { Life } from './life.ts';
import { stream } from './random.ts';
import { keepModels } from './sdk-models.ts';

keepModels();

/** As main.ts. */
const EVENT_RATE = { burst: 300, refillMs: 10_000 };
/** Between SIGTERM and kill -9. */
const GRACE_MS = 60_000;
/** Events that are not written when the process ends are in the log. */
const EVENTS_MAX_MS = 2_000;
const LEASE_NAMESPACE = 'kube-system';

export class Replica {
  readonly name: string;
  readonly cluster: string;
  readonly #lab: Laboratory;
  #life: Life | undefined;
  #mayAct: () => boolean = () => false;
  #lives = 0;
  /** The machine's clock is wrong by so much, from one life to the next. */
  #skewMs = 0;
  #restarts = false;

  constructor(lab: Laboratory, name: string, cluster: string) {
    this.#lab = lab;
    this.name = name;
    this.cluster = cluster;
  }

  get isUp(): boolean {
    return this.#life?.isUp ?? false;
  }

  /** Whether it may change the cloud at this moment, by its own judgement. */
  get leads(): boolean {
    return this.isUp && this.#mayAct();
  }

  /** Composes and starts it. The promise: the first complete list of resources is there, for one that need not wait for a lease. */
  start(): Promise<void> {
    const lab = this.#lab;
    this.#lives += 1;
    const life = new Life({ replica: this.name, cluster: this.cluster, world: lab.clock, skewMs: this.#skewMs, logged: (line) => lab.logged(line) });
    this.#life = life;
    lab.tell({ kind: 'replica', replica: this.name, cluster: this.cluster, what: 'started', atMs: lab.clock.monotonic() });
    return this.#compose(life);
  }

  #compose(life: Life): Promise<void> {
    const lab = this.#lab;
    const { clock, log } = life;
    const random = stream(lab.seed, `${this.name}/${this.#lives}`);
    const adapters = { api: kubernetesApi(lab, life), clock, random, log };
    const instance = `controller-${this.name}`;
    const leadership = lab.elects ? new LeaseLeadership({ ...adapters, instance, namespace: LEASE_NAMESPACE }) : unrivalled();
    const mayAct = (): boolean => leadership.mayAct();
    this.#mayAct = mayAct;
    const clouds = createClouds({ credentials: fixedKeys('laboratory', lab.keys), network: 'vpc', clock, random, log, transport: cloudTransport(lab, life), mayAct, allowGuestCommands: lab.allowGuestCommands });
    const nodes = watchNodes(adapters);
    const { observeOnly, allowBillingChanges, fences } = lab;
    const events = new KubernetesEvents({ ...adapters, instance, rate: EVENT_RATE });
    const resources = new KubernetesResources({ ...adapters, api: ledApi(adapters.api, mayAct) });
    const controller = new Controller({ options: { clusterId: lab.cluster(this.cluster).id, observeOnly, allowBillingChanges, fences }, clouds, resources, events, nodes, clock, random, log, ...(lab.packets && { prober: proberOf(lab, lab.packets, clock) }), ...(lab.allowGuestCommands && { guests: (regionId: string) => clouds.guests(regionId) }) });
    nodes.start();
    serve({ leadership, controller, ended: life.ending.signal, clock, log }).then(async (end) => {
      if (end !== 'lost') await Promise.race([Promise.all([nodes.stop(), events.drained()]), new Promise<void>((resolve) => void clock.after(EVENTS_MAX_MS, resolve))]);
      if (life.isUp) this.#end(life, 'exited');
    }).catch((error: unknown) => lab.failed(error));
    return controller.standBy();
  }

  /** kill -9: nothing of it is sent or answered any more. */
  kill(): void {
    if (this.#life?.isUp === true) this.#end(this.#life, 'died');
  }

  /** Whether an end is followed by a start, and after how long. */
  #end(life: Life, what: 'died' | 'exited'): void {
    const lab = this.#lab;
    this.#skewMs = life.clock.skewMs;
    life.end();
    lab.cluster(this.cluster).server.hangUp(this.name);
    lab.tell({ kind: 'replica', replica: this.name, cluster: this.cluster, what, atMs: lab.clock.monotonic() });
    const afterMs = lab.restartsAfterMs(this);
    if (afterMs === undefined || this.#restarts) return;
    this.#restarts = true;
    lab.clock.after(afterMs, () => {
      this.#restarts = false;
      // it rejects when that life ends before it has read the resources
      if (!lab.isOver) this.start().catch(() => undefined);
    });
  }

  /** The life of this replica has ended by a crash, if it is still the one that is meant. */
  diedIn(life: Life): void {
    if (this.#life === life && life.isUp) this.#end(life, 'died');
  }

  pause(forMs: number): boolean {
    const life = this.#life;
    if (life?.isUp !== true) return false;
    const { clock, tell } = this.#lab;
    const about = { kind: 'replica', replica: this.name, cluster: this.cluster } as const;
    life.clock.pause();
    tell({ ...about, what: 'paused', atMs: clock.monotonic() });
    clock.after(forMs, () => {
      if (!life.isUp) return;
      tell({ ...about, what: 'resumed', atMs: clock.monotonic() });
      life.clock.resume();
    });
    return true;
  }

  /** The wall clock of its machine jumps. */
  jump(ms: number): void {
    this.#life?.clock.jump(ms);
  }

  /** SIGTERM, and kill -9 a minute later. */
  terminate(): boolean {
    const life = this.#life;
    if (life?.isUp !== true || life.ending.signal.aborted) return false;
    const { clock, tell } = this.#lab;
    tell({ kind: 'replica', replica: this.name, cluster: this.cluster, what: 'terminating', atMs: clock.monotonic() });
    life.clock.after(0, () => life.ending.abort());
    clock.after(GRACE_MS, () => this.diedIn(life));
    return true;
  }
}
