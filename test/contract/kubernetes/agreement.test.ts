// The simulated API against the real one: the same random requests to both, and after each the same answer and the same
// state. What differs by nature (uids, times, versions) is left out, and so are messages; codes, reasons and faulty fields
// are compared. Only specs that no CEL rule refuses are sent, because the simulator does not evaluate those.
import { inspect } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import fc from 'fast-check';
import { startApiserver } from '../../apiserver/environment/apiserver.ts';
import type { Apiserver } from '../../apiserver/environment/apiserver.ts';
import { requireBinaries } from '../../apiserver/environment/tier.ts';
import { kubeconfigFor } from '../../../sim/kubernetes/kubeconfig.ts';
import { start } from '../../../sim/kubernetes/server.ts';
import type { RunningServer } from '../../../sim/kubernetes/server.ts';
import { COLLECTION, fetchFrom } from './client.ts';
import type { Resource } from './client.ts';
import { CRDS } from './crds.ts';
import { condition, resource, spec } from './objects.ts';

// in one order of fields, so that what differs can be read
const text = (value: unknown): string => inspect(value, { sorted: true, depth: null, compact: 10, breakLength: 200 });

type Raw = ReturnType<typeof fetchFrom>;

/** A request of the sequence; the version of the object as it is, or an old one, is put in when it is sent. */
interface Step {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly name: string;
  readonly door: '' | '/status';
  readonly query: string;
  readonly contentType: string;
  readonly body: Record<string, unknown>;
  readonly version: 'none' | 'current' | 'old';
}

const name = fc.constantFrom('a', 'b');
const manager = fc.constantFrom('controller', 'gitops', 'somebody');
const finalizers = [[], ['example.com/one'], ['example.com/two', 'example.com/one']];
const labels = [{}, { a: '1' }, { a: '2', b: '1' }];
const annotations = fc.constantFrom({}, { note: 'x' });
const metadata = fc.record({ labels: fc.constantFrom(...labels), annotations, finalizers: fc.constantFrom(...finalizers) }, { requiredKeys: [] });
const metadataPatch = fc.record({ labels: fc.constantFrom(...labels, { a: null }), annotations, finalizers: fc.constantFrom(...finalizers, null) }, { requiredKeys: [] });
const changes = fc.record(
  {
    mode: fc.constantFrom('Enforce', 'Observe', 'Sometimes', null),
    deletionPolicy: fc.constantFrom('Retain', 'Revert'),
    rollout: fc.constantFrom({}, { maxInProgress: 2 }, { maxInProgress: '10%' }, { surprise: 1 }),
    drift: fc.constantFrom({ action: 'Report' }, { action: 'Nothing' }, { checkInterval: '10m' }),
    instanceSelector: fc.constantFrom({ instanceIds: ['i-1'] }, { instanceIds: ['i-2', 'i-1'], maxInstances: 3 }, { tags: { a: 'b' } }, { instanceIds: ['i-1', 'i-1'] }),
    surprise: fc.constant(true),
  },
  { requiredKeys: [] },
);
const conditions = fc.uniqueArray(fc.tuple(fc.constantFrom('Ready', 'Stalled', 'Reconciling'), fc.constantFrom('True', 'False', 'Perhaps')), { selector: ([type]) => type, maxLength: 3 });
const status = fc.record(
  {
    summary: fc.constantFrom('0/1', '1/1'),
    observedGeneration: fc.constantFrom(1, 2, -1),
    natGatewayId: fc.constantFrom('ngw-1', 7),
    instances: fc.constantFrom({}, { selected: 1 }, { selected: 2, unified: 1 }),
    egressPublicIps: fc.uniqueArray(fc.constantFrom('1.1.1.1', '2.2.2.2', '3.3.3.3'), { minLength: 1, maxLength: 3 }),
    conditions: conditions.map((each) => each.map(([type, value]) => condition(type, value))),
  },
  { requiredKeys: [] },
);

const body = (subject: string, content: Record<string, unknown>, meta: Record<string, unknown> = {}): Record<string, unknown> => {
  const { apiVersion, kind } = resource(subject);
  return { apiVersion, kind, metadata: { ...meta, name: subject }, ...content };
};

const version = fc.constantFrom('none', 'current', 'old' as const);
const JSON_TYPE = 'application/json';
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(name, changes, metadata).map(([each, given, meta]) => ({ method: 'POST' as const, name: each, door: '' as const, query: '', contentType: JSON_TYPE, body: body(each, { spec: spec(given), status: { summary: '9/9' } }, meta), version: 'none' as const })),
  fc.tuple(name, changes, metadata, version).map(([each, given, meta, which]) => ({ method: 'PUT' as const, name: each, door: '' as const, query: '', contentType: JSON_TYPE, body: body(each, { spec: spec(given) }, meta), version: which })),
  fc.tuple(name, status, version).map(([each, given, which]) => ({ method: 'PUT' as const, name: each, door: '/status' as const, query: '', contentType: JSON_TYPE, body: body(each, { spec: spec(), status: given }), version: which })),
  fc.tuple(name, changes, metadataPatch, version).map(([each, given, meta, which]) => ({ method: 'PATCH' as const, name: each, door: '' as const, query: '', contentType: 'application/merge-patch+json', body: { metadata: meta, spec: given }, version: which })),
  fc.tuple(name, changes, fc.record({ finalizers: fc.constantFrom([], ['example.com/one']) }, { requiredKeys: [] }), manager, fc.boolean()).map(([each, given, meta, who, force]) => ({ method: 'PATCH' as const, name: each, door: '' as const, query: `?fieldManager=${who}&force=${force}`, contentType: 'application/apply-patch+yaml', body: body(each, { spec: spec(Object.fromEntries(Object.entries(given).filter(([field]) => field !== 'surprise'))) }, meta), version: 'none' as const })),
  fc.tuple(name, status, manager, fc.boolean()).map(([each, given, who, force]) => ({ method: 'PATCH' as const, name: each, door: '/status' as const, query: `?fieldManager=${who}&force=${force}`, contentType: 'application/apply-patch+yaml', body: body(each, { status: given }), version: 'none' as const })),
  name.map((each) => ({ method: 'DELETE' as const, name: each, door: '' as const, query: '', contentType: JSON_TYPE, body: {}, version: 'none' as const })),
);

describe('the simulated Kubernetes API and kube-apiserver', function () {
  this.timeout(120_000);
  let close: () => Promise<void> = async () => undefined;
  let apis: readonly Raw[] = [];

  before(async function () {
    const real = await startApiserver({ binaries: await requireBinaries(this), crdDirectories: CRDS });
    const simulated = await start({ crds: CRDS });
    apis = connect(real, simulated);
    close = async () => {
      await Promise.all(apis.map((api) => api.close()));
      await Promise.all([real.stop(), simulated.close()]);
    };
  });
  after(() => close());

  it('answer alike and end alike, whatever is asked of them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }), async (steps) => {
        const [real, simulated] = await Promise.all(apis.map((api) => play(api, steps)));
        const differing = steps.findIndex((_, index) => text(simulated?.[index]) !== text(real?.[index]));
        if (differing >= 0) expect.fail(`after ${text(steps[differing])}\nkube-apiserver: ${text(real?.[differing])}\nsimulated: ${text(simulated?.[differing])}`);
      }),
      { numRuns: Number(process.env['AGREEMENT_RUNS'] ?? 25), seed: Number(process.env['AGREEMENT_SEED'] ?? 20_261_124), interruptAfterTimeLimit: 100_000 },
    );
  });
});

function connect(real: Apiserver, simulated: RunningServer): Raw[] {
  const texts = [new KubeConfig(), new KubeConfig()] as const;
  texts[0].loadFromFile(real.kubeconfigPath);
  texts[1].loadFromString(kubeconfigFor(simulated.url));
  return texts.map(fetchFrom);
}

/** Sends the steps one after the other, beginning with nothing, and gives what each brought about. */
async function play(api: Raw, steps: readonly Step[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  const old = new Map<string, string>();
  for (const subject of ['a', 'b']) await clear(api, subject);
  for (const each of steps) {
    const before = await read(api, each.name);
    const answer = await send(api, each, { none: undefined, current: before?.metadata.resourceVersion, old: old.get(each.name) }[each.version]);
    const after = await read(api, each.name);
    if (before !== undefined) old.set(each.name, before.metadata.resourceVersion);
    const isNew = before?.metadata.uid !== after?.metadata.uid;
    seen.push({ answer, after: after === undefined ? undefined : comparable(after), changed: before?.metadata.resourceVersion !== after?.metadata.resourceVersion, isNew });
  }
  return seen;
}

async function clear(api: Raw, subject: string): Promise<void> {
  await drain(api.request(`${COLLECTION}/${subject}`, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"metadata":{"finalizers":null}}' }));
  await drain(api.request(`${COLLECTION}/${subject}`, { method: 'DELETE' }));
}

async function drain(response: ReturnType<Raw['request']>): Promise<void> {
  await (await response).text();
}

async function read(api: Raw, subject: string): Promise<Resource | undefined> {
  const response = await api.request(`${COLLECTION}/${subject}`);
  const document = await response.json();
  return response.status === 200 ? (document as Resource) : undefined;
}

async function send(api: Raw, { method, name: subject, door, query, contentType, body: content }: Step, resourceVersion: string | undefined): Promise<unknown> {
  const meta = content['metadata'] as Record<string, unknown> | undefined;
  const versioned = resourceVersion === undefined ? content : { ...content, metadata: { ...meta, resourceVersion } };
  const path = method === 'POST' ? COLLECTION : `${COLLECTION}/${subject}${door}`;
  const response = await api.request(`${path}${query}`, { method, headers: { 'content-type': contentType, 'user-agent': 'agreement/1' }, ...(method === 'DELETE' ? {} : { body: JSON.stringify(versioned) }) });
  const document = (await response.json()) as { reason?: string; details?: { causes?: { field: string; reason: string }[] } };
  const causes = (document.details?.causes ?? []).filter((cause) => cause.field !== '<nil>').map((cause) => `${cause.field} ${cause.reason}`);
  return { code: response.status, ...(response.ok ? {} : { reason: document.reason, causes: [...new Set(causes)].sort() }) };
}

function comparable({ metadata: meta, spec: wanted, status: seen }: Resource): unknown {
  const { generation, labels, annotations, finalizers: blockers, deletionTimestamp, managedFields = [] } = meta;
  const owners = managedFields.map(({ manager: who, operation, subresource, fieldsV1 }) => text({ who, operation, subresource, fieldsV1 })).sort();
  return { owners, spec: wanted, status: seen, generation, labels, annotations, finalizers: blockers, deleting: deletionTimestamp !== undefined };
}
