/**
 * The Cloud port on Alibaba Cloud's own SDK. One pair of clients per region, one budget per account; everything that is sent goes through
 * the region's funnel. This folder is the only importer of the SDK.
 */
import type { Product } from '../../api/cloud-actions.ts';
import { CloudError } from '../../ports/cloud-error.ts';
import type { Cloud, Clouds } from '../../ports/cloud.ts';
import type { Guests } from '../../ports/guests.ts';
import { NO_METRICS, type Metrics } from '../../ports/metrics.ts';
import type { Clock, Log, Random } from '../../ports/runtime.ts';
import type { EipId, EniId, InstanceId, SecurityGroupId } from '../../core/ids.ts';
import type { Eip, Instance, InstanceType, NetworkInterface, SecurityGroup } from '../../core/view.ts';
import { rememberSecret } from '../redact.ts';
import type { Bucket } from './bucket.ts';
import { Budget } from './budget.ts';
import { socketClients, transportClients, type ClientOptions, type Transport } from './clients.ts';
import { INSTANCE_IDS_MAX, INSTANCE_TYPES_MAX, NETWORK_INTERFACE_IDS_MAX, readInstances, readInstanceTypes, readNetworkInterfaces, readSecurityGroups, SECURITY_GROUP_IDS_MAX } from './ecs-reads.ts';
import { endpointOf, EndpointProblem, parseEndpoint, type CloudNetwork, type Endpoint } from './endpoints.ts';
import { Funnel, type SentCall } from './funnel.ts';
import { CloudAssistant } from './guests.ts';
import { isInstanceGone, isNetworkInterfaceGone } from './gone.ts';
import type { Keys, KeySource } from './keys.ts';
import { Coalescer } from './looks.ts';
import { performOver } from './perform.ts';
import type { Region } from './region.ts';
import { readRegistrations, registerCommands, type Registration } from './registered-commands.ts';
import { Remembered } from './remembered.ts';
import { EIP_IDS_MAX, readEips, readNetwork } from './vpc-reads.ts';

export interface CloudOptions {
  readonly credentials: KeySource;
  readonly network: CloudNetwork;
  /** Both products at this URL, in every region, instead of the cloud's own names. */
  readonly endpoint?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Appended to the SDK's own User-Agent. */
  readonly userAgent?: string;
  /** How long a call may take; 10 s when not given. */
  readonly deadlineMs?: number;
  /** Calls per minute instead of the built-in limits, by action. */
  readonly perMinute?: Readonly<Record<string, number>>;
  /** Takes the place of sockets. */
  readonly transport?: Transport;
  /** Asked synchronously right before each write is sent; a write that may not be sent is `unavailable`. Default: it always may. */
  readonly mayAct?: () => boolean;
  /** Whether steps may be done in guests; default: they are refused. What is asked through `guests` is asked by permission of whoever asks. */
  readonly allowGuestCommands?: boolean;
  /** Told of every call that was sent; must not throw. */
  readonly onCall?: (call: SentCall) => void;
  readonly metrics?: Metrics;
}

/** The regions, and what is believed of their limits. */
export interface AlicloudClouds extends Clouds {
  /** Action → calls in a minute; where regions differ the least. */
  budgets(): ReadonlyMap<string, number>;
  /** Commands in the guests of a region. */
  readonly guests: (regionId: string) => Guests;
  /** Our commands as they are registered in a region; `register` adds those that are not. */
  readonly guestCommands: {
    readonly list: (regionId: string) => Promise<readonly Registration[]>;
    readonly register: (regionId: string) => Promise<readonly Registration[]>;
  };
}

/** What there is of one region. */
interface Place {
  readonly region: Region;
  readonly cloud: Cloud;
  readonly guests: Guests;
}

const DEADLINE_MS = 10_000;

/** Design section 5, "A look". When tokens run short, batches wait as long as they may, so that they are fewer and fuller. */
const IDLE_MS = 35;
const WAIT_MAX_MS = 200;

/** Instance types are static data (facts 2.5); the type and VPC of a group never change, but a group can be deleted. */
const TYPES_KEPT_MS = 24 * 3_600_000;
const GROUPS_KEPT_MS = 600_000;

/** Throws EndpointProblem for an endpoint that is no URL. */
export function createClouds(options: CloudOptions): AlicloudClouds {
  const override = options.endpoint === undefined ? undefined : parseEndpoint(options.endpoint);
  const buckets = new Map<string, Bucket>();
  const places = new Map<string, Place>();
  const placeOf = (regionId: string): Place => {
    const known = places.get(regionId);
    if (known) return known;
    const made = createPlace(options, endpointsOf(regionId, options.network, override), new Budget(regionId, options.clock, options.perMinute, buckets), regionId);
    places.set(regionId, made);
    return made;
  };
  return Object.assign((regionId: string): Cloud => placeOf(regionId).cloud, {
    budgets: () => leastOf(buckets),
    guests: (regionId: string) => placeOf(regionId).guests,
    guestCommands: { list: (regionId: string) => readRegistrations(placeOf(regionId).region), register: (regionId: string) => registerCommands(placeOf(regionId).region, options.random) },
  });
}

function leastOf(buckets: ReadonlyMap<string, Bucket>): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (const [key, { limit }] of buckets) {
    const action = key.slice(key.indexOf(':') + 1);
    least.set(action, Math.min(limit, least.get(action) ?? limit));
  }
  return least;
}

/** The region id is checked even where its name makes no host. */
function endpointsOf(regionId: string, network: CloudNetwork, override: Endpoint | undefined): Readonly<Record<Product, Endpoint>> {
  try {
    const own = { ecs: endpointOf('ecs', regionId, network), vpc: endpointOf('vpc', regionId, network) };
    return override ? { ecs: override, vpc: override } : own;
  } catch (error) {
    if (error instanceof EndpointProblem) throw new CloudError(error.message, { kind: 'refused', code: '', action: '' });
    throw error;
  }
}

function createPlace(options: CloudOptions, endpoints: Readonly<Record<Product, Endpoint>>, budget: Budget, regionId: string): Place {
  const region = regionOf(options, endpoints, budget, regionId);
  const { clock, random, log, metrics = NO_METRICS, allowGuestCommands = false } = options;
  const looks = looksAt(region, { budget, clock, metrics });
  const guests = new CloudAssistant(region, { clock, random, log, describeInstances: looks.describeInstances });
  const cloud: Cloud = {
    regionId,
    listInstances: (vpcId) => readInstances(region, { vpcId }),
    listNetworkInterfaces: (vpcId) => readNetworkInterfaces(region, { vpcId }),
    listEips: () => readEips(region),
    readNetwork: (vpcId) => readNetwork(region, vpcId),
    isInstanceGone: (id) => isInstanceGone(region, id),
    isNetworkInterfaceGone: (id) => isNetworkInterfaceGone(region, id),
    ...looks,
    ...memoryOf(region, { clock, metrics }),
    reserveWindow: () => budget.reserveWindow(),
    perform: performOver(region, random, allowGuestCommands ? guests : undefined),
  };
  return { region, cloud, guests };
}

function regionOf(options: CloudOptions, endpoints: Readonly<Record<Product, Endpoint>>, budget: Budget, regionId: string): Region {
  const { clock, log, transport, mayAct, onCall, metrics, deadlineMs = DEADLINE_MS } = options;
  const { credentials, latest } = remembering(options.credentials);
  const clientOptions: ClientOptions = { regionId, endpoints, credentials: latest, timeoutMs: deadlineMs, userAgent: options.userAgent ?? 'egress-unification' };
  return {
    regionId,
    clients: transport ? transportClients(clientOptions, transport) : socketClients(clientOptions),
    funnel: new Funnel({ regionId, clock, log, budget, credentials, deadlineMs, mayAct, onCall, metrics }),
  };
}

/**
 * Two faces of one source: the funnel asks it before each call, and the SDK, which asks once more on its way to the socket, gets what the
 * funnel got, so that nothing is waited for after the funnel's last question.
 */
function remembering(source: KeySource): { readonly credentials: KeySource; readonly latest: KeySource } {
  let last: Keys | undefined;
  const { name } = source;
  return {
    credentials: { name, get: async () => (last = noted(await source.get(), last)) },
    latest: { name, get: async () => last ?? (await source.get()) },
  };
}

type LookAction = 'DescribeInstances' | 'DescribeNetworkInterfaces' | 'DescribeEipAddresses';

function noted(keys: Keys, last: Keys | undefined): Keys {
  if (keys === last) return keys;
  rememberSecret(keys.accessKeySecret);
  rememberSecret(keys.securityToken);
  return keys;
}

function looksAt(region: Region, { budget, clock, metrics }: { budget: Budget; clock: Clock; metrics: Metrics }): Pick<Cloud, 'describeInstances' | 'describeNetworkInterfaces' | 'describeEips'> {
  const pace = (api: LookAction): { clock: Clock; waitMaxMs: number; idleMs: (urgent: boolean) => number; sent: (ids: number) => void } =>
    ({ clock, waitMaxMs: WAIT_MAX_MS, idleMs: (urgent) => (budget.isScarce(api) && !urgent ? WAIT_MAX_MS : IDLE_MS), sent: (ids) => metrics.observe('look_batch_ids', { api }, ids) });
  const instances = new Coalescer<InstanceId, Instance>({ ...pace('DescribeInstances'), batchMax: INSTANCE_IDS_MAX, fetch: (ids, urgent) => readInstances(region, { ids, urgent }) });
  const interfaces = new Coalescer<EniId, NetworkInterface>({ ...pace('DescribeNetworkInterfaces'), batchMax: NETWORK_INTERFACE_IDS_MAX, fetch: (ids, urgent) => readNetworkInterfaces(region, { ids, urgent }) });
  const eips = new Coalescer<EipId, Eip>({ ...pace('DescribeEipAddresses'), batchMax: EIP_IDS_MAX, fetch: (ids, urgent) => readEips(region, { ids, urgent }) });
  return {
    describeInstances: (ids, urgent) => instances.ask(ids, urgent),
    describeNetworkInterfaces: (ids, urgent) => interfaces.ask(ids, urgent),
    describeEips: (ids, urgent) => eips.ask(ids, urgent),
  };
}

function memoryOf(region: Region, { clock, metrics }: { clock: Clock; metrics: Metrics }): Pick<Cloud, 'describeInstanceTypes' | 'describeSecurityGroups'> {
  const noted = (cache: 'instance-types' | 'security-groups') => (result: 'hit' | 'miss') => metrics.count('cache_requests_total', { cache, result });
  const types = new Remembered<string, InstanceType>({ clock, noted: noted('instance-types'), keepMs: TYPES_KEPT_MS, batchMax: INSTANCE_TYPES_MAX, keyOf: ({ name }) => name, fetch: (names) => readInstanceTypes(region, names) });
  const groups = new Remembered<SecurityGroupId, SecurityGroup>({ clock, noted: noted('security-groups'), keepMs: GROUPS_KEPT_MS, batchMax: SECURITY_GROUP_IDS_MAX, keyOf: ({ id }) => id, fetch: (ids) => readSecurityGroups(region, ids) });
  return { describeInstanceTypes: (names) => types.get(names), describeSecurityGroups: (ids) => groups.get(ids) };
}
