import { expect } from 'chai';
import type { ActionOf } from '../../../../src/api/cloud-actions.ts';
import { Budget } from '../../../../src/adapters/alicloud/budget.ts';
import { Funnel, type FunnelOptions, type SentCall } from '../../../../src/adapters/alicloud/funnel.ts';
import { CredentialsUnavailable } from '../../../../src/adapters/alicloud/classify.ts';
import type { Keys } from '../../../../src/adapters/alicloud/keys.ts';
import { CloudError, type CloudErrorDetail } from '../../../../src/ports/cloud-error.ts';
import { keptLog } from '../../../contract/cloud/recording.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

interface Answer { readonly body?: { requestId?: string } }

describe('the funnel', () => {
  let clock: VirtualClock;
  let sent: SentCall[];
  let lines: string[];
  let sends: number;
  beforeEach(() => {
    clock = new VirtualClock();
    sent = [];
    sends = 0;
  });

  const funnelOf = (options: Partial<FunnelOptions> = {}): Funnel => {
    const kept = keptLog();
    lines = kept.lines;
    return new Funnel({
      regionId: 'cn-hangzhou', clock, log: kept.log, budget: new Budget('cn-hangzhou', clock), deadlineMs: 10_000, onCall: (call) => void sent.push(call),
      credentials: { name: 'test', get: async () => ({ accessKeyId: 'id', accessKeySecret: 'secret' }) }, ...options,
    });
  };
  const call = (funnel: Funnel, action: ActionOf<'ecs'>, answer: (() => Promise<Answer>) = async () => ({ body: { requestId: 'R' } })): Promise<unknown> =>
    funnel.call({ product: 'ecs', action, send: () => (sends += 1, answer()) });
  const failure = async (work: Promise<unknown>): Promise<CloudErrorDetail> => {
    const error = await clock.settle(work.then(() => undefined, (thrown: unknown) => thrown));
    if (!(error instanceof CloudError)) throw new Error(`ended with ${String(error)}`);
    return error.detail;
  };
  const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => void clock.after(ms, () => resolve(value)));

  it('tells of every call that was sent: what, how long, and what became of it', async () => {
    const funnel = funnelOf();
    await clock.settle(call(funnel, 'DescribeInstances', () => after(120, { body: { requestId: 'R-1' } })));
    await failure(call(funnel, 'AttachNetworkInterface', () => Promise.reject(Object.assign(new Error('x'), { code: 'OperationConflict', statusCode: 409, requestId: 'R-2' }))));
    expect(sent).to.deep.equal([
      { product: 'ecs', regionId: 'cn-hangzhou', action: 'DescribeInstances', code: '', outcome: 'ok', durationMs: 120 },
      { product: 'ecs', regionId: 'cn-hangzhou', action: 'AttachNetworkInterface', code: 'OperationConflict', outcome: 'busy', durationMs: 0 },
    ]);
    expect(lines).to.have.lengthOf(2);
    expect(lines[0]).to.match(/^cloud call \{.*"requestId":"R-1"/);
    expect(lines[1]).to.match(/^cloud call failed \{.*"requestId":"R-2"/);
  });

  it('ends a call at the deadline, and what comes later goes nowhere', async () => {
    const funnel = funnelOf();
    const late: (() => Promise<Answer>) = () => after(30_000, { body: { requestId: 'late' } });
    expect(await failure(call(funnel, 'CreateNetworkInterface', late))).to.include({ kind: 'ambiguous' });
    expect(await failure(call(funnel, 'DescribeInstances', late))).to.include({ kind: 'unavailable' });
    expect(clock.monotonic()).to.equal(20_000);
    await clock.pass(60_000);
    expect(sent.map(({ outcome }) => outcome)).to.deep.equal(['ambiguous', 'unavailable']);
  });

  it('takes an empty answer for none', async () => {
    const funnel = funnelOf();
    expect(await failure(call(funnel, 'TagResources', async () => ({})))).to.include({ kind: 'ambiguous' });
    expect(await failure(call(funnel, 'DescribeInstances', async () => ({})))).to.include({ kind: 'unavailable' });
  });

  it('sends nothing without a token', async () => {
    const funnel = funnelOf({ budget: new Budget('cn-hangzhou', clock, { TagResources: 1 }) });
    await clock.settle(call(funnel, 'TagResources'));
    expect(await failure(call(funnel, 'TagResources'))).to.include({ kind: 'throttled', retryAfterMs: 60_000 });
    expect([sends, sent.length]).to.deep.equal([1, 1]);
  });

  it('sends nothing without credentials, so that even a write has not happened', async () => {
    const refused = funnelOf({ credentials: { name: 'rrsa', get: () => Promise.reject(new CredentialsUnavailable('no', 'forbidden')) } });
    expect(await failure(call(refused, 'TagResources'))).to.include({ kind: 'forbidden', action: 'TagResources' });
    const silent = funnelOf({ credentials: { name: 'rrsa', get: () => new Promise<Keys>(() => undefined) } });
    expect(await failure(call(silent, 'TagResources'))).to.include({ kind: 'unavailable' });
    expect(sends).to.equal(0);
  });

  it('sends no write that the credentials kept waiting, but sends a read', async () => {
    const slow = funnelOf({ credentials: { name: 'rrsa', get: () => after(3000, { accessKeyId: 'id', accessKeySecret: 'secret' }) } });
    expect(await failure(call(slow, 'TagResources'))).to.include({ kind: 'unavailable' });
    await clock.settle(call(slow, 'DescribeInstances'));
    expect(sent.map(({ action }) => action)).to.deep.equal(['DescribeInstances']);
  });

  it('sends no write of a process that does not lead, but sends its reads', async () => {
    let leads = true;
    const funnel = funnelOf({ mayAct: () => leads });
    await clock.settle(call(funnel, 'TagResources'));
    leads = false;
    const refused = await failure(call(funnel, 'TagResources'));
    expect(refused).to.deep.equal({ kind: 'unavailable', code: '', action: 'TagResources' });
    await clock.settle(call(funnel, 'DescribeInstances'));
    expect(sent.map(({ action }) => action)).to.deep.equal(['TagResources', 'DescribeInstances']);
  });

  it('asks whether a write may be sent after all that it waits for, and at the very moment of sending', async () => {
    let leads = true;
    const asked: string[] = [];
    const slow = funnelOf({ credentials: { name: 'rrsa', get: () => after(1000, { accessKeyId: 'id', accessKeySecret: 'secret' }) }, mayAct: () => (asked.push(`asked at ${clock.monotonic()}`), leads) });
    await clock.settle(slow.call({ product: 'ecs', action: 'TagResources', send: async () => (asked.push('sent'), { body: { requestId: 'R' } }) }));
    expect(asked).to.deep.equal(['asked at 1000', 'sent']);
    clock.after(500, () => { leads = false; });
    expect(await failure(call(slow, 'TagResources'))).to.include({ kind: 'unavailable' });
    expect(sends).to.equal(0);
  });

  it('logs that something is not there as an answer, not as a failure', async () => {
    await failure(call(funnelOf(), 'DescribeInstanceAttribute', () => Promise.reject(Object.assign(new Error('x'), { code: 'InvalidInstanceId.NotFound', statusCode: 404 }))));
    expect(lines[0]).to.match(/^cloud call \{/);
  });
});
