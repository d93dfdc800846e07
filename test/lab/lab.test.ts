// The network lab as one run, held to what it says of itself; needs Linux, root, nftables (lab/run/requirements.ts).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { DRILLS } from '../../lab/drills/all.ts';
import type { Summary } from '../../lab/report.ts';
import { whatIsMissing } from '../../lab/run/requirements.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const RUN_MS_MAX = 540_000;
/** What a run that does its work compares at least. */
const STATES_MIN = 150;

const names = (): readonly string[] => [...(existsSync('/run/netns') ? readdirSync('/run/netns') : []), ...readdirSync(tmpdir())];
const ofRun = (pid: number): readonly string[] => names().filter((name) => name.startsWith(`egulab-${pid}-`));

interface Ran {
  readonly pid: number;
  readonly code: number | null;
  readonly summary: Summary;
}

async function runLab(): Promise<Ran> {
  const child = spawn(process.execPath, [join(ROOT, 'lab/main.ts'), '--json'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const [code] = (await once(child, 'close')) as [number | null];
  return { pid: child.pid ?? 0, code, summary: JSON.parse(said.trim().split('\n').at(-1) ?? '') as Summary };
}

/** A lab that is killed, with what it has made still there; gives its process id. */
async function killedLab(): Promise<number> {
  const child = spawn(process.execPath, [join(ROOT, 'lab/main.ts'), '--drill', 'states', '--verbose'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return child.pid ?? 0;
}

const missing = whatIsMissing();

describe('The network lab', function () {
  this.timeout(RUN_MS_MAX);

  if (missing !== undefined) {
    it.skip(`is skipped: ${missing}`);
    return;
  }

  let killed: number;
  let leftByKilled: readonly string[];
  let ran: Ran;
  before(async () => {
    killed = await killedLab();
    leftByKilled = ofRun(killed);
    ran = await runLab();
  });

  for (const { name, description } of DRILLS) {
    it(`${name}: ${description}`, () => {
      const drill = ran.summary.drills.find((row) => row.name === name);
      expect(drill?.faults, drill?.seen.join('\n')).to.deep.equal([]);
      expect(drill?.ok).to.equal(true);
    });
  }

  it('finds no state in which the simulator\'s verdict and packets differ', () => {
    expect(ran.summary.disagreements).to.equal(0);
    expect(ran.summary.statesCompared).to.be.greaterThan(STATES_MIN);
  });

  it('measures an interruption of what arrives, and one only', () => {
    expect(ran.summary.interruptionMs.inbound.p50).to.be.greaterThan(0);
    expect(ran.summary.interruptionMs.inbound.max).to.be.lessThan(30_000);
  });

  it('ends with 0 where everything held', () => expect([ran.summary.ok, ran.code]).to.deep.equal([true, 0]));

  it('leaves nothing behind, and sweeps up after one that was killed', () => {
    expect(leftByKilled).to.not.deep.equal([]);
    expect([...ofRun(ran.pid), ...ofRun(killed)]).to.deep.equal([]);
  });
});
