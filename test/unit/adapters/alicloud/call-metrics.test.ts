import { expect } from 'chai';
import { Budget } from '../../../../src/adapters/alicloud/budget.ts';
import { codeLabel } from '../../../../src/adapters/alicloud/call-metrics.ts';
import { createClouds } from '../../../../src/adapters/alicloud/clouds.ts';
import { fixedKeys } from '../../../../src/adapters/alicloud/credentials.ts';
import { Funnel } from '../../../../src/adapters/alicloud/funnel.ts';
import type { InstanceId } from '../../../../src/core/ids.ts';
import { KeptLog } from '../../../kit/log.ts';
import { KeptMetrics } from '../../../kit/metrics.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

describe('The label of a code', () => {
  const labels: readonly (readonly [code: string, outcome: string, label: string])[] = [
    ['', 'ok', 'OK'], ['', 'ambiguous', 'none'], ['TaskConflict', 'busy', 'TaskConflict'], ['Throttling.User', 'throttled', 'throttled'], ['Throttling.Api', 'throttled', 'throttled'],
    ['InvalidEniId.NotFound', 'notFound', 'notFound'], ['QuotaExceeded.Eip', 'quota', 'quota'], ['Never.Heard.Of', 'refused', 'other'], ['InvalidInstanceType.ValueNotSupported', 'busy', 'InvalidInstanceType.ValueNotSupported'],
  ];
  for (const [code, outcome, label] of labels) it(`${code || 'of no answer'}, ${outcome}, is ${label}`, () => expect(codeLabel({ code, outcome })).to.equal(label));

  it('is one of few, whatever the cloud makes up', () => {
    const made = new Set(Array.from({ length: 1_000 }, (_, n) => codeLabel({ code: `Invalid${n}.NotFound${n % 2 ? '' : n}`, outcome: 'refused' })));
    expect([...made].sort()).to.deep.equal(['notFound', 'other']);
  });
});

describe('The calls to the cloud', () => {
  const clock = new VirtualClock();
  const log = new KeptLog();
  const keys = fixedKeys('test', { accessKeyId: 'id', accessKeySecret: 'secret' });
  const page = (ids: readonly string[]): Readonly<Record<string, unknown>> => ({ Instances: { Instance: ids.map((InstanceId) => ({ InstanceId })) }, RequestId: 'R' });

  it('are counted by what was asked and answered, and timed', async () => {
    const metrics = new KeptMetrics();
    const answers = [{ statusCode: 200, body: page(['i-1', 'i-2']) }, { statusCode: 400, body: { Code: 'Throttling.User', Message: 'slow down', RequestId: 'R' } }];
    const clouds = createClouds({
      credentials: keys, network: 'vpc', clock, random: () => 0.5, log, metrics,
      transport: async () => {
        await new Promise<void>((resolve) => void clock.after(250, () => resolve()));
        return { headers: {}, ...(answers.shift() ?? expect.fail('a call too many')) };
      },
    });
    const cloud = clouds('cn-hangzhou');
    const ask = (ids: readonly string[]): Promise<unknown> => cloud.describeInstances(ids as InstanceId[]).catch(() => undefined);
    await clock.settle(Promise.all([ask(['i-1']), ask(['i-2'])]));
    await clock.settle(ask(['i-1']));
    expect(metrics.counts('cloud_requests_total')).to.deep.equal({ 'product=ecs,api=DescribeInstances,code=OK': 1, 'product=ecs,api=DescribeInstances,code=throttled': 1 });
    expect(metrics.values('cloud_request_duration_seconds')).to.deep.equal([0.25, 0.25]);
    expect(metrics.counts('cloud_throttled_total')).to.deep.equal({ 'api=DescribeInstances': 1 });
    expect(metrics.values('look_batch_ids')).to.deep.equal([2, 1]);
    expect(clouds.budgets().get('DescribeInstances')).to.equal(300);
  });

  it('that are put off are counted by how long', async () => {
    const metrics = new KeptMetrics();
    const funnel = new Funnel({ regionId: 'cn-hangzhou', clock, log, budget: new Budget('cn-hangzhou', clock, { AttachNetworkInterface: 1 }), credentials: keys, deadlineMs: 10_000, metrics });
    const call = (): Promise<unknown> => funnel.call({ product: 'ecs', action: 'AttachNetworkInterface', send: async () => ({ body: { requestId: 'R' } }) }).catch(() => undefined);
    await clock.settle(call());
    await clock.settle(call());
    const [waitS] = metrics.values('cloud_ratelimiter_wait_seconds');
    expect(waitS).to.be.greaterThan(0).and.at.most(60);
    expect(metrics.counts('cloud_requests_total')).to.deep.equal({ 'product=ecs,api=AttachNetworkInterface,code=OK': 1 });
  });
});
