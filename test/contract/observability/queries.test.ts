// Dashboard and alerts ask for what there is: every expression is PromQL, and every metric, label and value in it is in the table of metrics.
import { expect } from 'chai';
import { dashboard } from '../../../scripts/observability/dashboard.ts';
import { ROWS } from '../../../scripts/observability/panels.ts';
import { alerts, prometheusRule } from '../../../scripts/observability/readme.ts';
import type { Alert } from '../../../scripts/observability/readme.ts';
import { METRICS, METRIC_PREFIX } from '../../../src/api/metrics.ts';
import { problemsOf, withoutVariables } from './known.ts';
import { readQuery } from './promql.ts';

const RUNBOOK = 'https://github.com/egressunification/egress-unification/blob/main/docs/operations.md#';
const panels = ROWS.flatMap((row) => row.panels);
const labelsIn = (text: string): string[] => [...text.matchAll(/\{\{ ?(?:\$labels\.)?(\w+) ?\}\}/g)].map(([, label = '']) => label);
const wordsOf = ({ annotations }: Alert): string => Object.values(annotations).join(' ');

/** The metrics of the table that are asked for somewhere. */
const asked = new Set([...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), ...alerts().map(({ expr }) => expr)]
  .flatMap((expr) => readQuery(withoutVariables(expr)).selectors)
  .map(({ metric }) => metric.replace(METRIC_PREFIX, '').replace(/_(bucket|sum|count)$/, '')));

interface Placed {
  readonly id: number;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
}

describe('The reader of queries', () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['what is no PromQL', 'sum(egressunification_leader', /no PromQL at \d+/],
    ['a metric that does not exist', 'sum(egressunification_leaders)', /no metric egressunification_leaders/],
    ['a histogram without its part', 'egressunification_deletion_seconds', /no metric egressunification_deletion_seconds/],
    ['a metric of somebody else', 'kube_pod_info', /no metric kube_pod_info/],
    ['a label that does not exist', 'egressunification_instances{status="Degraded"}', /no label status/],
    ['a value that does not exist', 'egressunification_instances{state="Degrade"}', /never has state="Degrade"/],
    ['one value of several that does not exist', 'egressunification_instances{state=~"Unified|Dark"}', /never has state="Dark"/],
    ['a bucket that does not exist', 'egressunification_cutover_interruption_seconds_bucket{le="31"}', /never has le="31"/],
    ['a grouping by a label that no metric has', 'sum by (state) (egressunification_leader)', /has a label state/],
  ];
  for (const [what, expression, says] of wrong) {
    it(`finds ${what}`, () => {
      const problems = (): readonly string[] => { try { return problemsOf(expression); } catch (error) { return [String(error)]; } };
      expect(problems().join()).to.match(says);
    });
  }

  it('finds a label that is shown after it was summed away', () => expect(problemsOf('sum(egressunification_instances)', ['state']).join()).to.match(/state is not left/));
});

describe('The alerts', () => {
  for (const alert of alerts()) {
    it(`ask with ${alert.alert} for what there is, and show labels that are left`, () => expect(problemsOf(alert.expr, labelsIn(wordsOf(alert)))).to.deep.equal([]));
  }

  it('say each in a sentence what is wrong, in more what it means, and where it is written what to do', () => {
    for (const { alert, annotations, labels } of alerts()) {
      expect(annotations['summary'], alert).to.match(/^.{15,110}[.]$/);
      expect(annotations['description'], alert).to.match(/^[A-Z`{].{80,}[.]$/);
      expect(annotations['runbook_url'], alert).to.equal(`${RUNBOOK}${alert.toLowerCase()}`);
      expect(['critical', 'warning'], alert).to.include(labels['severity']);
    }
  });

  it('have names of their own, in one family', () => {
    const names = alerts().map(({ alert }) => alert);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.filter((name) => !/^EgressUnification[A-Z]\w+$/.test(name))).to.deep.equal([]);
    expect(prometheusRule().spec.groups.map(({ name }) => name).filter((name) => !name.startsWith('egress-unification.'))).to.deep.equal([]);
  });
});

describe('The dashboard', () => {
  for (const { title, targets, description } of panels) {
    it(`asks in "${title}" for what there is, and shows labels that are left`, () => {
      for (const { expr, legend } of targets) expect(problemsOf(expr, labelsIn(legend)), expr).to.deep.equal([]);
      expect(description).to.match(/^[A-Z0-9].{10,}[.]$/);
    });
  }

  it('has panels with numbers of their own that lie side by side and never on one another', () => {
    const placed = dashboard().panels as readonly Placed[];
    expect(new Set(placed.map(({ id }) => id)).size).to.equal(placed.length);
    const cells = placed.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`));
    expect(new Set(cells).size).to.equal(cells.length);
    expect(placed.every(({ gridPos: { x, w } }) => x + w <= 24)).to.equal(true);
  });

  it('shows with the alerts every metric of the table, but for those that are for looking closer', () => {
    const closer = ['workqueue_adds_total', 'workqueue_retries_total', 'workqueue_work_duration_seconds', 'workqueue_unfinished_work_seconds', 'workqueue_longest_running_processor_seconds', 'reconcile_time_seconds', 'look_batch_ids', 'cache_requests_total', 'watch_reconnects_total', 'watch_relists_total'];
    expect(Object.keys(METRICS).filter((name) => !asked.has(name)).sort()).to.deep.equal(closer.sort());
  });
});
