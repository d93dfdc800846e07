// Bad answers to the question which address an instance shows: services that lie, are slow, answer with a page or not at all, an agent that
// is gone, a guest that refuses, commands that are forbidden. None of these is a pass, and none keeps an instance from moving. Each case is
// a resource and an instance of its own, all at the same time.
import { Lab } from '../lab.ts';
import { Resource, type Condition } from '../resource.ts';
import { sights } from '../sight.ts';
import type { Drill, Findings } from './drill.ts';
import { NAT_IP, selected, worldOf } from './world.ts';

interface Case {
  /** Of the resource; its instance is called so too. */
  readonly name: string;
  readonly services: readonly string[];
  /** The status that EgressVerified must have in the end, and what its message must name. */
  readonly verified: 'True' | 'False' | 'Unknown';
  readonly says: string;
  readonly guest?: { readonly agent?: false; readonly refusesScripts?: true };
}

/** Three tries at a service that takes them all their time. */
const SAID_MS_MAX = 120_000;
const GOOD = 'https://plain.echo.example';

const CASES: readonly Case[] = [
  { name: 'good', services: ['https://myip.ipip.net'], verified: 'True', says: 'passed' },
  { name: 'second', services: ['https://html.echo.example', GOOD], verified: 'True', says: 'passed' },
  { name: 'leaves', services: [GOOD], verified: 'True', says: 'passed' },
  { name: 'lies', services: ['https://liar.echo.example'], verified: 'False', says: '8.8.8.8' },
  { name: 'html', services: ['https://html.echo.example'], verified: 'Unknown', says: 'page' },
  { name: 'nothing', services: ['https://nothing.echo.example'], verified: 'Unknown', says: 'no whole answer' },
  { name: 'slow', services: ['https://slow.echo.example'], verified: 'Unknown', says: 'no whole answer' },
  { name: 'agentless', services: [GOOD], verified: 'Unknown', says: 'does not run', guest: { agent: false } },
  { name: 'refuses', services: [GOOD], verified: 'Unknown', says: 'Permission denied', guest: { refusesScripts: true } },
];

/** What happens to two of the good ones later. */
const AGENT_GONE: Case = { name: 'leaves', services: [GOOD], verified: 'Unknown', says: 'does not run' };
const FORBIDDEN: Case = { name: 'good', services: [GOOD], verified: 'Unknown', says: 'not authorized' };

const WORLD = worldOf(Object.fromEntries(CASES.map(({ name, guest }, index) => [`i-${name}`, selected({ publicIp: `47.98.3.${index + 1}`, tags: { case: name }, ...(guest && { guest }) })])));

const shown = (condition: Condition | undefined): string => (condition ? `${condition.status} ${condition.reason}: ${condition.message}` : 'not there');

class Play {
  readonly lines: string[] = [];
  readonly faults: string[] = [];
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async play(): Promise<void> {
    this.#lab.controller.start();
    await Promise.all(CASES.map((each) => this.#apply(each)));
    await Promise.all(CASES.map((each) => this.#expect(each.name, each)));
    for (const { instanceId, egress, inbound } of await sights(this.#lab)) {
      if (egress !== NAT_IP || inbound.length !== 1) this.faults.push(`${instanceId} leaves by ${egress || 'nothing'} and answers on ${inbound.join() || 'nothing'}`);
    }
    this.#lab.meddle({ op: 'setInstance', instance: `i-${AGENT_GONE.name}`, guest: { agent: false } });
    await this.#apply(AGENT_GONE, '2m');
    await this.#expect('the agent goes later', AGENT_GONE);
    for (const action of ['RunCommand', 'InvokeCommand']) this.#lab.cloud.faults.add({ action, kind: 'fail', code: 'Forbidden.RAM', status: 403, count: 1_000 });
    await this.#apply(FORBIDDEN, '2m');
    await this.#expect('commands are forbidden', FORBIDDEN);
  }

  async #apply({ name, services }: Case, interval = '1m'): Promise<void> {
    await this.#resource(name).apply({ instanceSelector: { tags: { case: name } }, verification: { egress: { echoServices: services }, interval } });
  }

  async #expect(what: string, { name, verified, says }: Case): Promise<void> {
    let condition: Condition | undefined;
    const isSaid = async (): Promise<boolean> => {
      condition = await this.#resource(name).condition('EgressVerified');
      return condition?.status === verified && condition.message.includes(says);
    };
    await this.#lab.until(`EgressVerified of ${what}`, isSaid, { timeoutMs: SAID_MS_MAX }).catch(() => this.faults.push(`${what}: EgressVerified is ${shown(condition)}, and should be ${verified} (${says})`));
    this.lines.push(`${what}: EgressVerified ${shown(condition)}`);
  }

  #resource(name: string): Resource {
    return new Resource(this.#lab.kubernetesUrl, name);
  }
}

async function run(site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  await using lab = await Lab.open({ site, name: 'services', world: WORLD, lockstep: false, print, flags: ['--allow-guest-commands'] });
  const play = new Play(lab);
  await play.play();
  await lab.compare();
  return { lines: play.lines, faults: play.faults, statesCompared: lab.statesCompared, disagreements: lab.disagreements };
}

export const drill: Drill = { name: 'services', lane: 4, description: 'services that lie, are slow or silent, agents that are gone, commands that are forbidden: none of it passes', run };
