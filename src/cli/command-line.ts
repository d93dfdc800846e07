/**
 * The commands and their flags, described once: commander parses by it, --help shows it, and docs/reference/command-line.md is made from it.
 * Reads nothing but the command line and, by commander, the twins of the settings in the environment.
 */
import { Argument, Command, Option } from 'commander';
import { INSTANCE_ID, IPV4_RANGE, REGION_ID, VPC_ID } from '../api/cloud-fields.ts';
import type { ListenAddress } from '../adapters/health/server.ts';
import type { Options } from '../options.ts';
import { helpOf } from './examples.ts';
import { countOrPercent, hourlyFee, idOf, namesOf, request, setting, trueOrFalse, url, type HourlyFee } from './flag.ts';
import { FOR_PEOPLE, KUBE_SYSTEM, leaseNamespace, ofCloud, ofCluster, ofFences, ofIdentity, output, withBilling, withLog } from './flag-groups.ts';
import { listenAddress, someListenAddress } from './listen-address.ts';

export type Output = 'table' | 'json';

/** `plan`: of what, and how it is shown. */
export interface PlanRequest {
  readonly subject: { readonly name: string } | { readonly file: string };
  readonly output: Output;
  readonly eipHourlyFee?: HourlyFee;
}

/** `restore`: whose EIPs come home. */
export interface RestoreRequest {
  readonly regionId: string;
  readonly vpcId: string;
  /** Default: every instance that the tags name. */
  readonly instances?: readonly string[];
  readonly maxInProgress: number | string;
  /** Without asking. */
  readonly yes: boolean;
  /** Although a controller holds the lease. */
  readonly ignoreLease: boolean;
}

/** `guest-commands`: what is done with them, and where. */
export interface GuestCommandsRequest {
  readonly doing: 'list' | 'register';
  readonly regionId: string;
  readonly output: Output;
}

/** `prober`: where it listens, and at which IPv4 ranges it may knock; none: at whatever is an address of the Internet. */
export interface ProberRequest {
  readonly listen: ListenAddress;
  readonly allowCidrs: readonly string[];
}

/** Flags as commander gives them; what a command does not have is absent. */
type Needed = 'network' | 'credentials' | 'logLevel';
export type Flags = Partial<Omit<Options, 'environment' | 'version' | 'instance' | Needed>> & Pick<Options, Needed>;

/** What is to be done with each command. */
export interface Asked {
  readonly run: (flags: Flags) => Promise<void>;
  readonly instances: (flags: Flags, name: string, output: Output) => Promise<void>;
  readonly plan: (flags: Flags, request: PlanRequest) => Promise<void>;
  readonly restore: (flags: Flags, request: RestoreRequest) => Promise<void>;
  readonly guestCommands: (flags: Flags, request: GuestCommandsRequest) => Promise<void>;
  readonly prober: (flags: Pick<Flags, 'logLevel'>, request: ProberRequest) => Promise<void>;
}

export interface Program {
  /** As it was called: egress-unification, or kubectl egress. */
  readonly name: string;
  readonly version: string;
  /** A controller starts when no command is named; a person's tool shows its help. */
  readonly runsByDefault: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const DESCRIPTION = `Makes ECS instances leave the Internet by the NAT gateway's EIP and stay reachable on their own public IP.
Settings can be given as environment variables too: --cloud-endpoint as EGRESS_CLOUD_ENDPOINT.`;

function addRun(program: Command, { name, runsByDefault }: Program, asked: Asked): void {
  const command = program.command('run', { isDefault: runsByDefault })
    .summary(`run the controller${runsByDefault ? ' (default)' : ''}`)
    .description(`run the controller${runsByDefault ? ' (default)' : ''}: watch the resources of a cluster, move addresses, keep them so`)
    .optionsGroup('Controller:')
    .addOption(setting('leader-elect', 'true|false', 'act only while holding the lease egress-unification, so that several replicas can run; false only where nobody else acts for the cluster').argParser(trueOrFalse).default(true))
    .addOption(leaseNamespace())
    .addOption(setting('observe-only', '', 'begin nothing; windows that are open are closed').default(false))
    .addOption(setting('allow-guest-commands', '', 'run commands of ours in guests, as root, through Cloud Assistant, where spec.verification.egress or spec.guestRouting asks for it; RAM must allow it too').default(false))
    .addOption(setting('prober', 'url', 'let a prober elsewhere (the command prober) try the connections of spec.verification.inbound; without it they are tried from here').argParser(url))
    .addOption(setting('metrics-address', 'address', 'serve /metrics for Prometheus here, such as 127.0.0.1:8080; 0: not at all').argParser(listenAddress).default(listenAddress(':8080'), ':8080'))
    .addOption(setting('health-address', 'address', 'serve /livez and /readyz here; 0: not at all').argParser(listenAddress).default(listenAddress(':8081'), ':8081'));
  withLog(withBilling(ofIdentity(ofFences(ofCloud(ofCluster(command, 'the service account of the pod'))), KUBE_SYSTEM)), 'info')
    .addHelpText('after', helpOf('run', name))
    .action((flags: Flags) => asked.run(flags));
}

function addInstances(program: Command, { name }: Program, asked: Asked): void {
  const command = program.command('instances').argument('<name>', 'name of the EgressUnification')
    .summary('print every instance of a resource; writes nothing')
    .description('print every instance of an EgressUnification: public IP, EIP, ENI, state and reason. It writes nothing')
    .optionsGroup('Output:').addOption(output());
  withLog(withBilling(ofIdentity(ofFences(ofCloud(ofCluster(command, FOR_PEOPLE))), KUBE_SYSTEM)), 'error')
    .addHelpText('after', helpOf('instances', name))
    .action((resource: string, { output: format, ...flags }: Flags & { output: Output }) => asked.instances(flags, resource, format));
}

interface PlanFlags extends Flags {
  readonly output: Output;
  readonly filename?: string;
  readonly eipHourlyFee?: HourlyFee;
}

function addPlan(program: Command, { name }: Program, asked: Asked): void {
  const command = program.command('plan').argument('[name]', 'name of an EgressUnification in the cluster')
    .summary('say what would be done, interrupted and paid; writes nothing')
    .description('print what would be done to each instance, what it interrupts and costs, what stands in the way, and which addresses partners must be told. It writes nothing.\n'
      + 'With -f it needs no cluster: it knows one only where --kubeconfig or --context is given')
    .optionsGroup('What to plan:')
    .addOption(new Option('-f, --filename <file>', 'file with one EgressUnification, YAML or JSON; - is standard input'))
    .addOption(request('eip-hourly-fee', 'amount', 'configuration fee of an EIP for an hour in your region, such as 0.02CNY: the monthly sum is made from it').argParser(hourlyFee))
    .optionsGroup('Output:').addOption(output());
  withLog(withBilling(ofIdentity(ofFences(ofCloud(ofCluster(command, `with -f no cluster, else ${FOR_PEOPLE}`))), `${KUBE_SYSTEM}, where there is a cluster`)), 'error')
    .addHelpText('after', helpOf('plan', name))
    .action((resource: string | undefined, { output: format, filename, eipHourlyFee, ...flags }: PlanFlags) => {
      const subject = subjectOf(resource, filename) ?? command.error('error: give either the name of an EgressUnification or -f FILE');
      return asked.plan(flags, { subject, output: format, ...(eipHourlyFee && { eipHourlyFee }) });
    });
}

function subjectOf(name: string | undefined, file: string | undefined): PlanRequest['subject'] | undefined {
  if (name !== undefined && file !== undefined) return undefined;
  if (file !== undefined) return { file };
  return name === undefined ? undefined : { name };
}

interface RestoreFlags extends Flags {
  readonly region: string;
  readonly vpc: string;
  readonly maxInProgress: number | string;
  readonly yes?: boolean;
  readonly ignoreLease?: boolean;
  readonly instance?: readonly string[];
}

function addRestore(program: Command, { name }: Program, asked: Asked): void {
  const command = program.command('restore')
    .summary('bring EIPs home by the tags in the cloud, without Kubernetes')
    .description('bring EIPs home to their instances from what the tags in the cloud say, without Kubernetes, for the day when the cluster is gone.\n'
      + 'It shows the list and asks first. It can be interrupted and run again. Exit code 0: the cloud shows every EIP at home; 1: not every one; 2: it did not begin.\n'
      + 'It stops no controller: one that still runs would move the EIPs back. With --kubeconfig it looks first whether one renews its lease')
    .optionsGroup('Which:')
    .addOption(request('region', 'id', 'region of the VPC').argParser(idOf(REGION_ID)).makeOptionMandatory())
    .addOption(request('vpc', 'id', 'the VPC').argParser(idOf(VPC_ID)).makeOptionMandatory())
    .addOption(request('instance', 'id', 'only this instance (repeatable, or several between commas)').argParser(namesOf(INSTANCE_ID)))
    .optionsGroup('How:')
    .addOption(request('max-in-progress', 'n|%', 'instances that may be under way at once: a number or a percentage').argParser(countOrPercent).default(1))
    .addOption(request('yes', '', 'do not ask; needed where nobody sits at a terminal'))
    .addOption(request('ignore-lease', '', 'go on although a controller renews its lease'));
  withLog(ofIdentity(ofFences(ofCloud(ofCluster(command, 'no cluster is asked').addOption(leaseNamespace()))), 'default the only one that is found in the VPC'), 'error')
    .addHelpText('after', helpOf('restore', name))
    .action(({ region, vpc, instance, maxInProgress, yes = false, ignoreLease = false, ...flags }: RestoreFlags) =>
      asked.restore(flags, { regionId: region, vpcId: vpc, maxInProgress, yes, ignoreLease, ...(instance && { instances: instance }) }));
}

interface GuestCommandsFlags extends Flags {
  readonly region: string;
  readonly output: Output;
}

function addGuestCommands(program: Command, { name }: Program, asked: Asked): void {
  const command = program.command('guest-commands')
    .addArgument(new Argument('<do>', 'list or register').choices(['list', 'register']))
    .summary('list or register the commands that run in guests')
    .description('list or register, in a region, the commands of this version that run in guests. Once they are registered the controller invokes them by their ids and needs no right to run any other text.\n'
      + 'A command counts as registered when its content is what this version would run. register creates what is missing and changes nothing else. Exit code 0: all are registered, or they were only listed')
    .optionsGroup('Which:')
    .addOption(request('region', 'id', 'region of the instances').argParser(idOf(REGION_ID)).makeOptionMandatory())
    .optionsGroup('Output:').addOption(output());
  withLog(ofCloud(command), 'error')
    .addHelpText('after', helpOf('guest-commands', name))
    .action((doing: GuestCommandsRequest['doing'], { region, output: format, ...flags }: GuestCommandsFlags) =>
      asked.guestCommands(flags, { doing, regionId: region, output: format }));
}

interface ProberFlags extends Pick<Flags, 'logLevel'> {
  readonly listen: ListenAddress;
  readonly allowCidr?: readonly string[];
}

function addProber(program: Command, { name }: Program, asked: Asked): void {
  const command = program.command('prober')
    .summary('try connections for a controller that cannot try them from outside')
    .description('try TCP connections for controllers that run with --prober, from where this stands: outside the VPC it sees what the Internet sees. It needs no credentials and no cluster.\n'
      + 'It tells whoever asks which ports answer, so let only the controllers reach it')
    .optionsGroup('Prober:')
    .addOption(setting('listen', 'address', 'serve GET /?address=A&port=P here').argParser(someListenAddress).default(someListenAddress(':8090'), ':8090'))
    .addOption(setting('allow-cidr', 'range', 'knock at no address outside (repeatable, or several between commas); without it at every address of the Internet, and at no other').argParser(namesOf(IPV4_RANGE)));
  withLog(command, 'info')
    .addHelpText('after', helpOf('prober', name))
    .action(({ listen, allowCidr = [], logLevel }: ProberFlags) => asked.prober({ logLevel }, { listen, allowCidrs: allowCidr }));
}

/** For commander a switch is on as soon as its variable is there, whatever it says: EGRESS_ALLOW_BILLING_CHANGES=false would allow them. */
function readSwitches(command: Command, environment: Program['environment']): void {
  for (const option of command.options) {
    const name = option.attributeName();
    if (!option.isBoolean() || option.envVar === undefined || command.getOptionValueSource(name) !== 'env') continue;
    const said = environment[option.envVar] ?? '';
    if (!['true', 'false', ''].includes(said)) command.error(`error: ${option.envVar} is "${said}": it must be true or false`);
    command.setOptionValueWithSource(name, said === 'true', 'env');
  }
}

/** The program. Bad flags are one line on standard error and exit code 2. */
export function commandLine(program: Program, asked: Asked): Command {
  const command = new Command(program.name)
    .description(DESCRIPTION)
    .version(program.version)
    .configureOutput({ outputError: (text, write) => { write(`${text.trim().replaceAll('\n', ' ')}\n`); } })
    .exitOverride((error) => { process.exit(error.exitCode === 0 ? 0 : 2); })
    .addHelpText('after', `\n${program.name} <command> --help explains a command by examples.`);
  command.hook('preAction', (_, called) => readSwitches(called, program.environment));
  for (const add of [addRun, addInstances, addPlan, addRestore, addGuestCommands, addProber]) add(command, program, asked);
  return command;
}
