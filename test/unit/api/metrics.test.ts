// The table of metrics against the conventions of Prometheus, and against the one mistake that takes a server down: labels without bounds.
import { expect } from 'chai';
import { METRICS, METRIC_PREFIX, PROCESS_METRICS, type Definition } from '../../../src/api/metrics.ts';

const TABLE: readonly (readonly [string, Definition])[] = Object.entries(METRICS);
const wrong = (isWrong: (name: string, definition: Definition) => boolean): string[] => TABLE.filter(([name, definition]) => isWrong(name, definition)).map(([name]) => name);

/** Sets of values that another table of ours closes: the actions that are called, the codes that are known, what was built. */
const CLOSED_ELSEWHERE = ['api', 'code', 'version', 'node_version'];

describe('The table of metrics', () => {
  it('has names that Prometheus takes, all of one family', () => expect(wrong((name) => !/^[a-z][a-z0-9_]*[a-z0-9]$/.test(`${METRIC_PREFIX}${name}`))).to.deep.equal([]));

  it('ends counters in _total and nothing else', () => expect(wrong((name, { type }) => (type === 'counter') !== name.endsWith('_total'))).to.deep.equal([]));

  it('names the unit of every histogram, in seconds or in what is counted', () => {
    expect(wrong((name, { type }) => type === 'histogram' && !/_(seconds|ids)$/.test(name))).to.deep.equal([]);
    expect(wrong((name) => /_(ms|millis|minutes|hours|kb|mb)(_|$)/.test(name))).to.deep.equal([]);
  });

  it('explains each in a sentence', () => expect(wrong((_, { help }) => !/^[A-Z0-9].{15,}\.$/.test(help))).to.deep.equal([]));

  it('has rising buckets', () => expect(wrong((_, { type, buckets = [] }) => (type === 'histogram') !== buckets.length > 0 || buckets.some((bound, at) => at > 0 && bound <= (buckets[at - 1] ?? 0)))).to.deep.equal([]));

  it('has no label without a closed set of values', () => {
    const open = TABLE.flatMap(([name, { labels }]) => Object.entries(labels).filter(([label, values]) => typeof values === 'string' && !CLOSED_ELSEWHERE.includes(label)).map(([label]) => `${name} ${label}`));
    expect(open).to.deep.equal([]);
  });

  it('has no label that names one thing of many', () => {
    const labels = new Set(TABLE.flatMap(([, { labels: all }]) => Object.keys(all)));
    expect([...labels].filter((label) => /instance|resource|eip|eni|vpc|region|address|ip$|uid|pod|key/.test(label))).to.deep.equal([]);
  });

  it('makes a few hundred series at most of each metric', () => {
    const sizeOf = ({ labels, buckets = [] }: Definition): number => Object.values(labels).reduce((size, values) => size * (typeof values === 'string' ? 1 : values.length), Math.max(1, buckets.length + 3));
    expect(TABLE.map(([name, definition]) => ({ name, size: sizeOf(definition) })).filter(({ size }) => size > 300)).to.deep.equal([]);
  });

  it('leaves what Node says of itself under its usual names', () => expect(Object.keys(PROCESS_METRICS).filter((name) => !/^(nodejs|process)_/.test(name))).to.deep.equal([]));
});
