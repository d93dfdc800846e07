import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { findDrills } from '../drills/kit/find.ts';
import { ROOT, runToEnd } from './kit/child.ts';

describe('The drills', () => {
  const files = globSync('*.ts', { cwd: join(ROOT, 'test/drills'), exclude: ['main.ts'] }).map((file) => basename(file, '.ts')).sort();

  it('are one in each file, called as it is, and say in one line what is broken', async () => {
    const drills = await findDrills();
    expect(drills.map(({ name }) => name)).to.deep.equal(files);
    for (const { name, description } of drills) expect(description, name).to.match(/^[^\n]{20,140}$/);
  });

  it('are listed by --help', async () => {
    const { code, stdout } = await runToEnd(['test/drills/main.ts', '--help']);
    expect([code, files.filter((name) => !stdout.includes(`\n  ${name} `))]).to.deep.equal([0, []]);
  });

  it('that nobody knows are refused with the names of those there are, before anything is broken', async () => {
    const { code, stderr } = await runToEnd(['test/drills/main.ts', '--drill', 'silent-watch', 'no-such-drill']);
    expect([code, stderr]).to.deep.equal([2, `no drill is called no-such-drill; there are ${files.join(', ')}\n`]);
  });
});
