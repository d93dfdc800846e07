// What packets show of an instance: which address curl in its guest is told, and who answers on public addresses.
import type { Lab } from './lab.ts';

export interface Sight {
  readonly instanceId: string;
  /** What a service outside tells curl in the guest; '' when nothing comes back. */
  readonly egress: string;
  /** Public addresses on which a session as SSH has it worked. */
  readonly inbound: readonly string[];
}

const CURL = 'curl -sS --max-time 3 https://plain.echo.example/';
const CURL_MS = 10_000;
const SESSION_MS = 1_000;

/** Every public address of the lab. */
export const publicAddresses = ({ state }: Lab): readonly string[] =>
  [...new Set([...state.instances.all().map(({ publicIp }) => publicIp).filter((ip) => ip !== ''), ...state.eips.all().map(({ ip }) => ip)])].sort();

/** Looks at all instances that run. */
export async function sights(lab: Lab): Promise<readonly Sight[]> {
  const addresses = publicAddresses(lab);
  const ids = [...lab.guests.keys()].sort();
  const [answers, egress] = await Promise.all([
    lab.site.internet.ask('sessions', { addresses, timeoutMs: SESSION_MS }),
    Promise.all(ids.map((id) => lab.guest(id).ask('run', { name: 'curl', script: CURL, timeoutMs: CURL_MS }))),
  ]);
  return ids.map((instanceId, index) => {
    const ran = egress[index];
    return { instanceId, egress: ran?.exitCode === 0 ? ran.output.trim() : '', inbound: addresses.filter((_, at) => answers[at] === instanceId) };
  });
}

const shown = ({ egress, inbound }: Sight): string => `leaves by ${egress || 'nothing'}, answers on ${inbound.join(', ') || 'nothing'}`;

/** Before and after, a line for each instance. */
export const beforeAfter = (before: readonly Sight[], after: readonly Sight[]): readonly string[] =>
  after.map((sight) => {
    const former = before.find(({ instanceId }) => instanceId === sight.instanceId);
    return `${sight.instanceId}: ${former ? shown(former) : '-'} → ${shown(sight)}`;
  });
