import { expect } from 'chai';
import { listenAddress } from '../../../src/cli/listen-address.ts';

describe('An address to listen on', () => {
  const read: readonly (readonly [string, ReturnType<typeof listenAddress>])[] = [
    [':8080', { port: 8080 }], ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }], ['localhost:9', { host: 'localhost', port: 9 }], ['[::1]:8081', { host: '::1', port: 8081 }], ['0', 'off'], ['', 'off'],
  ];
  for (const [text, address] of read) it(`is read from "${text}"`, () => expect(listenAddress(text)).to.deep.equal(address));

  for (const text of ['8080', 'localhost', ':', ':70000', ':80a', '::1:80', 'http://x:80', 'a b:80', '[::1]', '-1']) {
    it(`is not "${text}"`, () => expect(() => listenAddress(text)).to.throw('such as :8080'));
  }
});
