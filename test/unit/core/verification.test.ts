// Verdicts on packets: what answered before must answer, what is not known proves nothing, and nothing that is said makes it throw.
import { expect } from 'chai';
import fc from 'fast-check';
import { judgeEgress, judgeInbound, shownBy, type Heard, type KnownPorts, type Outcome, type Shown } from '../../../src/core/verification.ts';

const inWords = (outcome: Outcome): string => ('reason' in outcome ? `${outcome.verdict} ${outcome.reason}` : outcome.verdict);
const heard = (said: Readonly<Record<number, Heard>>): ReadonlyMap<number, Heard> => new Map(Object.entries(said).map(([port, what]) => [Number(port), what]));

describe('A verdict on connections', () => {
  const known = (answered: number[], tried = [22, 80]): KnownPorts => ({ tried, answered });
  const cases: readonly (readonly [string, Readonly<Record<number, Heard>>, KnownPorts | undefined, string])[] = [
    ['what answered answers', { 22: 'answers', 80: 'silent' }, known([22]), 'passed'],
    ['what answered is silent', { 22: 'silent', 80: 'answers' }, known([22]), 'failed'],
    ['what answered is refused: nobody listens where it arrives now', { 22: 'refuses' }, known([22]), 'failed'],
    ['one of two that answered is lost', { 22: 'answers', 80: 'silent' }, known([22, 80]), 'failed'],
    ['what was silent before answers now', { 22: 'answers', 80: 'refuses' }, known([]), 'passed'],
    ['nothing answers and nothing did', { 22: 'refuses', 80: 'silent' }, known([]), 'unverified NoBaseline'],
    ['everything answers and nothing is known', { 22: 'answers', 80: 'answers' }, undefined, 'passed'],
    ['one answers and of the other nothing is known', { 22: 'answers', 80: 'silent' }, undefined, 'unverified NoBaseline'],
    ['a port is new in the spec and silent', { 22: 'answers', 443: 'silent' }, known([22]), 'unverified NoBaseline'],
    ['one could not be tried', { 22: 'answers', 80: undefined }, known([22]), 'unverified ProbeUnavailable'],
    ['one could not be tried and another is lost', { 22: 'silent', 80: undefined }, known([22]), 'failed'],
  ];
  for (const [when, said, before, want] of cases) it(`is ${want} when ${when}`, () => expect(inWords(judgeInbound(heard(said), before))).to.equal(want));

  it('is never passed unless something answers, and everything that answered before does', () => {
    const what = fc.constantFrom<Heard>('answers', 'refuses', 'silent', undefined);
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 }).chain((ports) => fc.tuple(fc.tuple(...ports.map((port) => fc.tuple(fc.constant(port), what))), fc.subarray(ports), fc.subarray(ports))), ([said, tried, answered]) => {
      const all = new Map(said);
      const passed = judgeInbound(all, { tried, answered }).verdict === 'passed';
      const failed = judgeInbound(all, { tried, answered }).verdict === 'failed';
      if (passed) expect([...all.values()].includes('answers') && answered.every((port) => all.get(port) === 'answers')).to.equal(true);
      if (failed) expect(answered.some((port) => all.get(port) === 'silent' || all.get(port) === 'refuses')).to.equal(true);
    }), { seed: 1 });
  });
});

describe('A verdict on the address that is shown', () => {
  const WANTED = ['47.96.1.1', '47.96.1.2'];
  const shown = (...addresses: string[]): Shown[] => addresses.map((address, at) => ({ address, service: `https://echo-${at}` }));
  const cases: readonly (readonly [string, Shown[], string])[] = [
    ['one address of the way out', shown('47.96.1.2'), 'passed'], ['several of them', shown('47.96.1.1', '47.96.1.2'), 'passed'],
    ['another one each time', shown('47.98.1.1', '47.98.1.1', '47.98.1.1'), 'failed'], ['a right and a wrong one', shown('47.98.1.1', '47.96.1.1'), 'unverified EchoUnclear'],
    ['nothing', [], 'unverified EchoUnclear'], ['a private address', shown('192.168.1.7'), 'unverified EchoUnclear'], ['no address', shown('<html>'), 'unverified EchoUnclear'],
    ['a private and a wrong address', shown('10.1.1.1', '47.98.1.1'), 'failed'],
  ];
  for (const [what, answers, want] of cases) it(`is ${want} for ${what}`, () => expect(inWords(judgeEgress(answers, WANTED))).to.equal(want));

  it('counts an address of the way out, whatever range it is in', () => expect(inWords(judgeEgress(shown('192.168.9.9'), ['192.168.9.9']))).to.equal('passed'));
});

describe('What a guest printed', () => {
  it('is the last line, and whatever else was said before it', () => expect(shownBy('motd\n{"address":"1.2.3.4","service":"https://a"}\n')).to.deep.equal({ address: '1.2.3.4', service: 'https://a' }));
  it('is its problems where there is no address', () => expect(shownBy('{"address":"","problems":["https://a: slow","https://b: html"]}')).to.deep.equal({ problem: 'https://a: slow; https://b: html' }));
  it('is an answer or a problem, whatever it is', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (output) => {
      const said = shownBy(output);
      expect('address' in said ? said.address : said.problem).to.be.a('string').and.not.equal('');
    }), { seed: 1 });
  });
});
