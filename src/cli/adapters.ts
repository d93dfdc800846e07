/** The adapters as options ask for them: the machine's clock, credentials, the cloud, the prober, the connection to the API server, standard input. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { chooseCredentials } from '../adapters/alicloud/credentials.ts';
import { createClouds, type AlicloudClouds } from '../adapters/alicloud/clouds.ts';
import type { CloudOptions } from '../adapters/alicloud/clouds.ts';
import type { KeySource } from '../adapters/alicloud/keys.ts';
import { systemClock, systemRandom } from '../adapters/clock.ts';
import { connect, type Connection } from '../adapters/kubernetes/connection.ts';
import { TcpProber } from '../adapters/prober.ts';
import { RemoteProber } from '../adapters/prober-remote.ts';
import type { Options } from '../options.ts';
import type { Prober } from '../ports/prober.ts';
import type { Log } from '../ports/runtime.ts';
import { UsageProblem } from './usage-problem.ts';

const readIfThere = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined);

export function credentialsOf(options: Options): Promise<KeySource> {
  const { credentials: kind, network, environment: env, credentialsDirectory, ecsRoleName } = options;
  return chooseCredentials({
    kind, env, network, clock: systemClock, readText: readIfThere,
    ...(credentialsDirectory !== undefined && { directory: credentialsDirectory }),
    ...(ecsRoleName !== undefined && { ecsRoleName }),
  });
}

export function cloudsOf(options: Options, more: Pick<CloudOptions, 'credentials' | 'log' | 'mayAct' | 'metrics'>): AlicloudClouds {
  const { network, cloudEndpoint, allowGuestCommands } = options;
  return createClouds({ network, allowGuestCommands, clock: systemClock, random: systemRandom, userAgent: userAgent(options), ...more, ...(cloudEndpoint !== undefined && { endpoint: cloudEndpoint }) });
}

/** From here, or from wherever the options say that a prober stands. */
export const proberOf = ({ prober }: Options, log: Log): Prober => (prober === undefined ? new TcpProber({ clock: systemClock }) : new RemoteProber(prober, { clock: systemClock, log }));

export const userAgent = ({ version }: Options): string => `egress-unification/${version}`;

export const openConnection = (options: Options): Promise<Connection> =>
  connect({ clock: systemClock, userAgent: userAgent(options), kubeconfig: options.kubeconfig, context: options.context });

/** The text of a file; - is standard input. Rejects with UsageProblem. */
export async function readText(path: string): Promise<string> {
  try {
    return await (path === '-' ? text(process.stdin) : readFile(path, 'utf8'));
  } catch (error) {
    throw new UsageProblem(`-f ${path} cannot be read: ${error instanceof Error && 'code' in error ? String(error.code) : String(error)}`);
  }
}
