import { expect } from 'chai';
import type { KubernetesApi } from '../../../../src/adapters/kubernetes/api.ts';
import { readClusterId } from '../../../../src/adapters/kubernetes/cluster-id.ts';
import { watchNodes } from '../../../../src/adapters/kubernetes/nodes.ts';
import { keptLog } from './log-lines.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { openWire } from './wire.ts';
import { refusal } from './world.ts';

const node = (name: string, providerID?: string) => ({ metadata: { name, uid: name, resourceVersion: '1' }, spec: providerID === undefined ? {} : { providerID } });

/** Answers a list of these nodes, or the refusal if there is one, and watches that only bookmark. */
function cluster(items: readonly object[]) {
  const state: { refusal: Error | undefined; say: (line: string) => void } = { refusal: undefined, say: () => undefined };
  const api: KubernetesApi = {
    request: async () => {
      if (state.refusal !== undefined) throw state.refusal;
      return { metadata: { resourceVersion: '1' }, items };
    },
    watch: ({ signal }, onLine) => new Promise((_resolve, reject) => {
      if (state.refusal !== undefined) reject(state.refusal);
      state.say = onLine;
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    }),
  };
  const clock = new VirtualClock();
  const { log, lines } = keptLog();
  return { state, clock, lines, nodes: watchNodes({ api, clock, random: () => 0.5, log }) };
}

const NODES = [node('a', 'cn-hangzhou.i-bp1aaa'), node('b', 'i-bp1bbb'), node('c'), node('d', 'aws:///eu-west-1a/i-0123'), node('e', 'cn-hangzhou.i-bp1aaa.x')];

describe('the nodes of the cluster', () => {
  it('are known by the instance id in their providerID, with or without a region', async () => {
    const { nodes, clock } = cluster(NODES);
    expect(nodes.instanceIds()).to.equal(undefined);
    nodes.start();
    await clock.pass(0);
    expect([...nodes.instanceIds() ?? []]).to.deep.equal(['i-bp1aaa', 'i-bp1bbb']);
    await nodes.stop();
  });

  it('are unknown where they may not be read, and the log warns once', async () => {
    const { nodes, clock, state, lines } = cluster(NODES);
    state.refusal = refusal(403, 'Forbidden');
    nodes.start();
    await clock.pass(600_000);
    expect(nodes.instanceIds()).to.equal(undefined);
    expect(lines.filter(({ text }) => text.startsWith('warn')).map(({ fields }) => fields['collection'])).to.deep.equal(['nodes']);
    state.refusal = undefined;
    await clock.pass(30_000);
    expect(nodes.instanceIds()?.size).to.equal(2);
    await nodes.stop();
  });

  it('are unknown again when nothing was heard for three minutes', async () => {
    const { nodes, clock, state } = cluster(NODES);
    nodes.start();
    await clock.pass(0);
    state.refusal = refusal(503, 'ServiceUnavailable');
    await clock.pass(180_000);
    expect(nodes.instanceIds()?.size).to.equal(2);
    await clock.pass(1);
    expect(nodes.instanceIds()).to.equal(undefined);
    await nodes.stop();
  });

  it('come over the wire, new ones included', async () => {
    const made = (name: string, providerID: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: { providerID } });
    await using wire = await openWire([made('a', 'cn-hangzhou.i-bp1aaa')]);
    const clock = new VirtualClock();
    const nodes = watchNodes({ api: wire.connection, clock, random: () => 0.5, log: keptLog().log });
    nodes.start();
    // an answer on a socket takes as many turns as it takes
    while (nodes.instanceIds() === undefined) await clock.pass(0);
    wire.server.store.create({ resource: wire.server.store.resource('v1', 'nodes'), namespace: undefined }, made('b', 'cn-hangzhou.i-bp1bbb'));
    while (nodes.instanceIds()?.size !== 2) await clock.pass(0);
    expect([...nodes.instanceIds() ?? []]).to.deep.equal(['i-bp1aaa', 'i-bp1bbb']);
    await nodes.stop();
  });
});

describe('the cluster id', () => {
  it('is the UID of the namespace kube-system', async () => {
    await using wire = await openWire();
    const place = { resource: wire.server.store.resource('v1', 'namespaces'), namespace: undefined, name: 'kube-system' };
    expect(await readClusterId(wire.connection)).to.equal(wire.server.store.get(place).metadata.uid);
  });
});
