// The procedure itself, with packets as the judge and a client that never stops: who leaves by what and answers where, before and after,
// and how long each instance was not reached, or did not get out, meanwhile.
import { scheduler } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINE_ECHO } from '../internet/calls.ts';
import { figuresOf, gapsOf, lengthOf, liesIn, type Gap } from '../interruptions.ts';
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

function measured(lab: Lab, { inbound, egress }: Streams): { readonly lines: readonly string[]; readonly faults: readonly string[]; readonly inboundMs: readonly number[]; readonly egressMs: readonly number[] } {
  const arriving = inbound.map(({ address, samples }) => ({ address, gaps: gapsOf(samples, (said) => said !== ''), windows: lab.windows.of(address), count: samples.length }));
  const leaving = egress.map(({ instanceId, samples }) => ({ instanceId, gaps: gapsOf(samples, (said) => said !== ''), count: samples.length }));
  const windows = lab.windows.all;
  return {
    lines: [
      ...arriving.map(({ address, gaps, count, windows: its }) => `to ${address}: ${count} connections, not reached for ${longest(gaps)} ms (the EIP was away for ${its.map(({ fromMs, toMs }) => toMs - fromMs).join(', ') || 0} ms)`),
      ...leaving.map(({ instanceId, gaps, count }) => `from ${instanceId}: ${count} connections, did not get out for ${longest(gaps)} ms`),
    ],
    faults: [
      ...arriving.flatMap(({ address, gaps, windows: its }) => gaps.filter((gap) => !liesIn(gap, its, 2 * EVERY_MS)).map((gap) => `${address} was not reached for ${lengthOf(gap)} ms outside its window`)),
      ...leaving.flatMap(({ instanceId, gaps }) => gaps.filter((gap) => !liesIn(gap, windows, ATTEMPT_MS)).map((gap) => `${instanceId} did not get out for ${lengthOf(gap)} ms outside every window`)),
      ...[...arriving, ...leaving].filter(({ count }) => count < 20).map(({ count }) => `only ${count} connections were tried`),
    ],
    inboundMs: arriving.map(({ gaps }) => longest(gaps)),
    egressMs: leaving.map(({ gaps }) => longest(gaps)),
  };
}

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
  const figures = measured(lab, await end(lab));
  await lab.compare();
  const after = await sights(lab);
  const { p50, max } = figuresOf(figures.inboundMs);
  return {
    lines: [...beforeAfter(before, after), ...figures.lines, `not reached: ${p50} ms at the median, ${max} ms at most`],
    faults: [...faultsOf(before, after), ...figures.faults],
    statesCompared: lab.statesCompared, disagreements: lab.disagreements,
    interruptions: { inbound: figures.inboundMs, egress: figures.egressMs },
  };
}

export const drill: Drill = {
  name: 'unify',
  description: 'before each leaves by its own address, after it by the NAT gateway; who connects every 50 ms misses only the window',
  run,
};
