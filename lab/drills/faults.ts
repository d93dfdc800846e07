// What else happens to a move, with packets as the judge: the controller is killed in the window and comes back, somebody moves an EIP back
// by hand, the resource is deleted and everything goes home. In lockstep: every state on the way is compared.
import { eipsOn } from '../../sim/cloud/state/relations.ts';
import { Lab } from '../lab.ts';
import { Resource } from '../resource.ts';
import { beforeAfter, sights, type Sight } from '../sight.ts';
import type { Drill, Findings } from './drill.ts';
import { NAT_IP, selected, worldOf } from './world.ts';

const WORLD = worldOf({
  'i-one': selected({ publicIp: '47.98.1.1' }),
  'i-had': selected({ vSwitch: 'vsw-i', eip: 'eip-had' }),
}, { eips: { 'eip-had': { ip: '47.98.1.3' } } });

const HAD = 'i-had';

class Play {
  readonly faults: string[] = [];
  readonly lines: string[] = [];
  readonly #lab: Lab;
  readonly #resource: Resource;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#resource = new Resource(lab.kubernetesUrl);
  }

  async play(): Promise<void> {
    const before = await sights(this.#lab);
    await this.#killInTheWindow(before);
    await this.#drift(before);
    await this.#revert(before);
  }

  /** kill -9 the moment an EIP is on its way; nobody closes the window until the next process does. */
  async #killInTheWindow(before: readonly Sight[]): Promise<void> {
    const { controller } = this.#lab;
    controller.start();
    await this.#resource.apply({ deletionPolicy: 'Revert' });
    await this.#lab.until('a window', () => this.#unbound() !== undefined, { everyMs: 5 });
    await controller.end('SIGKILL');
    const victim = this.#unbound();
    await this.#lab.until('the EIP is bound to nothing', () => this.#lab.state.eips.all().some(({ status }) => status === 'Available'));
    const dark = (await sights(this.#lab)).filter(({ inbound }) => inbound.length === 0).map(({ instanceId }) => instanceId);
    this.#expect(dark.length === 1, `one instance is in its window: ${dark.join()} (${victim ?? 'none'})`);
    controller.start();
    await this.#ready();
    await this.#tell('killed in the window, started again', before);
    await this.#expectUnified(before);
  }

  async #drift(before: readonly Sight[]): Promise<void> {
    this.#lab.meddle({ op: 'rebindEip', eip: 'eip-had', to: HAD });
    await this.#lab.compare();
    const drifted = (await sights(this.#lab)).find(({ instanceId }) => instanceId === HAD);
    this.#expect(drifted?.egress === '47.98.1.3', `moved back by hand, ${HAD} leaves by ${drifted?.egress ?? ''}`);
    await this.#resource.annotate({ 'egressunification.io/reconcile-requested-at': 'drift' });
    await this.#lab.until('the drift is mended', () => eipsOn(this.#lab.state, HAD).length === 0 && this.#unbound() === undefined);
    await this.#ready();
    await this.#tell('moved back by hand, mended', before);
    await this.#expectUnified(before);
  }

  async #revert(before: readonly Sight[]): Promise<void> {
    await this.#resource.remove();
    await this.#lab.until('the resource is gone', async () => (await this.#resource.read()) === undefined);
    await this.#tell('deleted with Revert', before);
    for (const { instanceId, egress, inbound } of await sights(this.#lab)) {
      const home = before.find((sight) => sight.instanceId === instanceId);
      this.#expect(egress === home?.egress && inbound.join() === home.inbound.join(), `${instanceId} is as it was: leaves by ${egress}, answers on ${inbound.join()}`);
    }
    const left = this.#lab.state.interfaces.all().filter(({ type }) => type === 'Secondary');
    this.#expect(left.length === 0, `no interface is left: ${left.map(({ id }) => id).join()}`);
  }

  #unbound(): string | undefined {
    return this.#lab.state.eips.all().find(({ status }) => status !== 'InUse')?.id;
  }

  async #ready(): Promise<void> {
    await this.#lab.until('Ready', async () => (await this.#resource.condition('Ready'))?.status === 'True');
  }

  async #expectUnified(before: readonly Sight[]): Promise<void> {
    for (const { instanceId, egress, inbound } of await sights(this.#lab)) {
      const own = before.find((sight) => sight.instanceId === instanceId)?.inbound ?? [];
      this.#expect(egress === NAT_IP && inbound.join() === own.join(), `${instanceId} leaves by ${egress || 'nothing'}, answers on ${inbound.join() || 'nothing'}`);
    }
  }

  async #tell(what: string, before: readonly Sight[]): Promise<void> {
    for (const line of beforeAfter(before, await sights(this.#lab))) this.lines.push(`${what}: ${line}`);
  }


  #expect(holds: boolean, what: string): void {
    if (!holds) this.faults.push(`not as it should be: ${what}`);
  }
}

async function run(site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  await using lab = await Lab.open({ site, name: 'faults', world: WORLD, lockstep: true, print });
  const play = new Play(lab);
  await play.play();
  return { lines: play.lines, faults: play.faults, statesCompared: lab.statesCompared, disagreements: lab.disagreements };
}

export const drill: Drill = { name: 'faults', lane: 2, description: 'kill -9 in the window, an EIP moved back by hand, deletion with Revert: packets say that each is mended', run };
