import { expect } from 'chai';
import { beforeAfterLines, changeLine, liveLines, progressBar, reasonLines, type Row } from '../../../../sim/demo/rows.ts';
import type { Sighting } from '../../../../sim/demo/sighting.ts';
import { isAtRest, saidOf, type Status } from '../../../../sim/demo/states.ts';
import { costsOf, percentile, summaryOf } from '../../../../sim/demo/summary.ts';

const sighting = (over: Partial<Sighting> = {}): Sighting => ({
  id: 'i-static', vpcId: 'vpc-demo', running: true, egressIps: ['47.98.1.1'], inboundIps: ['47.98.1.1'], reachedThrough: 'instance', setUp: '', ...over,
});

const blocked = { instanceId: 'i-static', state: 'Blocked', reason: 'Held', message: 'It is tagged. Remove the tag.' };
const status = (over: Partial<Status> = {}): Status => ({ summary: '0/1', conditions: [{ type: 'Ready', status: 'False', message: '' }], unsettled: [], ...over });

describe('What the status says of an instance', () => {
  it('is nothing before there is one', () => expect(saidOf(sighting(), {}).state).to.equal('Waiting'));
  it('is the entry of the unsettled', () => expect(saidOf(sighting(), status({ unsettled: [blocked] })).reason).to.equal('Held'));
  it('is unified when it is silent', () => expect(saidOf(sighting(), status()).state).to.equal('Unified'));
  it('is that there is nothing to move where nothing was', () => expect(saidOf(sighting({ inboundIps: [] }), status()).state).to.equal('NothingToMove'));
  it('is nothing about an instance elsewhere', () => expect(saidOf(sighting({ vpcId: 'vpc-other' }), status()).state).to.equal('NotSelected'));

  it('is at rest when nothing is reconciling', () => {
    expect(isAtRest({})).to.equal(false);
    expect(isAtRest(status({ conditions: [{ type: 'Reconciling', status: 'True', message: '' }] }))).to.equal(false);
    expect(isAtRest(status())).to.equal(true);
  });
});

describe('The demo', () => {
  const row: Row = { sighting: sighting(), said: blocked };

  it('shows a table whose lines are no wider than the terminal', () => {
    const lines = liveLines([row], progressBar(1, 2, '3 s'), 40);
    expect(lines).to.have.length(4);
    expect(Math.max(...lines.map((line) => line.length))).to.equal(40);
  });

  it('draws a bar as long as what is done', () => {
    expect(progressBar(1, 2, '3 s')).to.equal(`[${'█'.repeat(15)}${'░'.repeat(15)}] 1 of 2 at rest · 3 s`);
  });

  it('tells of a change in one line', () => {
    expect(changeLine(row)).to.equal('i-static: Blocked, the Internet sees 47.98.1.1, reached on 47.98.1.1 on the instance');
  });

  it('sets before and after side by side', () => {
    const after: Row = { sighting: sighting({ egressIps: ['47.96.1.1'], reachedThrough: 'second interface' }), said: { state: 'Unified', reason: '', message: '' } };
    expect(beforeAfterLines([sighting()], [after])[1]!.split(/ {2,}/)).to.deep.equal([
      'i-static', 'static public IP', '47.98.1.1', '47.96.1.1', '47.98.1.1 on the instance', '47.98.1.1 on the second interface', 'Unified',
    ]);
  });

  it('says why an instance was left alone', () => expect(reasonLines([row])).to.deep.equal(['i-static: Held: It is tagged. Remove the tag.']));

  it('ends with a summary that counts calls by what they do', () => {
    const entry = { sequence: 1, timeMs: 0, product: 'vpc', action: 'A', mutates: true, parameters: {}, accessKeyId: '', status: 200, code: '', requestId: '', fault: '' } as const;
    const summary = summaryOf(true, [row], costsOf([entry, { ...entry, mutates: false }, { ...entry, mutates: false }], [4_080]));
    expect(summary).to.deep.equal({
      ok: true, mutatingCalls: 1, readCalls: 2, windowsMs: [4_080],
      instances: [{ id: 'i-static', state: 'Blocked', egressIp: '47.98.1.1', inboundIps: ['47.98.1.1'], reason: 'Held: It is tagged. Remove the tag.' }],
    });
  });

  it('takes percentiles by nearest rank', () => {
    expect([percentile([], 0.5), percentile([3, 1, 2], 0.5), percentile([3, 1, 2], 0.99)]).to.deep.equal([0, 2, 3]);
  });
});
