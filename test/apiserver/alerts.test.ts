// The alerts in Prometheus' own rule engine: each is raised when it should be and says what it should, not before, and a healthy fleet raises none.
// Samples are 30 s apart and written as in Prometheus' own tests: 1+2x20 is 1, 3, 5 … 41.
import { expect } from 'chai';
import { stringify } from 'yaml';
import { ROWS } from '../../scripts/observability/panels.ts';
import { alerts, prometheusRule } from '../../scripts/observability/readme.ts';
import { requireProgram } from './environment/programs.ts';
import type { Ask } from './environment/programs.ts';

interface Raised {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Answer {
  readonly faults: readonly string[];
  readonly cases: readonly Readonly<Record<string, readonly Raised[]>>[];
}

/** Two replicas of which one leads, and twelve instances of which all is well, for two hours. */
const HEALTHY: Readonly<Record<string, string>> = {
  'leader{pod="a"}': '1x240',
  'leader{pod="b"}': '0x240',
  'window_age_seconds{pod="a"}': '0x240',
  'cutover_interruption_seconds_count{pod="a"}': '0+1x240',
  'cutover_interruption_seconds_bucket{pod="a",le="30"}': '0+1x240',
  'instances{pod="a",state="Unified"}': '12x240',
  'instances{pod="a",state="Degraded"}': '0x240',
  'orphans{pod="a",kind="eip"}': '0x240',
  'resources{pod="a",condition="Ready",status="True"}': '1x240',
  'resources{pod="a",condition="Ready",status="False"}': '0x240',
  'resources{pod="a",condition="Ready",status="Unknown"}': '0x240',
  'resources{pod="a",condition="Stalled",status="True"}': '0x240',
  'step_duration_seconds_count{pod="a",step="tagEip"}': '5x240',
  'watch_last_event_age_seconds{pod="a",collection="egressunifications"}': '30x240',
  'cloud_requests_total{pod="a",product="ecs",api="DescribeInstances",code="OK"}': '0+60x240',
  'cloud_throttled_total{pod="a",api="DescribeInstances"}': '0x240',
  'reconcile_errors_total{pod="a",controller="instance",class="bug"}': '0x240',
};

const NOT_READY = { 'resources{pod="a",condition="Ready",status="True"}': '0x240', 'resources{pod="a",condition="Ready",status="False"}': '1x240' };
const STALLED = { ...NOT_READY, 'resources{pod="a",condition="Stalled",status="True"}': '1x240' };

interface Case {
  readonly when: string;
  /** In the place of what is healthy, or besides it; '' takes a series away. */
  readonly samples: Readonly<Record<string, string>>;
  readonly alert: string;
  /** Not raised yet, and raised. */
  readonly at: readonly [before: string, then: string];
  /** What the summary says. */
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  { when: 'a window does not close', samples: { 'window_age_seconds{pod="a"}': '0+30x240' }, alert: 'InstanceDark', at: ['3m', '4m'], says: /^An instance is not reached/ },
  { when: 'somebody else has the home of an EIP', samples: { 'instances_unsettled{pod="a",reason="HomeTaken"}': '1x240' }, alert: 'InstanceDark', at: ['30s', '90s'], says: /^An instance is not reached/ },
  { when: 'a window was long and closed between two scrapes', samples: { 'cutover_interruption_seconds_bucket{pod="a",le="30"}': '0+1x60 60+1x180' }, alert: 'WindowTooLong', at: ['29m', '31m'], says: /more than 30 seconds/ },
  { when: 'a window is long, and the bound is written as other versions of Prometheus do', samples: { 'cutover_interruption_seconds_bucket{pod="a",le="30"}': '', 'cutover_interruption_seconds_bucket{pod="a",le="30.0"}': '0+1x60 60+1x180' }, alert: 'WindowTooLong', at: ['29m', '31m'], says: /more than 30 seconds/ },
  { when: 'the way out is gone', samples: { 'instances{pod="a",state="Degraded"}': '3x240' }, alert: 'InstancesDegraded', at: ['9m', '11m'], says: /^3 instances were unified/ },
  { when: 'two instances do not answer any more', samples: { 'instances_tested{pod="a",direction="inbound",verdict="failed"}': '2x240' }, alert: 'VerificationFailed', at: ['4m', '6m'], says: /^2 instances fail their test with packets \(inbound\)/ },
  { when: 'three of four instances cannot be asked', samples: { 'instances_tested{pod="a",direction="egress",verdict="unverified"}': '3x240', 'instances_tested{pod="a",direction="egress",verdict="passed"}': '1x240' }, alert: 'VerificationBlind', at: ['59m', '61m'], says: /^75% of the instances are unverified \(egress\)/ },
  { when: 'a finalizer was taken off by hand', samples: { 'orphans{pod="a",kind="eip"}': '2x240' }, alert: 'OrphanedEips', at: ['59m', '61m'], says: /^2 EIPs/ },
  { when: 'a resource names a VPC that is not there', samples: { ...STALLED, 'resources_stalled{pod="a",reason="VpcNotFound"}': '1x240' }, alert: 'ResourceStalled', at: ['14m', '16m'], says: /^1 EgressUnifications wait for a person \(VpcNotFound\)/ },
  { when: 'the cloud cannot be read', samples: NOT_READY, alert: 'ResourceNotReady', at: ['29m', '31m'], says: /^1 EgressUnifications are not ready/ },
  { when: 'no replica gets the lease', samples: { 'leader{pod="a"}': '0x240' }, alert: 'NoLeader', at: ['1m', '3m'], says: /^No controller acts/ },
  { when: 'there is no replica at all', samples: Object.fromEntries(Object.keys(HEALTHY).map((series) => [series, ''])), alert: 'NoLeader', at: ['1m', '3m'], says: /^No controller acts/ },
  { when: 'two replicas lead', samples: { 'leader{pod="b"}': '1x240' }, alert: 'SeveralLeaders', at: ['30s', '2m'], says: /^2 controllers act at once/ },
  { when: 'a watch is silent', samples: { 'watch_last_event_age_seconds{pod="a",collection="egressunifications"}': '0+30x240' }, alert: 'WatchSilent', at: ['5m', '6m'], says: /about egressunifications 6m 0s ago/ },
  { when: 'one call of ten is throttled', samples: { 'cloud_throttled_total{pod="a",api="DescribeInstances"}': '0+6x240' }, alert: 'CloudThrottled', at: ['14m', '17m'], says: /refuses 10% of the calls of DescribeInstances/ },
  { when: 'three calls of four fail', samples: { 'cloud_requests_total{pod="a",product="ecs",api="DescribeInstances",code="none"}': '0+180x240' }, alert: 'CloudFailing', at: ['14m', '17m'], says: /^75% of the calls to ecs fail/ },
  { when: 'a pass ends in what nobody foresaw', samples: { 'reconcile_errors_total{pod="a",controller="instance",class="bug"}': '0x20 1x220' }, alert: 'Bug', at: ['10m', '11m'], says: /mistake of its own/ },
];

const QUIET: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['canaries are to be looked at, and all tests pass', { 'resources_stalled{pod="a",reason="CanariesDone"}': '1x240', 'instances_tested{pod="a",direction="inbound",verdict="passed"}': '9x240' }],
  ['all is well', {}],
  ['a resource is only observed, as somebody wants it', { ...STALLED, 'resources_stalled{pod="a",reason="Observing"}': '1x240' }],
  ['a rollout takes hours and goes on', { ...NOT_READY, 'step_duration_seconds_count{pod="a",step="tagEip"}': '0+1x240' }],
  ['windows open and close', { 'window_age_seconds{pod="a"}': '0 12 0 0 24 0x235' }],
  ['the replica that leads is replaced', { 'leader{pod="a"}': '1x20 0x220', 'leader{pod="b"}': '0x22 1x218' }],
  ['a call is throttled now and then', { 'cloud_throttled_total{pod="a",api="DescribeInstances"}': '0+1x240' }],
];

const load = (samples: Readonly<Record<string, string>>): string =>
  Object.entries({ ...HEALTHY, ...samples }).filter(([, values]) => values !== '').map(([series, values]) => `  egressunification_${series} ${values}\n`).join('');

describe('The alerts, in the rule engine of Prometheus', function () {
  this.timeout(60_000);
  let ask: Ask;

  before('it is built', async function () { ask = await requireProgram(this, 'alerts'); });

  const play = async (cases: readonly { readonly load: string; readonly at: readonly string[] }[], expressions: readonly string[] = []): Promise<Answer> =>
    (await ask({ rules: stringify(prometheusRule().spec), expressions, cases })) as Answer;

  it('are rules as Prometheus takes them, and the dashboard asks what it understands', async () => {
    const expressions = ROWS.flatMap(({ panels }) => panels).flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m')));
    expect(expressions.length).to.be.greaterThan(30);
    expect((await play([], expressions)).faults).to.deep.equal([]);
    expect((await play([], ['sum(egressunification_leader'])).faults).to.have.length(1);
  });

  it('are all raised in some case', () => expect([...new Set(CASES.map(({ alert }) => `EgressUnification${alert}`))].sort()).to.deep.equal(alerts().map(({ alert }) => alert).sort()));

  for (const { when, samples, alert, at, says } of CASES) {
    it(`raise ${alert} when ${when}, and not before it has lasted`, async () => {
      const { cases: [raised] } = await play([{ load: load(samples), at }]);
      const named = (moment: string): readonly Raised[] => (raised?.[moment] ?? []).filter(({ name }) => name === `EgressUnification${alert}`);
      expect(named(at[0])).to.deep.equal([]);
      expect(named(at[1])).to.have.length(1);
      expect(named(at[1])[0]?.annotations['summary']).to.match(says);
      expect(Object.values(named(at[1])[0]?.annotations ?? {}).filter((text) => /\{\{|<no value>|<error/.test(text))).to.deep.equal([]);
    });
  }

  for (const [when, samples] of QUIET) {
    it(`stay silent when ${when}`, async () => {
      const moments = ['5m', '20m', '61m', '119m'];
      const { cases: [raised] } = await play([{ load: load(samples), at: moments }]);
      expect(moments.flatMap((moment) => (raised?.[moment] ?? []).map(({ name }) => `${name} after ${moment}`))).to.deep.equal([]);
    });
  }
});
