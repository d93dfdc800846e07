// The API server, or whatever stands before it, answers what nobody expects: 5xx, 429 with Retry-After, 410, pages that are no JSON,
// lines of a watch that are no events. Through a proxy that ends TLS, with a log of every request.
import { setTimeout as pause } from 'node:timers/promises';
import { answeringProxy } from '../kit/answering-proxy.ts';
import type { AnsweringProxy, Passed } from '../kit/answering-proxy.ts';
import { seconds } from './kit/drill.ts';
import type { Drill, Print } from './kit/drill.ts';
import type { Pulse } from './kit/pulse.ts';
import { Scene } from './kit/scene.ts';

const RESOURCES = /\/egressunifications\?/;
const READ = { method: 'GET', path: RESOURCES } as const;
const RETRY_AFTER_S = 6;
/** Two waits after failures; a status that is not written at once may wait for its own turn. */
const SOON_MS = 6_000;
const APART_MS = 11_000;

const failure = (code: number, reason: string): string => JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: `a drill says ${reason}` });
const gone = JSON.stringify({ type: 'ERROR', object: JSON.parse(failure(410, 'Expired')) as object });

interface Spoiling {
  readonly what: string;
  readonly spoil: (proxy: AnsweringProxy) => void;
  readonly recoveredMsMax: number;
}

/** Each line ends the watch; what was armed before it spoils what comes then. */
const endWatch = (proxy: AnsweringProxy, line = '{"type":"MODIFIED","obj'): void => {
  if (proxy.sayInWatches(RESOURCES, line) === 0) throw new Error('no watch of the resources is open');
};

const SPOILINGS: readonly Spoiling[] = [
  { what: 'a line that is cut off', spoil: (proxy) => endWatch(proxy), recoveredMsMax: SOON_MS },
  { what: 'a line that is no event', spoil: (proxy) => endWatch(proxy, '{"type":"NEWS","object":{}}'), recoveredMsMax: SOON_MS },
  { what: 'a line that is no JSON', spoil: (proxy) => endWatch(proxy, '<html>'), recoveredMsMax: SOON_MS },
  { what: '410 as an event', spoil: (proxy) => endWatch(proxy, gone), recoveredMsMax: SOON_MS },
  {
    what: '410 as an answer to a list', recoveredMsMax: SOON_MS,
    spoil: (proxy) => { proxy.answerInstead(READ, { status: 410, body: failure(410, 'Expired') }); endWatch(proxy); },
  },
  {
    what: 'a page of HTML with 200', recoveredMsMax: SOON_MS,
    spoil: (proxy) => { proxy.answerInstead(READ, { status: 200, body: '<html>log in</html>' }); endWatch(proxy); },
  },
  {
    what: '500, 502, 503 and 504, each once', recoveredMsMax: 25_000,
    spoil: (proxy) => {
      for (const status of [500, 502, 503, 504]) proxy.answerInstead(READ, { status, body: failure(status, 'InternalError') });
      endWatch(proxy);
    },
  },
  {
    what: `429 with Retry-After ${RETRY_AFTER_S}, three times`, recoveredMsMax: 3 * (RETRY_AFTER_S * 1_000 + SOON_MS),
    spoil: (proxy) => {
      proxy.answerInstead(READ, { status: 429, headers: { 'retry-after': String(RETRY_AFTER_S) }, body: failure(429, 'TooManyRequests') }, 3);
      endWatch(proxy);
    },
  },
  {
    what: `429 with Retry-After ${RETRY_AFTER_S} for five writes`, recoveredMsMax: RETRY_AFTER_S * 1_000 + SOON_MS,
    spoil: (proxy) => proxy.answerInstead({ method: 'PATCH', path: /\/status/ }, { status: 429, headers: { 'retry-after': String(RETRY_AFTER_S) }, body: failure(429, 'TooManyRequests') }, 5),
  },
];

/** How long after each 429 the same thing was asked again, at the least, in ms. */
function patienceMs(passed: readonly Passed[]): number {
  const placeOf = ({ method, path }: Passed): string => `${method} ${path.replace(/\?.*/, '')}`;
  const waits = passed.flatMap((one, index) => {
    if (one.status !== 429) return [];
    const next = passed.slice(index + 1).find((other) => placeOf(other) === placeOf(one));
    return next === undefined ? [] : [next.atMs - one.atMs];
  });
  return Math.min(...waits);
}

async function spoiled({ what, spoil, recoveredMsMax }: Spoiling, { proxy, pulse, print }: { proxy: AnsweringProxy; pulse: Pulse; print: Print }): Promise<{ afterMs: number; ok: boolean }> {
  await pause(APART_MS);
  const spoiltAtMs = performance.now();
  spoil(proxy);
  const { afterMs, slowestMs } = await pulse.recovery(spoiltAtMs, 90_000);
  print(`${what}: all is seen again after ${seconds(afterMs)} s, the slowest edit after ${Math.round(slowestMs)} ms`);
  return { afterMs, ok: afterMs <= recoveredMsMax };
}

async function run(print: Print): ReturnType<Drill['run']> {
  await using scene = await Scene.set();
  const proxy = await answeringProxy({ target: scene.plane.url, tls: await scene.plane.proxyTls() });
  scene.endFirst(() => proxy.close());
  await scene.startController({ kubeconfig: await scene.plane.kubeconfig({ server: proxy.url }) });
  const pulse = await scene.beginPulse();
  const results: { afterMs: number; ok: boolean }[] = [];
  for (const spoiling of SPOILINGS) results.push(await spoiled(spoiling, { proxy, pulse, print }));
  const waitedMs = patienceMs(proxy.passed);
  print(`after a 429 nothing was asked again for ${seconds(waitedMs)} s at the least`);
  const ok = results.every((result) => result.ok) && waitedMs >= RETRY_AFTER_S * 1_000;
  return { ok, figures: { recoveredAfterS: seconds(Math.max(...results.map(({ afterMs }) => afterMs))), spoilings: results.length, leastWaitAfter429S: seconds(waitedMs) } };
}

export const drill: Drill = {
  name: 'spoilt-answers',
  description: `malformed watch lines, 410, 5xx, HTML and 429 with Retry-After ${RETRY_AFTER_S} s, which is honoured`,
  run,
};
