import { expect } from 'chai';
import { systemClock } from '../../../../src/adapters/clock.ts';
import { KubernetesEvents } from '../../../../src/adapters/kubernetes/events.ts';
import type { EventsOptions } from '../../../../src/adapters/kubernetes/events.ts';
import { fieldOf } from '../../../../sim/kubernetes/json.ts';
import type { KubernetesObject } from '../../../../sim/kubernetes/json.ts';
import type { EgressUnification } from '../../../../src/api/egress-unification.ts';
import { keptLog } from './log-lines.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { openWire, parsed } from './wire.ts';
import type { Wire } from './wire.ts';

interface Bench extends AsyncDisposable {
  readonly wire: Wire;
  readonly clock: VirtualClock;
  readonly events: KubernetesEvents;
  readonly log: ReturnType<typeof keptLog>['lines'];
  readonly stored: () => readonly KubernetesObject[];
  readonly resource: (name: string) => EgressUnification;
}

async function bench(changes: Partial<EventsOptions> = {}): Promise<Bench> {
  const wire = await openWire();
  const clock = new VirtualClock();
  const { log, lines } = keptLog();
  let salt = 0;
  const events = new KubernetesEvents({ api: wire.connection, clock, random: () => (salt += 0.0001) % 1, log, instance: 'controller-0', ...changes });
  const resource = wire.server.store.resource('events.k8s.io/v1', 'events');
  return {
    wire,
    clock,
    events,
    log: lines,
    stored: () => wire.server.store.list({ resource, namespace: 'default' }).items,
    resource: (name) => {
      wire.create(name);
      return parsed(wire.stored(name));
    },
    [Symbol.asyncDispose]: () => wire[Symbol.asyncDispose](),
  };
}

const moved = (note: string) => ({ type: 'Normal', reason: 'Moved', action: 'AssociateEipAddress', note }) as const;

describe('events about a resource', () => {
  it('say what happened, to whom and who says it, in the namespace default', async () => {
    await using open = await bench();
    const web = open.resource('web');
    open.events.record(web, moved('i-1 is reached on its ENI'));
    await open.events.drained();
    const [event, ...others] = open.stored();
    expect(others).to.deep.equal([]);
    expect(event).to.deep.include({ type: 'Normal', reason: 'Moved', action: 'AssociateEipAddress', note: 'i-1 is reached on its ENI', reportingController: 'egressunification.io/controller', reportingInstance: 'controller-0', eventTime: '2026-11-24T00:00:00.000000Z' });
    expect(event?.['regarding']).to.deep.include({ kind: 'EgressUnification', name: 'web', uid: web.metadata.uid, apiVersion: 'egressunification.io/v1alpha1' });
  });

  it('become a series when they repeat, with their count and last time', async () => {
    await using open = await bench();
    const web = open.resource('web');
    for (let minute = 0; minute < 4; minute += 1) {
      open.events.record(web, moved('again'));
      await open.events.drained();
      await open.clock.pass(60_000);
    }
    expect(open.stored().map((event) => event['series'])).to.deep.equal([{ count: 4, lastObservedTime: '2026-11-24T00:03:00.000000Z' }]);
  });

  it('stay apart when they differ in what they say or in whom they are about', async () => {
    await using open = await bench();
    const [web, api] = [open.resource('web'), open.resource('api')];
    open.events.record(web, moved('one'));
    open.events.record(web, moved('two'));
    open.events.record(web, { ...moved('one'), type: 'Warning' });
    open.events.record(api, moved('one'));
    await open.events.drained();
    expect(open.stored()).to.have.lengthOf(4);
  });

  it('begin anew after six minutes without a repeat', async () => {
    await using open = await bench();
    const web = open.resource('web');
    open.events.record(web, moved('one'));
    await open.clock.pass(360_001);
    open.events.record(web, moved('one'));
    await open.events.drained();
    expect(open.stored().map((event) => event['series'])).to.deep.equal([undefined, undefined]);
  });

  it('are written again when the server has forgotten them', async () => {
    await using open = await bench();
    const web = open.resource('web');
    open.events.record(web, moved('one'));
    await open.events.drained();
    const resource = open.wire.server.store.resource('events.k8s.io/v1', 'events');
    open.wire.server.store.delete({ resource, namespace: 'default', name: open.stored()[0]!.metadata.name });
    await open.clock.pass(60_000);
    open.events.record(web, moved('one'));
    await open.events.drained();
    expect(open.stored().map((event) => fieldOf(event['series'], 'count'))).to.deep.equal([2]);
  });

  it('are at most 25 at once for one resource, then one more every five minutes; what is left out is in the log', async () => {
    await using open = await bench();
    const [web, api] = [open.resource('web'), open.resource('api')];
    for (let index = 0; index < 30; index += 1) open.events.record(web, moved(`number ${index}`));
    open.events.record(api, moved('of another'));
    await open.events.drained();
    expect(open.stored()).to.have.lengthOf(26);
    expect(open.log.map(({ fields }) => fields['note'])).to.deep.equal(['number 25', 'number 26', 'number 27', 'number 28', 'number 29']);
    await open.clock.pass(300_000);
    open.events.record(web, moved('later'));
    open.events.record(web, moved('too much'));
    await open.events.drained();
    expect(open.stored()).to.have.lengthOf(27);
  });

  it('are cut to 1,024 bytes, between two characters', async () => {
    await using open = await bench();
    open.events.record(open.resource('web'), moved('é'.repeat(600)));
    await open.events.drained();
    const note = open.stored()[0]?.['note'] as string;
    expect(note).to.match(/^é+…$/);
    expect(Buffer.byteLength(note)).to.be.within(1_022, 1_024);
  });

  it('neither throw nor wait when the API server is gone: the log has them', async () => {
    await using open = await bench();
    const web = open.resource('web');
    await open.wire.server.close();
    open.events.record(web, moved('unheard'));
    expect(open.log).to.deep.equal([]);
    await open.events.drained();
    expect(open.log.map(({ text, fields }) => [text, fields['note'], fields['resource']])).to.deep.equal([['warn an event was not written', 'unheard', 'web']]);
  });

  it('wait in a line of limited length', async () => {
    await using open = await bench({ rate: { burst: 1_000, refillMs: 1 } });
    const web = open.resource('web');
    for (let index = 0; index < 250; index += 1) open.events.record(web, moved(`number ${index}`));
    await open.events.drained();
    expect([open.stored().length, open.log.length]).to.deep.equal([200, 50]);
  });

  it('of a resource with the longest name are accepted', async () => {
    await using open = await bench({ clock: systemClock });
    open.events.record(open.resource('a'.repeat(253)), moved('one'));
    await open.events.drained();
    expect([open.stored().length, open.log]).to.deep.equal([1, []]);
  });
});
