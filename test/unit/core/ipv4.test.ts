// Prefixes of IPv4, as far as SNAT needs them.
import { expect } from 'chai';
import fc from 'fast-check';
import { coveringPrefixLength } from '../../../src/core/ipv4.ts';

const CASES: readonly (readonly [cidr: string, ip: string, want: number | undefined])[] = [
  ['10.0.1.0/24', '10.0.1.255', 24], ['10.0.1.0/24', '10.0.2.0', undefined], ['10.0.1.77/24', '10.0.1.5', 24], ['10.0.1.5/32', '10.0.1.5', 32], ['10.0.1.5', '10.0.1.5', 32],
  ['10.0.1.5', '10.0.1.6', undefined], ['0.0.0.0/0', '255.255.255.255', 0], ['128.0.0.0/1', '192.168.0.1', 1], ['192.168.0.0/16', '192.168.255.1', 16],
  ['', '10.0.1.5', undefined], ['10.0.1.0/33', '10.0.1.5', undefined], ['10.0.1.0/x', '10.0.1.5', undefined], ['10.0.1/24', '10.0.1.5', undefined], ['10.0.1.256/24', '10.0.1.5', undefined], ['10.0.1.0/24', '10.0.01.5', undefined],
];

describe('A prefix', () => {
  for (const [cidr, ip, want] of CASES) {
    it(`${cidr || '(empty)'} ${want === undefined ? 'does not cover' : `covers, with ${want} bits,`} ${ip}`, () => expect(coveringPrefixLength(cidr, ip)).to.equal(want));
  }

  it('covers an address exactly when their first bits are equal', () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    const bits = (address: readonly number[]): string => address.map((octet) => octet.toString(2).padStart(8, '0')).join('');
    fc.assert(fc.property(octets, octets, fc.nat(32), fc.boolean(), (base, other, length, near) => {
      const ip = near ? [base[0], base[1], base[2], other[3]] : other;
      const same = bits(base).slice(0, length) === bits(ip).slice(0, length);
      expect(coveringPrefixLength(`${base.join('.')}/${length}`, ip.join('.'))).to.equal(same ? length : undefined);
    }), { seed: 1 });
  });
});
