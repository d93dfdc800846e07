import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { ask } from '../../../../src/cli/restore/terminal.ts';

async function answered(text: string): Promise<boolean> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.end(text);
  return ask('Bring them home? ', { input, output });
}

describe('The question before a restoration', () => {
  it('takes "yes" for yes', async () => expect(await answered('yes\n')).to.equal(true));
  for (const text of ['y\n', 'no\n', '\n', 'YES\n', '']) {
    it(`takes ${JSON.stringify(text)} for no`, async () => expect(await answered(text)).to.equal(false));
  }
});
