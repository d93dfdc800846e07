/**
 * Flags and environment → one frozen, validated Options. The only file that reads the environment: every setting has a twin
 * EGRESS_… (--cloud-endpoint ↔ EGRESS_CLOUD_ENDPOINT); the credentials' variables are the cloud's own. The flags themselves are described
 * in src/cli/command-line.ts.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import type { CredentialsKind } from './adapters/alicloud/credentials.ts';
import type { CloudNetwork } from './adapters/alicloud/endpoints.ts';
import type { ListenAddress } from './adapters/health/server.ts';
import type { LogLevel } from './adapters/log.ts';
import { commandLine, type Flags, type GuestCommandsRequest, type Output, type PlanRequest, type ProberRequest, type Program, type RestoreRequest } from './cli/command-line.ts';
import type { Fences } from './core/fences.ts';

export interface Options {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly network: CloudNetwork;
  readonly cloudEndpoint?: string;
  readonly credentials: CredentialsKind;
  readonly credentialsDirectory?: string;
  readonly ecsRoleName?: string;
  readonly clusterId?: string;
  readonly observeOnly: boolean;
  readonly allowBillingChanges: boolean;
  /** Commands of ours may run in guests. */
  readonly allowGuestCommands: boolean;
  /** URL of a prober elsewhere. */
  readonly prober?: string;
  /** Act only as the holder of the lease. */
  readonly leaderElect: boolean;
  readonly leaseNamespace: string;
  /** Where /metrics, and where /livez and /readyz are served. */
  readonly metricsAddress: ListenAddress | 'off';
  readonly healthAddress: ListenAddress | 'off';
  /** Regions, VPCs and tags of instances outside which nothing is done. */
  readonly allowRegion?: readonly string[];
  readonly allowVpc?: readonly string[];
  readonly requireInstanceTag?: Readonly<Record<string, string>>;
  readonly logLevel: LogLevel;
  /** The process environment, for the credentials alone. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Which process speaks: the pod's name. */
  readonly instance: string;
}

/** What a command line asks for. */
export interface Commands {
  readonly run: (options: Options) => Promise<void>;
  readonly instances: (options: Options, name: string, output: Output) => Promise<void>;
  readonly plan: (options: Options, request: PlanRequest) => Promise<void>;
  readonly restore: (options: Options, request: RestoreRequest) => Promise<void>;
  readonly guestCommands: (options: Options, request: GuestCommandsRequest) => Promise<void>;
  readonly prober: (logLevel: LogLevel, request: ProberRequest) => Promise<void>;
}

interface PackageFile {
  readonly version: string;
}

const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageFile).version;

/** What a command has no flag for. */
const DEFAULTS = { observeOnly: false, allowBillingChanges: false, allowGuestCommands: false, leaderElect: false, leaseNamespace: '', metricsAddress: 'off', healthAddress: 'off' } as const;

function optionsOf(flags: Flags, environment: NodeJS.ProcessEnv): Options {
  return Object.freeze({ ...DEFAULTS, ...flags, environment, version: VERSION, instance: environment['HOSTNAME'] ?? 'egress-unification' });
}

/** People have their kubeconfig where kubectl looks for it; a pod has its service account. */
function withUsualKubeconfig(flags: Flags, environment: NodeJS.ProcessEnv): Flags {
  const inPod = environment['KUBERNETES_SERVICE_HOST'] !== undefined;
  const named = environment['KUBECONFIG'] || join(homedir(), '.kube', 'config');
  const usual = inPod ? undefined : named.split(delimiter).find((path) => path !== '' && existsSync(path));
  return usual === undefined ? flags : { kubeconfig: usual, ...flags };
}

/** kubectl runs what is called kubectl-egress as `kubectl egress`. */
export function programOf([, script = '']: readonly string[], environment: Program['environment'] = process.env): Program {
  const isPlugin = /^kubectl-egress(\.[a-z]+)?$/.test(basename(script));
  return { name: isPlugin ? 'kubectl egress' : 'egress-unification', version: VERSION, runsByDefault: !isPlugin, environment };
}

/** Parses and runs. Bad flags are one line on standard error and exit code 2. */
export async function runCommandLine(argv: readonly string[], commands: Commands): Promise<void> {
  const environment = process.env;
  const ofPerson = (flags: Flags): Options => optionsOf(withUsualKubeconfig(flags, environment), environment);
  const program = commandLine(programOf(argv), {
    run: (flags) => commands.run(optionsOf(flags, environment)),
    instances: (flags, name, output) => commands.instances(ofPerson(flags), name, output),
    plan: (flags, request) => commands.plan('file' in request.subject && flags.context === undefined ? optionsOf(flags, environment) : ofPerson(flags), request),
    restore: (flags, request) => commands.restore(optionsOf(flags, environment), request),
    guestCommands: (flags, request) => commands.guestCommands(optionsOf(flags, environment), request),
    prober: ({ logLevel }, request) => commands.prober(logLevel, request),
  });
  await program.parseAsync([...argv]);
}

/** What the flags fence in. */
export const fencesOf = ({ allowRegion, allowVpc, requireInstanceTag }: Options): Fences => ({
  instanceTags: requireInstanceTag ?? {},
  ...(allowRegion && { regions: allowRegion }),
  ...(allowVpc && { vpcs: allowVpc }),
});
