/**
 * Flags and environment → one frozen, validated Options. The only file that reads the environment: every flag has a twin
 * EGRESS_… (--cloud-endpoint ↔ EGRESS_CLOUD_ENDPOINT); the credentials' variables are the cloud's own.
 */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CREDENTIAL_KINDS, type CredentialsKind } from './adapters/alicloud/credentials.ts';
import type { CloudNetwork } from './adapters/alicloud/endpoints.ts';
import type { LogLevel } from './adapters/log.ts';
import { REGION_ID, VPC_ID } from './api/cloud-fields.ts';
import type { TextRule } from './api/fields.ts';
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
  /** Act only as the holder of the lease. */
  readonly leaderElect: boolean;
  readonly leaseNamespace: string;
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

export type Output = 'table' | 'json';

/** What a command line asks for. */
export interface Commands {
  readonly run: (options: Options) => Promise<void>;
  readonly instances: (options: Options, name: string, output: Output) => Promise<void>;
}

interface PackageFile {
  readonly version: string;
}

const VERSION = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageFile).version;

function url(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError('It must be a URL such as https://gateway.example.');
  return text;
}

/** Tag values have at most 128 characters (facts 2.12). */
function clusterId(text: string): string {
  if (!/^[A-Za-z0-9._-]{1,128}$/.test(text)) throw new InvalidArgumentError('It must be 1 to 128 letters, digits, ".", "_" or "-".');
  return text;
}

function trueOrFalse(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.');
  return text === 'true';
}

/** A DNS label (RFC 1123). */
function namespaceName(text: string): string {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('It must be the name of a namespace.');
  return text;
}

/** A flag that may be given several times, each time with one name or several between commas. */
const namesOf = ({ pattern, lengthMax, remedy }: TextRule) => (text: string, before: readonly string[] = []): readonly string[] => {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !pattern.test(name) || name.length > lengthMax);
  if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}": ${remedy}.`);
  return [...before, ...names];
};

/** Keys have 1 to 128 characters, values at most 128 (facts 2.12). Values may hold a comma, so each tag is a flag of its own. */
function instanceTags(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, key = '', value = ''] = /^([^=]{1,128})=(.{0,128})$/s.exec(text) ?? [];
  if (key === '') throw new InvalidArgumentError('It must be a tag such as egress=allowed.');
  return { ...before, [key]: value };
}

const twin = (flag: string): string => `EGRESS_${flag.replaceAll('-', '_').toUpperCase()}`;

function option(flag: string, argument: string, description: string): Option {
  return new Option(`--${flag}${argument === '' ? '' : ` <${argument}>`}`, description).env(twin(flag));
}

function withConnection(command: Command): Command {
  return command
    .addOption(option('kubeconfig', 'path', 'kubeconfig of the cluster; without it the service account of the pod'))
    .addOption(option('context', 'name', 'context of the kubeconfig; default its current one'))
    .addOption(option('network', 'vpc|public', 'which endpoints of the cloud to call').choices(['vpc', 'public']).default('public'))
    .addOption(option('cloud-endpoint', 'url', 'call ECS and VPC at this URL instead (simulator, private gateway)').argParser(url))
    .addOption(option('credentials', 'kind', 'where the cloud credentials come from; auto: RRSA, else the ALIBABA_CLOUD_ACCESS_KEY_* environment, else mounted files').choices([...CREDENTIAL_KINDS]).default('auto'))
    .addOption(option('credentials-directory', 'path', 'directory with access-key-id, access-key-secret and security-token'))
    .addOption(option('ecs-role-name', 'name', 'instance role for --credentials ecs-role'))
    .addOption(option('cluster-id', 'id', 'whose tags are ours; default the UID of the namespace kube-system').argParser(clusterId))
    .addOption(option('allow-billing-changes', '', 'let spec.subscriptionBilling ChangeToPayAsYouGo take effect; it is irreversible and costs money').default(false))
    .addOption(option('allow-region', 'id', 'work for no other region (repeatable, or several between commas)').argParser(namesOf(REGION_ID)))
    .addOption(option('allow-vpc', 'id', 'work for no other VPC (repeatable, or several between commas)').argParser(namesOf(VPC_ID)))
    .addOption(option('require-instance-tag', 'key=value', 'write to no instance without this tag, but to close a window (repeatable: all of them)').argParser(instanceTags))
    .addOption(option('log-level', 'level', 'least severe line that is logged').choices(['debug', 'info', 'warn', 'error']).default('info'));
}

/** What only `run` has is absent elsewhere. */
type RunFlags = 'observeOnly' | 'leaderElect' | 'leaseNamespace';
type Flags = Omit<Options, 'environment' | 'version' | 'instance' | RunFlags> & Partial<Pick<Options, RunFlags>>;

function optionsOf(flags: Flags, environment: NodeJS.ProcessEnv): Options {
  return Object.freeze({ observeOnly: false, leaderElect: false, leaseNamespace: '', ...flags, environment, version: VERSION, instance: environment['HOSTNAME'] ?? 'egress-unification' });
}

/** Parses and runs. Bad flags are one line on standard error and exit code 2. */
export async function runCommandLine(argv: readonly string[], commands: Commands): Promise<void> {
  const environment = process.env;
  const program = new Command('egress-unification')
    .description('Makes ECS instances leave the Internet by the NAT gateway\'s EIP and stay reachable on their own public IP.\nEvery flag can be given as an environment variable EGRESS_<FLAG>.')
    .version(VERSION)
    .configureOutput({ outputError: (text, write) => { write(`${text.trim().replaceAll('\n', ' ')}\n`); } })
    .exitOverride((error) => { process.exit(error.exitCode === 0 ? 0 : 2); });
  withConnection(program.command('run', { isDefault: true }).description('run the controller (default)'))
    .addOption(option('leader-elect', 'true|false', 'act only while holding the lease egress-unification, so that several replicas can run; false only where nobody else acts for the cluster').argParser(trueOrFalse).default(true))
    .addOption(option('lease-namespace', 'name', 'namespace of the lease; the same for all controllers of a cluster, wherever they run').argParser(namespaceName).default('kube-system'))
    .addOption(option('observe-only', '', 'begin nothing; windows that are open are closed').default(false))
    .action((flags: Flags) => commands.run(optionsOf(flags, environment)));
  withConnection(program.command('instances').description('print every instance of an EgressUnification: public IP, EIP, ENI, state and reason'))
    .argument('<name>', 'name of the EgressUnification')
    .addOption(new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table'))
    .action((name: string, { output, ...flags }: Flags & { output: Output }) => commands.instances(optionsOf(flags, environment), name, output));
  await program.parseAsync([...argv]);
}

/** What the flags fence in. */
export const fencesOf = ({ allowRegion, allowVpc, requireInstanceTag }: Options): Fences => ({
  instanceTags: requireInstanceTag ?? {},
  ...(allowRegion && { regions: allowRegion }),
  ...(allowVpc && { vpcs: allowVpc }),
});
