// The seeded bugs for themselves: that each still finds its place in the source. That the suite catches them is `npm run simulate:bugs`.
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { BUGS, patched, withBug } from './bugs/patching.ts';
import { LINES } from './bugs/seeded-bug.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8');

describe('The seeded bugs', () => {
  for (const bug of BUGS) {
    it(`find their place once, change it and leave a file that can be read: ${bug.name}`, () => {
      for (const file of new Set(bug.patches.map((patch) => patch.file))) {
        const text = textOf(file);
        const wrong = withBug(bug, file, text);
        expect(wrong, file).to.be.a('string').and.not.equal(text);
        expect(() => stripTypeScriptTypes(wrong ?? ''), file).not.to.throw();
      }
    });
  }

  it('bring back every mistake of the list', () => {
    const lacking = Object.keys(LINES).filter((line) => !BUGS.some((bug) => bug.line === line));
    expect(lacking).to.deep.equal([]);
  });

  it('have names of their own, a place where they are looked for and an invariant that should say them', () => {
    expect(new Set(BUGS.map(({ name }) => name)).size).to.equal(BUGS.length);
    expect(BUGS.filter(({ shows, expected, patches }) => shows.length === 0 || expected.length === 0 || patches.length === 0)).to.deep.equal([]);
    for (const { name } of BUGS) expect(name).to.match(/^[a-z]+(-[a-z]+)*$/);
  });

  it('are refused when the source has moved on', () => {
    const patch = { file: 'a.ts', find: 'x', replace: 'y' };
    expect(() => patched('abc', patch)).to.throw('a.ts holds 0 times, not once: x');
    expect(() => patched('x x', patch)).to.throw('a.ts holds 2 times, not once: x');
    expect(patched('axb', patch)).to.equal('ayb');
  });
});
