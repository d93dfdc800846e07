// `npm run qualify`, with small numbers, against the simulated cloud as a process of its own. What is claimed is what the world shows.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { actions as everyAction } from '../../../sim/cloud/engine/actions.ts';
import { controllerPolicy, qualificationPolicy } from '../../../scripts/ram/policies.ts';
import { Child, runToEnd, type Ended } from '../../apiserver/kit/child.ts';
import { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import type { Trial } from '../../qualification/book.ts';
import { STATEMENTS } from '../../qualification/statements.ts';
import { textOf } from '../supply-chain/manifest.ts';

const SPEED = 10;
/** Long enough that a look every 40 ms sees each window. */
const LATENCIES = { attach: 1500, detach: 1500, delete: 500, associate: 4000, unassociate: 4000, convert: 2000 };
const granted = new Set([controllerPolicy(), qualificationPolicy()].flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action)));
/** Everything outside the two policies that the guide asks for. */
const deny = [...everyAction.keys()].filter((action) => !granted.has(action));
const KEYS = { accessKeyId: 'qualification-key', accessKeySecret: 'qualification-canary-value' };
const ENV = { ALIBABA_CLOUD_ACCESS_KEY_ID: KEYS.accessKeyId, ALIBABA_CLOUD_ACCESS_KEY_SECRET: KEYS.accessKeySecret };

interface World { readonly instances: Record<string, object> }

const world = (change: (world: World) => void = () => undefined): object => {
  const read = parse(textOf('test/qualification/world.yaml')) as World;
  change(read);
  return { ...read, latenciesMs: LATENCIES, credentials: [{ ...KEYS, deny }] };
};

describe('A qualification', function () {
  this.timeout(300_000);
  let cloud: SimulatedCloud;
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'egress-unification-report-')); });
  afterEach(async () => {
    await cloud.stop();
    await rm(folder, { recursive: true });
  });

  const args = (...more: readonly string[]): readonly string[] =>
    ['test/qualification/main.ts', '--region', 'cn-hangzhou', '--vpc', 'vpc-trial', '--cloud-endpoint', cloud.url, '--out', folder, '--poll', '20', '--windows', '4', ...more];
  const qualify = (...more: readonly string[]): Promise<Ended> => runToEnd(args(...more), ENV);

  async function trial(): Promise<Trial> {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    expect(files).to.have.length(1);
    return JSON.parse(await readFile(join(folder, files[0]!), 'utf8')) as Trial;
  }

  /** Everything as before, but that the static public IP is an EIP. */
  async function expectClean(): Promise<void> {
    const { eips, instances, networkInterfaces } = await cloud.world();
    expect(eips.map(({ ip, boundTo, tags }) => ({ ip, on: boundTo?.id, tags }))).to.have.deep.members([{ ip: '47.96.1.1', on: 'ngw-trial', tags: {} }, { ip: '47.98.1.1', on: 'i-static', tags: {} }]);
    expect((networkInterfaces as readonly { readonly type: string }[]).filter(({ type }) => type === 'Secondary')).to.deep.equal([]);
    expect(instances.map(({ id, inboundIps }) => [id, ...inboundIps])).to.have.deep.members([['i-static', '47.98.1.1'], ['i-bare'], ['i-other', '47.98.1.9']]);
  }

  const expectUntouched = async (id: string): Promise<void> => {
    const touching = (await cloud.calls()).filter(({ mutates, parameters }) => mutates && Object.values(parameters).includes(id));
    expect(touching).to.deep.equal([]);
  };

  it('answers, measures, kills and reverts, with the rights of its two policies and no more, and leaves nothing behind', async () => {
    cloud = await SimulatedCloud.start(world(), SPEED);
    const { code, stdout, stderr } = await qualify('--yes');
    expect(code, `${stdout}${stderr}`).to.equal(0);
    const found = await trial();
    expect(found.problems).to.deep.equal([]);
    expect(found.contract).to.deep.include({ failed: [] }).and.to.have.property('passed').that.is.above(10);
    expect(Object.keys(found.answers).sort()).to.deep.equal(STATEMENTS.filter(({ asked }) => asked !== undefined).map(({ id }) => id).sort());
    expect(Object.entries(found.answers).filter(([, { verdict }]) => verdict === 'otherwise')).to.deep.equal([]);
    expect(found.windows.length).to.be.at.least(4);
    const shortestMs = LATENCIES.associate / SPEED;
    expect(found.windows.filter(({ ms }) => ms < shortestMs || ms > 20_000)).to.deep.equal([]);
    expect(found.windows.filter(({ isKilled }) => isKilled)).to.have.length(1);
    expect(new Set(found.windows.map(({ instanceId, direction }) => `${instanceId} ${direction}`)).size).to.equal(4);
    expect(found.conversions).to.have.length(1);
    expect(found.revert).to.have.property('away').that.deep.equals([]);
    await expectClean();
    await expectUntouched('i-other');
    const [report = ''] = (await readdir(folder)).filter((name) => name.endsWith('.md'));
    const text = await readFile(join(folder, report), 'utf8');
    expect(text).to.include('**Qualified**').and.to.include('**This was not the cloud.**');
    for (const said of [stdout, stderr, text, JSON.stringify(found)]) expect(said).not.to.include(KEYS.accessKeySecret);
  });

  it('that is killed in a window, and then told to end, is brought to its end by the next run', async () => {
    cloud = await SimulatedCloud.start(world(), SPEED);
    const first = new Child(args('--yes', '--windows', '2'), ENV);
    const dark = async (): Promise<number> => (await cloud.world()).eips.filter(({ boundTo, tags }) => boundTo === null && tags['egressunification.io/instance'] !== undefined).length;
    await eventually(async () => expect(await dark(), first.said).to.equal(1), { timeoutMs: 120_000, everyMs: 20 });
    await first.end('SIGKILL');
    const before = await trial();
    expect(before).not.to.have.property('finishedAt');

    const second = new Child(args('--yes', '--windows', '2'), ENV);
    await eventually(() => expect(second.said).to.include('killed in the window'), { timeoutMs: 120_000, everyMs: 20 });
    const { code } = await second.end('SIGTERM');
    expect(code).to.equal(1);
    await expectClean();
    const between = await trial();

    const { code: last, stdout } = await qualify('--yes', '--windows', '2');
    expect(last, stdout).to.equal(0);
    expect(stdout).to.include('going on with');
    const after = await trial();
    expect([after.contract, after.startedAt]).to.deep.equal([before.contract, before.startedAt]);
    expect(after.answers).to.deep.include(between.answers);
    expect(after.windows.slice(0, between.windows.length)).to.deep.equal(between.windows);
    await expectClean();
    await expectUntouched('i-other');
  });

  it('asks before it writes, and where nobody can be asked does nothing', async () => {
    cloud = await SimulatedCloud.start(world(), SPEED);
    const { code, stdout, stderr } = await qualify();
    expect(code).to.equal(2);
    expect(stdout).to.match(/i-static: its static public IP 47.98.1.1 becomes an EIP, which CANNOT BE UNDONE/).and.to.include('1 other instances in it are not touched');
    expect(stderr).to.include('--yes');
    expect([await cloud.writes(), await readdir(folder)]).to.deep.equal([[], []]);
  });

  it('begins only on instances that were given for it, and says how to give them', async () => {
    cloud = await SimulatedCloud.start(world(({ instances }) => { for (const id of ['i-static', 'i-bare']) Reflect.deleteProperty(instances, id); }), SPEED);
    const { code, stderr } = await qualify('--yes');
    expect(code).to.equal(2);
    expect(stderr).to.include('egress-qualification=scratch').and.not.to.include('    at ');
    expect(await cloud.writes()).to.deep.equal([]);
  });
});
