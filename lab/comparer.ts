// The simulator's verdict against the kernel's: on which public address who answers, and which address the Internet sees of whom. A
// difference counts when it is still there after patient repetition; the state does not change meanwhile.
import { verdictOf } from '../sim/cloud/data-plane/verdict.ts';
import type { CloudState } from '../sim/cloud/state/cloud-state.ts';
import type { GuestCalls } from './guests/calls.ts';
import { LINE_ECHO, type InternetCalls } from './internet/calls.ts';
import type { Remote } from './run/remote.ts';

/** How long is waited for an answer, try after try. */
const PATIENCE_MS = [150, 600, 2_000] as const;
/** Connections per address that the way out may choose, so that a fair choice leaves none out. */
const TRIES_EACH = 16;

export interface Grounds {
  readonly state: CloudState;
  readonly internet: Remote<InternetCalls>;
  readonly guests: ReadonlyMap<string, Remote<GuestCalls>>;
}

/** Every public address of the world, those of NAT gateways and of nobody included. */
const publicIps = (state: CloudState): readonly string[] =>
  [...state.instances.all().map(({ publicIp }) => publicIp).filter((ip) => ip !== ''), ...state.eips.all().map(({ ip }) => ip)].sort();

async function inboundDifferences({ state, internet }: Grounds, timeoutMs: number): Promise<readonly string[]> {
  const addresses = publicIps(state);
  const answers = await internet.ask('knock', { addresses, times: 2, timeoutMs });
  const verdicts = state.instances.all().map((instance) => ({ id: instance.id, ips: verdictOf(state, instance).inboundIps }));
  return addresses.flatMap((address, index) => {
    const verdict = verdicts.filter(({ ips }) => ips.includes(address)).map(({ id }) => id).join();
    const kernel = [...new Set(answers[index] ?? [])].join(' or ');
    return verdict === kernel ? [] : [`inbound ${address}: the verdict says ${verdict || 'nobody'}, packets say ${kernel || 'nobody'}`];
  });
}

async function egressDifferences({ state, guests }: Grounds, timeoutMs: number): Promise<readonly string[]> {
  const asked = state.instances.all().map(async (instance) => {
    const verdict = [...verdictOf(state, instance).egressIps].sort();
    const guest = guests.get(instance.id);
    const times = verdict.length > 1 ? verdict.length * TRIES_EACH : 2;
    const answers = guest === undefined ? [] : await guest.ask('egress', { ...LINE_ECHO, times, timeoutMs });
    const kernel = [...new Set(answers)].filter((ip) => ip !== '' || verdict.length > 0).sort();
    return verdict.join() === kernel.join() ? [] : [`egress ${instance.id}: the verdict says ${verdict.join() || 'nothing'}, packets say ${kernel.join() || 'nothing'}`];
  });
  return (await Promise.all(asked)).flat();
}

/** What differs, for good; empty when verdict and kernel agree. */
export async function differences(grounds: Grounds): Promise<readonly string[]> {
  let found: readonly string[] = [];
  for (const timeoutMs of PATIENCE_MS) {
    found = (await Promise.all([inboundDifferences(grounds, timeoutMs), egressDifferences(grounds, timeoutMs)])).flat();
    if (found.length === 0) return [];
  }
  return found;
}
