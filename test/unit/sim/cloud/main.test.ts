// The command: its one line when it listens, its one line when something is wrong, its time.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { expect } from 'chai';
import { fastClock } from '../../../../sim/cloud/wire/clock.ts';
import { VirtualClock } from './kit.ts';

const root = new URL('../../../../', import.meta.url);
const command = ['sim/cloud/main.ts'];

const run = (...flags: string[]): { readonly status: number | null; readonly stderr: string; readonly stdout: string } =>
  spawnSync(process.execPath, [...command, ...flags], { cwd: root, encoding: 'utf8', timeout: 9000 });

describe('the command npm run sim', () => {
  const folder = mkdtempSync(join(tmpdir(), 'world-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  after(() => rmSync(folder, { recursive: true }));

  it('prints the URL when it listens, serves the world there, and ends on SIGTERM', async () => {
    const child = spawn(process.execPath, [...command, '--world', 'sim/worlds/procedure.yaml', '--speed', '10'], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string];
      const url = /^simulated cloud \(cn-hangzhou\) listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)![1]!;
      const body = await (await fetch(`${url}/_sim/world`)).json() as { instances: { id: string; egressIps: string[] }[] };
      expect(body.instances.map(({ id, egressIps }) => [id, ...egressIps])).to.deep.equal([['i-one', '47.98.1.1'], ['i-two', '47.98.1.2'], ['i-three', '47.96.1.1']]);
    } finally {
      child.kill('SIGTERM');
    }
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
  });

  const wrong: readonly (readonly [string, readonly string[], string])[] = [
    ['a world file that is not there', ['--world', join(folder, 'none.yaml')], 'cannot be read (ENOENT)'],
    ['a field of the world file that is wrong', ['--world', file('bad.yaml', 'account: { eips: many }')], 'account.eips: '],
    ['a speed that is none', ['--world', 'x', '--speed', 'fast'], '--speed <factor>'],
    ['no world file', [], '--world <file>'],
  ];
  for (const [what, flags, message] of wrong) {
    it(`says in one line, with exit code 2, that there is ${what}`, () => {
      const { status, stderr } = run(...flags);
      expect(status).to.equal(2);
      expect(stderr.trim().split('\n')).to.have.length(1);
      expect(stderr).to.include(message);
    });
  }

  it('explains its flags', () => {
    const { status, stdout } = run('--help');
    expect(status).to.equal(0);
    for (const flag of ['--port', '--host', '--world', '--speed']) expect(stdout).to.include(flag);
  });
});

describe('the clock of a fast world', () => {
  it('runs as many times faster as told, for what is asked and for what falls due', () => {
    const real = new VirtualClock();
    const clock = fastClock(real, 10);
    const beganMs = clock.now();
    const due: number[] = [];
    clock.after(60_000, () => due.push(clock.now() - beganMs));
    real.pass(5999);
    expect(due).to.deep.equal([]);
    real.pass(1);
    expect(due).to.deep.equal([60_000]);
  });
});
