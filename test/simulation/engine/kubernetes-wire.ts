// Requests and watches of one replica on their way to its cluster's API server and back, as their passages say.
import type { ApiRequest, KubernetesApi, WatchRequest } from '../../../src/adapters/kubernetes/api.ts';
import { errorOfAnswer, errorOfFailure } from '../../../src/adapters/kubernetes/errors.ts';
import type { Laboratory } from '../laboratory.ts';
import type { ApiServer, ServerAnswer, Stream } from './api-server.ts';
import { broken } from './cloud-wire.ts';
import type { Crossing } from './contract.ts';
import type { Life } from './life.ts';
import type { Passage, Refused } from './passage.ts';
import { kubernetesVerb } from './verbs.ts';

/** As the connection's own. */
const TIMEOUT_MS = 10_000;
const HALF_MS = 2;
const PAGE = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** The door that one replica goes through. */
interface Door {
  readonly lab: Laboratory;
  readonly life: Life;
  readonly server: ApiServer;
}

interface Ends {
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What a replica's Kubernetes adapter speaks to. */
export function kubernetesApi(lab: Laboratory, life: Life): KubernetesApi {
  const door = { lab, life, server: lab.cluster(life.cluster).server };
  return {
    request: (request) => new Promise((resolve, reject) => {
      if (life.isUp) new Exchange(door, request, { resolve, reject }).leave();
    }),
    watch: (request, onLine) => new Promise((resolve, reject) => {
      if (life.isUp) new Following(door, request, onLine, { resolve: () => resolve(), reject }).leave();
    }),
  };
}

const isLease = (path: string): boolean => path.includes('/leases');

function cross({ lab, life, server }: Door, method: string, { path, body }: { readonly path: string; readonly body?: unknown }): { crossing: Crossing; passage: Passage } {
  const { verb, mutates, subject } = kubernetesVerb(method, path);
  const counts = !isLease(path) || !server.leaseIsHeld;
  return lab.boundary.cross({ replica: life.replica, cluster: life.cluster, side: 'kubernetes', verb, mutates, subject, counts, request: { method, path, ...(body !== undefined && { body }) } });
}

const statusOf = ({ status, reason, message, retryAfterSeconds }: Refused): ServerAnswer => ({
  status,
  body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code: status, details: retryAfterSeconds === undefined ? {} : { retryAfterSeconds } },
});

class Exchange {
  readonly #door: Door;
  readonly #request: ApiRequest;
  readonly #ends: Ends;
  readonly #crossing: Crossing;
  readonly #passage: Passage;

  constructor(door: Door, request: ApiRequest, ends: Ends) {
    this.#door = door;
    this.#request = request;
    this.#ends = this.#withDeadline(ends);
    const { crossing, passage } = cross(door, request.method, request);
    this.#crossing = crossing;
    this.#passage = passage;
  }

  leave(): void {
    const { lab, life } = this.#door;
    const { request, crash, again } = this.#passage;
    if (crash === 'before') lab.died(life);
    if (!life.isUp || request === 'lost') return;
    if (request === 'reset') return this.#breaks('ECONNRESET');
    lab.clock.afterQuietly(HALF_MS + (request ?? 0), () => this.#arrives());
    if (typeof again === 'number') lab.clock.afterQuietly(HALF_MS + again, () => this.#arrivesAgain());
  }

  #arrivesAgain(): void {
    if (!this.#door.server.isDown) this.#serve(true);
  }

  #arrives(): void {
    const { lab, life, server } = this.#door;
    const { answer: fate, crash, page } = this.#passage;
    if (server.isDown) return this.#breaks('ECONNREFUSED');
    if (server.swallows(this.#request.path)) return;
    const said = this.#serve(false);
    if (crash === 'after') lab.died(life);
    if (fate === 'lost') return;
    if (fate === 'reset') return this.#breaks('ECONNRESET');
    life.clock.after(HALF_MS + (fate ?? 0), () => {
      lab.answered(this.#crossing, page === true ? 502 : said.status, said.body);
      this.#answered(page === true ? undefined : said);
    });
  }

  /** As the connection: no call lasts longer than its time-out or than its caller wants it. */
  #withDeadline({ resolve, reject }: Ends): Ends {
    const { method, path, signal } = this.#request;
    const leave = (): void => fail(new Error('the call was given up'));
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', leave);
    };
    const fail = (error: unknown): void => {
      end();
      reject(errorOfFailure(`${method} ${path}`, error));
    };
    const cancel = this.#door.life.clock.after(TIMEOUT_MS, () => fail(new Error(`no answer within ${TIMEOUT_MS / 1_000} s`)));
    signal?.addEventListener('abort', leave, { once: true });
    return { reject: fail, resolve: (body) => { end(); resolve(body); } };
  }

  #answered(said: ServerAnswer | undefined): void {
    if (said === undefined) this.#ends.reject(errorOfAnswer(502, PAGE, undefined));
    else if (said.status >= 300) this.#ends.reject(errorOfAnswer(said.status, JSON.stringify(said.body), undefined));
    else this.#ends.resolve(said.body);
  }

  #serve(late: boolean): ServerAnswer {
    const { lab, server } = this.#door;
    const { method, path, body } = this.#request;
    const { refused } = this.#passage;
    const done = this.#carriedOut();
    lab.served({ kind: 'kubernetes', crossing: this.#crossing, request: { method, path, ...(body !== undefined && { body }) }, status: done.status, sentMs: this.#crossing.atMs, late, atMs: lab.clock.monotonic() });
    return refused?.late === true && done.status < 300 && !server.isDown ? statusOf(refused) : done;
  }

  /** What the server does, unless something stands in the way. */
  #carriedOut(): ServerAnswer {
    const { server } = this.#door;
    const { method, path, query = {}, body, contentType = 'application/json' } = this.#request;
    const { refused } = this.#passage;
    const instead = standing(server, method, path) ?? (refused?.late === true ? undefined : refused);
    return instead === undefined ? server.serve({ method, path, query, contentType, body }) : statusOf(instead);
  }

  #breaks(code: string): void {
    this.#door.life.clock.after(HALF_MS, () => {
      this.#door.lab.answered(this.#crossing, 0, undefined);
      this.#ends.reject(broken(code));
    });
  }
}

/** What the server refuses for a while, whatever is asked. */
function standing(server: ApiServer, method: string, path: string): Refused | undefined {
  if (server.isWithdrawn(path)) return WITHDRAWN;
  return server.forbids(method, path) ? FORBIDDEN : undefined;
}

const WITHDRAWN: Refused = { status: 404, reason: 'NotFound', message: 'the server could not find the requested resource' };
const FORBIDDEN: Refused = { status: 403, reason: 'Forbidden', message: 'egressunifications.egressunification.io is forbidden: User "egress-unification" cannot patch resource "egressunifications"' };

/** A watch: what the server said in some order arrives in that order, because each line takes as long. */
class Following {
  readonly #door: Door;
  readonly #request: WatchRequest;
  readonly #ends: Ends;
  readonly #crossing: Crossing;
  readonly #passage: Passage;
  readonly #stream: Stream;
  #close = (): void => undefined;

  constructor(door: Door, request: WatchRequest, onLine: (line: string) => void, ends: Ends) {
    this.#door = door;
    this.#request = request;
    this.#ends = ends;
    const { crossing, passage } = cross(door, 'WATCH', { path: request.path });
    this.#crossing = crossing;
    this.#passage = passage;
    this.#stream = {
      replica: door.life.replica, path: request.path, silent: passage.answer === 'lost',
      line: (text) => this.#arrives(() => onLine(text)), end: () => this.#over(() => ends.resolve(undefined)), cut: () => this.#breaks('ECONNRESET'),
    };
  }

  leave(): void {
    const { lab, life } = this.#door;
    const { crash, request } = this.#passage;
    if (crash === 'before') lab.died(life);
    if (!life.isUp || request === 'lost') return;
    if (request === 'reset') return this.#breaks('ECONNRESET');
    this.#request.signal.addEventListener('abort', () => this.#close(), { once: true });
    lab.clock.afterQuietly(HALF_MS, () => this.#opens());
  }

  #opens(): void {
    const { lab, server } = this.#door;
    const { path, query, signal } = this.#request;
    if (signal.aborted) return;
    if (server.isDown) return this.#breaks('ECONNREFUSED');
    const instead = standing(server, 'WATCH', path) ?? this.#passage.refused;
    const opened = instead === undefined ? server.open(path, { ...query, watch: 'true' }, this.#stream) : statusOf(instead);
    const refused = typeof opened === 'function' ? undefined : opened;
    if (typeof opened === 'function') this.#close = opened;
    lab.served({ kind: 'kubernetes', crossing: this.#crossing, request: { method: 'WATCH', path }, status: refused?.status ?? 0, sentMs: this.#crossing.atMs, late: false, atMs: lab.clock.monotonic() });
    if (refused !== undefined) this.#over(() => this.#ends.reject(errorOfAnswer(refused.status, JSON.stringify(refused.body), undefined)));
  }

  #arrives(task: () => void): void {
    this.#door.life.clock.after(HALF_MS, () => { if (!this.#request.signal.aborted) task(); });
  }

  #over(task: () => void): void {
    this.#close();
    this.#arrives(task);
  }

  #breaks(code: string): void {
    this.#over(() => this.#ends.reject(errorOfFailure(`watch of ${this.#request.path}`, broken(code))));
  }
}
