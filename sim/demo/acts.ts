// The play: apply, watch it through, compare; then kill the controller, meddle by hand, start it anew, watch it mend. What decides
// is the world, never the status: an act is over when the world is right and the controller at rest, and has failed when that takes too long.
import { scheduler } from 'node:timers/promises';
import { worldReport } from '../cloud/control/report.ts';
import { meddle, type MeddleRequest } from '../cloud/control/meddle.ts';
import { eipsOn } from '../cloud/state/relations.ts';
import { ResourceClient } from './resource.ts';
import type { Row } from './rows.ts';
import type { Screen } from './screen.ts';
import { faultOf, sightingOf, type Sighting } from './sighting.ts';
import type { Stage } from './stage.ts';
import { isAtRest, saidOf, type Status } from './states.ts';
import { CAST, NAT_GATEWAY_ID, RESOURCE } from './story.ts';

const LOOK_EACH_MS = 200;
const ACT_MAX_MS = 60_000;
const { name } = RESOURCE.metadata;

/** What an act ended with; `faults` is empty when the world is right. */
export interface Ending {
  readonly rows: readonly Row[];
  readonly faults: readonly string[];
}

export class Play {
  readonly before: readonly Sighting[];
  readonly #stage: Stage;
  readonly #screen: Screen;
  readonly #resource: ResourceClient;

  constructor(stage: Stage, screen: Screen) {
    this.#stage = stage;
    this.#screen = screen;
    this.#resource = new ResourceClient(stage.kubernetesUrl, RESOURCE.apiVersion);
    this.before = this.#sightings();
  }

  async unify(): Promise<Ending> {
    this.#stage.controller.start();
    await this.#resource.apply(RESOURCE);
    return this.#watch(() => true);
  }

  /** Nobody watches while people meddle; the controller that comes back knows only what it can read. */
  async drift(): Promise<Ending> {
    const { controller, cloud } = this.#stage;
    await controller.end('SIGKILL');
    for (const { what, operation } of this.#meddling()) {
      meddle(cloud, operation);
      this.#screen.say(`  by hand: ${what}`);
    }
    this.#screen.say();
    this.#screen.show(this.#rows(await this.#resource.status(name)), 'the controller is not running');
    const request = `demo-${cloud.clock.now()}`;
    await this.#resource.requestReconcile(name, request);
    controller.start();
    return this.#watch((status) => status.lastHandledReconcileAt === request);
  }

  #sightings(): readonly Sighting[] {
    return worldReport(this.#stage.cloud).instances.map(sightingOf);
  }

  /** What the status says, but for what the world belies: that has drifted, and nobody noticed yet. */
  #rows(status: Status): readonly Row[] {
    return this.#sightings().map((sighting) => {
      const said = saidOf(sighting, status);
      const belied = said.state === 'Unified' || said.state === 'NothingToMove' ? this.#faultOf(sighting) : undefined;
      return { sighting, said: belied === undefined ? said : { state: 'Drifted', reason: 'Drifted', message: `it ${belied}` } };
    });
  }

  /** The judgement of the world. */
  #faults(): readonly string[] {
    return this.#sightings().flatMap((after) => {
      const fault = this.#faultOf(after);
      return fault === undefined ? [] : [`${after.id} ${fault}`];
    });
  }

  #faultOf(after: Sighting): string | undefined {
    const natIps = eipsOn(this.#stage.cloud.state, NAT_GATEWAY_ID).map(({ ip }) => ip);
    const [before, role] = [this.before.find(({ id }) => id === after.id), CAST[after.id]];
    return before && role ? faultOf(role.expected, before, after, natIps) : 'is not in the play';
  }

  async #watch(answered: (status: Status) => boolean): Promise<Ending> {
    const beganMs = performance.now();
    for (;;) {
      const status = await this.#resource.status(name);
      const rows = this.#rows(status);
      const faults = this.#faults();
      const elapsedMs = performance.now() - beganMs;
      this.#screen.show(rows, `${(elapsedMs / 1_000).toFixed(0)} s, ${this.#stage.windows.open} between two bindings`);
      if (faults.length === 0 && isAtRest(status) && answered(status)) return { rows, faults: unexplained(rows) };
      if (elapsedMs > ACT_MAX_MS) return { rows, faults: [...faults, `the controller was not done within ${ACT_MAX_MS / 1_000} s`] };
      if (!this.#stage.controller.running) return { rows, faults: [`the controller ended by itself: ${this.#stage.controller.logTail(5)}`] };
      await scheduler.wait(LOOK_EACH_MS);
    }
  }

  /** Three ways to undo by hand what was done. */
  #meddling(): readonly { readonly what: string; readonly operation: MeddleRequest }[] {
    const [detached, deleted] = [this.#interfaceOf('i-static-too'), this.#interfaceOf('i-subscription')];
    return [
      { what: 'the EIP of i-eip is bound to the instance again', operation: { op: 'rebindEip', eip: 'eip-had', to: 'i-eip' } },
      { what: `the network interface of i-static-too is detached (${detached})`, operation: { op: 'detachEni', eni: detached } },
      { what: `the network interface of i-subscription is deleted (${deleted}); its EIP is bound to nothing`, operation: { op: 'deleteEni', eni: deleted } },
    ];
  }

  #interfaceOf(instanceId: string): string {
    const { state } = this.#stage.cloud;
    const carrying = [...(state.instances.get(instanceId)?.interfaces ?? [])].find((nic) => nic.type === 'Secondary' && eipsOn(state, nic.id).length > 0);
    if (carrying === undefined) throw new Error(`${instanceId} has no interface that carries an EIP`);
    return carrying.id;
  }
}

/** Left alone without a reason is not right either. */
const unexplained = (rows: readonly Row[]): readonly string[] =>
  rows.filter(({ sighting, said }) => CAST[sighting.id]?.expected !== 'unified' && said.reason === '').map(({ sighting }) => `${sighting.id} was left alone without a reason`);
