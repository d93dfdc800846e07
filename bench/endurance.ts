// Left alone for a week: a hundred thousand reconciles on the virtual clock, with somebody moving an EIP back by hand now and then, and
// no more memory held at the end than at the beginning.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Laboratory } from '../test/simulation/laboratory.ts';
import { atMost, exactly, type Figure } from './figure.ts';

const RECONCILES = 100_000;
/** Code is compiled, caches are full and every kind of thing has happened before the first measurement. */
const WARM_UP = 20_000;
const RESOURCES = 10;
const MINUTE_MS = 60_000;
const MEDDLE_EVERY_MS = 17 * MINUTE_MS;
const EVENT_TTL_MS = 60 * MINUTE_MS;
const GROWTH_MAX_PERCENT = 2;

const numbers = Array.from({ length: RESOURCES }, (_, index) => index + 1);

const world = {
  region: 'cn-hangzhou',
  vpcs: { 'vpc-1': { cidr: '192.168.0.0/16' } },
  vSwitches: { 'vsw-1': { vpc: 'vpc-1', cidr: '192.168.1.0/24' } },
  eips: { 'eip-nat': { ip: '47.96.1.1' } },
  natGateways: { 'ngw-1': { vpc: 'vpc-1', vSwitch: 'vsw-1', eips: ['eip-nat'], snat: { 'snat-1': { vSwitch: 'vsw-1' } } } },
  instances: Object.fromEntries(numbers.map((number) => [`i-${number}`, { vSwitch: 'vsw-1', eip: true, tags: { fleet: `f${number}` } }])),
};

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < 3; times += 1) collect();
};

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

class Endurance {
  readonly lab = new Laboratory(world, { callsKept: 1_000 });
  reconciles = 0;
  #meddled = 0;

  async begin(): Promise<void> {
    for (const number of numbers) {
      this.lab.create(`r-${number}`, { regionId: 'cn-hangzhou', vpcId: 'vpc-1', instanceSelector: { tags: { fleet: `f${number}` } }, drift: { checkInterval: '1m' } });
    }
    await this.lab.start();
  }

  async until(reconciles: number): Promise<void> {
    while (this.reconciles < reconciles) {
      await this.lab.clock.pass(MEDDLE_EVERY_MS);
      this.reconciles += this.lab.logLines.filter(({ message }) => message === 'reconcile').length;
      this.lab.logLines.length = 0;
      this.#expireEvents();
      this.#meddle();
    }
    await this.lab.until(() => this.isSettled);
  }

  /** Never the same one twice within an hour, which would be a fight. */
  #meddle(): void {
    this.#meddled += 1;
    const id = `i-${(this.#meddled % RESOURCES) + 1}`;
    this.lab.meddle({ op: 'rebindEip', eip: id.replace('i-', 'eip-'), to: id });
  }

  /** As the API server does with events that are an hour old, and etcd with old revisions. */
  #expireEvents(): void {
    const { store } = this.lab;
    store.compact();
    const resource = store.resource('events.k8s.io/v1', 'events');
    const { items } = store.list({ resource, namespace: 'default' }, {}) as unknown as { readonly items: readonly { readonly metadata: { readonly name: string; readonly creationTimestamp: string } }[] };
    const old = items.filter(({ metadata }) => Date.parse(metadata.creationTimestamp) < this.lab.clock.now() - EVENT_TTL_MS);
    for (const { metadata: { name } } of old) store.delete({ resource, namespace: 'default', name }, {});
  }

  get isSettled(): boolean {
    return numbers.every((number) => this.lab.ready(`r-${number}`) === 'True Unified') && this.lab.unbound().length === 0;
  }
}

/** Heap in use after a hundred thousand reconciles against after the warm-up. */
export async function endurance(): Promise<readonly Figure[]> {
  const run = new Endurance();
  await run.begin();
  await run.until(WARM_UP);
  const beforeBytes = heapBytes();
  await run.until(WARM_UP + RECONCILES);
  const growth = (heapBytes() / beforeBytes - 1) * 100;
  return [
    exactly(`resources settled after ${RECONCILES} reconciles`, run.isSettled ? RESOURCES : 0, RESOURCES, 'resources'),
    atMost(`heap growth over ${RECONCILES} reconciles`, Math.max(0, Math.round(growth * 100) / 100), { unit: '%', floor: null, goal: GROWTH_MAX_PERCENT }),
  ];
}
