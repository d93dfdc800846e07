// The procedure itself, with packets as the judge and a client that never stops: who leaves by what and answers where, before and after,
// and how long each instance was not reached, or did not get out, meanwhile.
import { scheduler } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINE_ECHO } from '../internet/calls.ts';
import { gapsOf, lengthOf, strays, type Gap } from '../interruptions.ts';
import { Lab } from '../lab.ts';
import { Resource } from '../resource.ts';
import type { Sample } from '../run/series.ts';
import { beforeAfter, sights, type Sight } from '../sight.ts';
import type { Drill, Findings } from './drill.ts';
import { NAT_IP } from './world.ts';

const EVERY_MS = 50;
/** Shorter than the second after which a lost SYN is sent again: an attempt is one packet there and one back. */
const ATTEMPT_MS = 900;
const QUIET_MS = 500;
const SAMPLES_MIN = 20;

const WORLD = readFileSync(join(import.meta.dirname, '../worlds/three.yaml'), 'utf8');

interface Streams {
  readonly inbound: readonly { readonly address: string; readonly samples: readonly Sample[] }[];
  readonly egress: readonly { readonly instanceId: string; readonly samples: readonly Sample[] }[];
}

async function begin(lab: Lab, addresses: readonly string[]): Promise<void> {
  await lab.site.internet.ask('beginStreams', { addresses, everyMs: EVERY_MS, timeoutMs: ATTEMPT_MS });
  await Promise.all([...lab.guests.values()].map((guest) => guest.ask('beginStream', { ...LINE_ECHO, everyMs: EVERY_MS, timeoutMs: ATTEMPT_MS })));
}

async function end(lab: Lab): Promise<Streams> {
  const [inbound, egress] = await Promise.all([
    lab.site.internet.ask('endStreams', {}),
    Promise.all([...lab.guests].map(async ([instanceId, guest]) => ({ instanceId, samples: await guest.ask('endStream', {}) }))),
  ]);
  return { inbound, egress };
}

const longest = (gaps: readonly Gap[]): number => Math.max(0, ...gaps.map(lengthOf));

/** What must be seen of each: the NAT gateway's address on the way out, the own one on the way in. */
function faultsOf(before: readonly Sight[], after: readonly Sight[]): readonly string[] {
  return after.flatMap(({ instanceId, egress, inbound }) => {
    const own = before.find((sight) => sight.instanceId === instanceId)?.inbound ?? [];
    return [
      ...(egress === NAT_IP ? [] : [`${instanceId} leaves by ${egress || 'nothing'} and not by ${NAT_IP}`]),
      ...(inbound.join() === own.join() ? [] : [`${instanceId} answers on ${inbound.join() || 'nothing'} and did on ${own.join()}`]),
    ];
  });
}

const answered = (said: string): boolean => said !== '';

/** The answers in their order, without repetition. */
const inTurn = (samples: readonly Sample[]): readonly string[] =>
  samples.map(({ said }) => said).filter(answered).filter((said, index, all) => said !== all[index - 1]);

interface Measured {
  readonly lines: readonly string[];
  readonly faults: readonly string[];
  readonly inbound: readonly number[];
  readonly egress: readonly number[];
}

/** What arrives may fail while its own EIP is away; what leaves, while any is on its way. */
function measured({ windows }: Lab, { inbound, egress }: Streams, before: readonly Sight[]): Measured {
  const arriving = inbound.map(({ address, samples }) => ({ name: `to ${address}`, samples, windows: windows.of(address), seen: '' }));
  const leaving = egress.map(({ instanceId, samples }) => ({ name: `from ${instanceId}`, samples, windows: windows.all, seen: inTurn(samples).join(', then ') }));
  const all = [...arriving, ...leaving];
  return {
    lines: [
      ...arriving.map(({ name, samples, windows: its }) => `${name}: ${samples.length} connections, none for ${longest(gapsOf(samples, answered))} ms; the EIP was away for ${its.map(({ fromMs, toMs }) => toMs - fromMs).join(', ') || 0} ms`),
      ...leaving.map(({ name, samples, seen }) => `${name}: ${samples.length} connections, none for ${longest(gapsOf(samples, answered))} ms; seen as ${seen}`),
    ],
    faults: [
      ...all.flatMap(({ name, samples, windows: its }) => strays(samples, answered, its).slice(0, 3).map(({ startMs }) => `${name}: a connection failed at ${new Date(startMs).toISOString()}, outside every window`)),
      ...all.filter(({ samples }) => samples.length < SAMPLES_MIN).map(({ name, samples }) => `${name}: only ${samples.length} connections were tried`),
      ...leaving.filter(({ name, seen }) => seen !== wayOf(before.find(({ instanceId }) => name === `from ${instanceId}`)?.egress ?? '')).map(({ name, seen }) => `${name}: seen as ${seen}`),
    ],
    inbound: arriving.map(({ samples }) => longest(gapsOf(samples, answered))),
    egress: leaving.map(({ samples }) => longest(gapsOf(samples, answered))),
  };
}

/** First by what it was, then by the gateway: by nothing else, and never back. */
const wayOf = (own: string): string => (own === NAT_IP ? NAT_IP : `${own}, then ${NAT_IP}`);

async function run(site: Lab['site'], print: (line: string) => void): Promise<Findings> {
  await using lab = await Lab.open({ site, name: 'unify', world: WORLD, lockstep: false, print });
  const resource = new Resource(lab.kubernetesUrl);
  await lab.compare();
  const before = await sights(lab);
  for (const { instanceId, egress, inbound } of before) print(`before: ${instanceId} leaves by ${egress}, answers on ${inbound.join() || 'nothing'}`);
  await begin(lab, ['47.98.1.1', '47.98.1.2', '47.98.1.3']);
  await scheduler.wait(QUIET_MS);
  lab.controller.start();
  await resource.apply({ rollout: { maxInProgress: 2 } });
  await lab.until('Ready', async () => (await resource.condition('Ready'))?.status === 'True');
  await scheduler.wait(QUIET_MS);
  const { lines, faults, inbound, egress } = measured(lab, await end(lab), before);
  await lab.compare();
  const after = await sights(lab);
  return {
    lines: [...beforeAfter(before, after), ...lines], faults: [...faultsOf(before, after), ...faults],
    statesCompared: lab.statesCompared, disagreements: lab.disagreements, interruptions: { inbound, egress },
  };
}

export const drill: Drill = {
  name: 'unify', lane: 1,
  description: 'before each leaves by its own address, after it by the NAT gateway; who connects every 50 ms misses only the window',
  run,
};
