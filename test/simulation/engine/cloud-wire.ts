// A call to the cloud on its way: half a round trip to the cloud, the effect, half a round trip back, and whatever its passage says. The
// effect of what has left does not depend on whether its sender still lives.
import type { CloudRequest } from '../../../sim/cloud/engine/cloud.ts';
import type { Answer } from '../../../sim/cloud/engine/outcome.ts';
import { refusalOf } from '../../../sim/cloud/engine/refusal.ts';
import type { Transport, WireAnswer, WireCall } from '../../../src/adapters/alicloud/clients.ts';
import type { Laboratory } from '../laboratory.ts';
import type { Crossing } from './contract.ts';
import type { Life } from './life.ts';
import type { Passage } from './passage.ts';
import { cloudSubject, isCloudRead } from './verbs.ts';

const FIRST_PAGE = Buffer.from('after:0').toString('base64url');

interface Ends {
  readonly resolve: (answer: WireAnswer) => void;
  readonly reject: (error: Error) => void;
}

export const broken = (code: string): Error => Object.assign(new Error(code === 'ECONNRESET' ? 'socket hang up' : code), { code });

class Trip {
  readonly #lab: Laboratory;
  readonly #life: Life;
  readonly #request: CloudRequest;
  readonly #ends: Ends;
  readonly #crossing: Crossing;
  readonly #passage: Passage;
  readonly #halfMs: number;

  constructor(lab: Laboratory, life: Life, call: WireCall, ends: Ends) {
    const { product, action, query } = call;
    this.#lab = lab;
    this.#life = life;
    this.#ends = ends;
    this.#request = { product, action, params: query, accessKeyId: lab.keys.accessKeyId };
    this.#halfMs = lab.cloud.latencyMs('rtt') / 2;
    const leaving = { replica: life.replica, cluster: life.cluster, side: 'cloud', verb: `${product}:${action}`, mutates: !isCloudRead(action), subject: cloudSubject(query), counts: true, params: query } as const;
    const { crossing, passage } = lab.boundary.cross(leaving);
    this.#crossing = crossing;
    this.#passage = passage;
  }

  leave(): void {
    const { request, again, crash } = this.#passage;
    if (crash === 'before') this.#lab.died(this.#life);
    if (!this.#life.isUp || request === 'lost') return;
    if (request === 'reset') return this.#breaks(0);
    this.#lab.clock.afterQuietly(this.#halfMs + (request ?? 0), () => this.#arrives());
    if (typeof again === 'number') this.#lab.clock.afterQuietly(this.#halfMs + again, () => this.#serve(true));
  }

  #arrives(): void {
    const { answer: fate, crash, repeatsToken, again } = this.#passage;
    const said = this.#serve(false);
    if (again === 'after the next write') this.#lab.pending.afterNextWrite(() => this.#serve(true));
    if (crash === 'after') this.#lab.died(this.#life);
    if (fate === 'lost') return;
    if (fate === 'reset' || said.dropped) return this.#breaks(said.delayMs);
    this.#life.clock.after(this.#halfMs + said.delayMs + (fate ?? 0), () => {
      const body = repeatsToken === true && typeof said.body !== 'string' ? { ...said.body, NextToken: FIRST_PAGE } : said.body;
      this.#lab.answered(this.#crossing, said.status, body);
      this.#ends.resolve({ statusCode: said.status, headers: said.headers, body });
    });
  }

  #serve(late: boolean): Answer {
    const answer = this.#answer();
    this.#lab.served({ kind: 'cloud', crossing: this.#crossing, request: this.#request, answer, sentMs: this.#crossing.atMs, late, atMs: this.#lab.clock.monotonic() });
    return answer;
  }

  #answer(): Answer {
    const { cloud } = this.#lab;
    const { staleBy } = this.#passage;
    if (this.#lab.pending.keysAreExpired(this.#life.replica)) return cloud.refuse(this.#request, refusalOf('InvalidSecurityToken.Expired', 400));
    const stale = staleBy === undefined ? undefined : this.#lab.past?.before(staleBy);
    return stale === undefined ? cloud.call(this.#request, this.#passage.cloud) : cloud.callStale(this.#request, stale);
  }

  #breaks(afterMs: number): void {
    this.#life.clock.after(this.#halfMs + afterMs, () => {
      this.#lab.answered(this.#crossing, 0, undefined);
      this.#ends.reject(broken('ECONNRESET'));
    });
  }
}

/** What a replica's SDK clients send by. */
export const cloudTransport = (lab: Laboratory, life: Life): Transport => (call) =>
  new Promise((resolve, reject) => {
    if (life.isUp) new Trip(lab, life, call, { resolve, reject }).leave();
  });
