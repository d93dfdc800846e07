// What a query may ask for: the metrics of the table, what Prometheus makes of histograms, what prom-client says of the process, and the labels that
// Prometheus gives to every target.
import { METRICS, METRIC_PREFIX, PROCESS_METRICS } from '../../../src/api/metrics.ts';
import type { Definition } from '../../../src/api/metrics.ts';
import { readQuery } from './promql.ts';
import type { Matcher, Selector } from './promql.ts';

const TABLE: Readonly<Record<string, Definition>> = METRICS;
/** Of a ServiceMonitor. */
const OF_TARGETS = ['pod', 'namespace', 'instance', 'job'];
const OF_PROCESS: Definition = { type: 'gauge', how: 'read', help: '', labels: {} };

/** A metric with its labels; undefined: there is none of this name. */
function definitionOf(metric: string): Definition | undefined {
  if (metric in PROCESS_METRICS) return OF_PROCESS;
  if (!metric.startsWith(METRIC_PREFIX)) return undefined;
  const name = metric.slice(METRIC_PREFIX.length);
  const found = TABLE[name];
  return found && found.type !== 'histogram' ? found : partOfHistogram(name);
}

/** Of a histogram there are three parts, and nothing under its own name. Bounds are written by some versions of Prometheus as 30, by others as 30.0. */
function partOfHistogram(name: string): Definition | undefined {
  const [, stem = '', part = ''] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? [];
  const histogram = TABLE[stem];
  if (histogram?.type !== 'histogram') return undefined;
  const le = (histogram.buckets ?? []).flatMap((bound) => [String(bound), `${bound}.0`]);
  return part === 'bucket' ? { ...histogram, labels: { ...histogram.labels, le } } : histogram;
}

const labelsOf = (metric: string): readonly string[] => [...Object.keys(definitionOf(metric)?.labels ?? {}), ...OF_TARGETS];

/** Alternatives of a regular expression, each taken literally. */
const valuesOf = ({ operator, value }: Matcher): readonly string[] => (operator.endsWith('~') ? value.split('|').map((each) => each.replaceAll('\\', '')) : [value]);

function problemsOfMatcher(metric: string, matcher: Matcher): readonly string[] {
  const values = definitionOf(metric)?.labels[matcher.label];
  if (values === undefined) return OF_TARGETS.includes(matcher.label) ? [] : [`${metric} has no label ${matcher.label}`];
  return typeof values === 'string' ? [] : valuesOf(matcher).filter((value) => !values.includes(value)).map((value) => `${metric} never has ${matcher.label}="${value}"`);
}

const problemsOfSelector = ({ metric, matchers }: Selector): readonly string[] =>
  definitionOf(metric) === undefined ? [`there is no metric ${metric}`] : matchers.flatMap((matcher) => problemsOfMatcher(metric, matcher));

/** Grafana puts the range in. */
export const withoutVariables = (expression: string): string => expression.replaceAll('$__rate_interval', '5m');

/** What is wrong with a query: no PromQL, a metric, a label or a value that does not exist; or it shows a label that is not there any more. */
export function problemsOf(expression: string, shown: readonly string[] = []): readonly string[] {
  const { selectors, groupings } = readQuery(withoutVariables(expression));
  const some = (label: string): boolean => selectors.some(({ metric }) => labelsOf(metric).includes(label));
  const isKept = (label: string): boolean => groupings.includes(label) || (groupings.length === 0 && !/\b(sum|max|min|histogram_quantile)\b/.test(expression)) || (OF_TARGETS.includes(label) && !/\bby\b/.test(expression));
  return [
    ...(selectors.length === 0 ? [`nothing is asked for: ${expression}`] : []),
    ...selectors.flatMap(problemsOfSelector),
    ...groupings.filter((label) => !some(label)).map((label) => `no metric of ${expression} has a label ${label}`),
    ...shown.filter((label) => !isKept(label)).map((label) => `${label} is not left in ${expression}`),
  ];
}
