// What routing-check printed, and what is made of it: whatever is not understood is unread, and only all of it together is ready.
import { expect } from 'chai';
import fc from 'fast-check';
import { guestReading } from '../../../src/core/guest.ts';

const READY = { interface: 'eth1', up: true, address: true, sourceRouting: true, defaultRoute: 'primary', rpFilter: 1, managed: false, armed: false, systemd: true };
const reading = (given: object): ReturnType<typeof guestReading> => guestReading(JSON.stringify({ ...READY, ...given }));

type Case = readonly [name: string, given: object, want: ReturnType<typeof guestReading>];

const notReady = (missing: string, configurable: boolean): Case[2] => ({ state: 'notReady', managed: false, missing, configurable });
const diverted = (missing: string): Case[2] => ({ state: 'notReady', managed: false, missing, configurable: false, diverted: true });

const CASES: readonly Case[] = [
  ['is ready when all of it is there', {}, { state: 'ready', managed: false }],
  ['is ready by our own doing', { managed: true }, { state: 'ready', managed: true }],
  ['is armed until it is confirmed', { managed: true, armed: true }, { state: 'armed', managed: true, mayConfirm: false }],
  ['is armed and says what does not work', { managed: true, armed: true, sourceRouting: false }, { state: 'armed', managed: true, mayConfirm: false, missing: 'no rule sends what comes from that address out by eth1' }],
  ['lacks the interface, which nobody can set up', { interface: '', up: false, address: false, sourceRouting: false }, notReady('no interface has the MAC address of the ENI', false)],
  ['has it down', { up: false }, notReady('eth1 is down', true)],
  ['lacks its address', { address: false }, notReady('eth1 lacks the private address of the ENI', true)],
  ['lacks source routing', { sourceRouting: false }, notReady('no rule sends what comes from that address out by eth1', true)],
  ['names all that is missing', { up: false, address: false, sourceRouting: false }, notReady('eth1 is down; eth1 lacks the private address of the ENI; no rule sends what comes from that address out by eth1', true)],
  ['cannot be configured without systemd', { sourceRouting: false, systemd: false }, notReady('no rule sends what comes from that address out by eth1', false)],
  ['is ready without systemd when somebody else set it up', { systemd: false }, { state: 'ready', managed: false }],
  ['leaves by the second interface, which is not for us to change', { defaultRoute: 'secondary' }, diverted('the default route leaves by the interface of the ENI')],
  ['may leave by either', { defaultRoute: 'both' }, diverted('a default route of the same metric leaves by the interface of the ENI as well')],
  ['has no default route', { defaultRoute: 'none' }, notReady('there is no default route', false)],
];

const GARBAGE: readonly (readonly [name: string, output: string])[] = [
  ['nothing', ''], ['white space', ' \n\n'], ['HTML', '<html><body>502</body></html>'], ['half a line', '{"interface":"eth1","up":tr'], ['another kind of JSON', '["eth1"]'], ['null', 'null'],
  ['a field that is missing', JSON.stringify({ ...READY, armed: undefined })], ['a field of another type', JSON.stringify({ ...READY, up: 'yes' })], ['an unknown default route', JSON.stringify({ ...READY, defaultRoute: 'tertiary' })],
  ['words after the line', `${JSON.stringify(READY)}\nTerminated`],
];

describe('A guest', () => {
  for (const [name, given, want] of CASES) it(name, () => expect(reading(given)).to.deep.equal(want));

  it('may say something before its line', () => expect(guestReading(`Welcome to web-1\nmotd\n${JSON.stringify(READY)}\r\n`)).to.deep.equal({ state: 'ready', managed: false }));

  for (const [name, output] of GARBAGE) it(`is unread when it says ${name}`, () => expect(guestReading(output).state).to.equal('unread'));

  it('says what the command could not do', () => expect(guestReading('{"problem":"ip (iproute2) is not installed"}')).to.deep.equal({ state: 'unread', message: 'ip (iproute2) is not installed' }));

  it('says in its message what it printed, cut short', () => {
    const read = guestReading('x'.repeat(5_000));
    expect(read).to.deep.equal({ state: 'unread', message: `routing-check printed no reading: ${'x'.repeat(200)}` });
  });

  it('is unread or read, and never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (output) => guestReading(output).state === 'unread'), { seed: 1 });
  });

  it('is ready for no other flags than those of one that answers by both interfaces', () => {
    const flags = fc.record({
      interface: fc.constantFrom('', 'eth1'), up: fc.boolean(), address: fc.boolean(), sourceRouting: fc.boolean(), armed: fc.boolean(), managed: fc.boolean(), systemd: fc.boolean(),
      defaultRoute: fc.constantFrom('primary', 'secondary', 'both', 'none'),
    });
    fc.assert(fc.property(flags, (line) => {
      const isReady = line.interface !== '' && line.up && line.address && line.sourceRouting && !line.armed && line.defaultRoute === 'primary';
      expect(guestReading(JSON.stringify(line)).state === 'ready').to.equal(isReady);
    }), { numRuns: 1_000, seed: 1 });
  });
});
