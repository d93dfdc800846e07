import { expect } from 'chai';
import { LineDecoder } from '../../../../src/adapters/kubernetes/lines.ts';

/** The lines that come of these bytes, given in pieces of so many. */
function linesOf(text: string, pieceBytes: number): string[] {
  const lines: string[] = [];
  const decoder = new LineDecoder((line) => lines.push(line));
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) decoder.push(bytes.subarray(at, at + pieceBytes));
  decoder.end();
  return lines;
}

describe('lines of a stream', () => {
  it('are the same however the bytes are cut, in the middle of a character too', () => {
    for (const pieceBytes of [1, 2, 3, 5, 1_000]) expect(linesOf('{"a":"é…𝄞"}\n\n{"b":1}\n', pieceBytes)).to.deep.equal(['{"a":"é…𝄞"}', '{"b":1}']);
  });

  it('must end: one that the stream cuts off is an error', () => {
    expect(() => linesOf('{"a":1}\n{"b"', 4)).to.throw('in the middle of a line');
  });

  it('must end some time: one of more than 16 million characters is an error', () => {
    expect(() => linesOf('x'.repeat(16 * 1024 * 1024 + 1), 1024 * 1024)).to.throw('is longer than');
  });
});
