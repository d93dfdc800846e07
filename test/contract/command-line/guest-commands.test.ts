// `guest-commands` and `prober` as processes of their own: what they print, what they leave, and how they end.
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Registration } from '../../../src/adapters/alicloud/registered-commands.ts';
import { GUEST_COMMANDS } from '../../../src/ports/guests.ts';
import { Child, runToEnd } from '../../apiserver/kit/child.ts';
import { SimulatedCloud } from '../../apiserver/kit/cloud.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { command } from './rig.ts';

const IN_REGION = ['--region', 'cn-hangzhou'];
const ids = ({ stdout }: { readonly stdout: string }): readonly string[] => (JSON.parse(stdout) as Registration[]).map(({ commandId }) => commandId);

describe('guest-commands', function () {
  this.timeout(60_000);
  let cloud: SimulatedCloud;

  beforeEach(async () => { cloud = await SimulatedCloud.start({}, 20); });
  afterEach(() => cloud.stop());

  it('registers each command once, and lists them without writing', async () => {
    const before = await command(cloud, 'guest-commands', 'list', ...IN_REGION, '-o', 'json');
    expect([before.code, ids(before)]).to.deep.equal([0, GUEST_COMMANDS.map(() => '')]);
    expect(await cloud.writes()).to.deep.equal([]);
    const registered = await command(cloud, 'guest-commands', 'register', ...IN_REGION, '-o', 'json');
    expect(registered.code, registered.stderr).to.equal(0);
    expect(ids(registered).every((id) => /^c-/.test(id))).to.equal(true);
    const again = await command(cloud, 'guest-commands', 'register', ...IN_REGION, '-o', 'json');
    expect([again.code, ids(again)]).to.deep.equal([0, ids(registered)]);
    expect(await cloud.writes()).to.deep.equal(GUEST_COMMANDS.map(() => 'CreateCommand'));
    const { stdout } = await command(cloud, 'guest-commands', 'list', ...IN_REGION);
    expect(stdout.split('\n').slice(0, 2).map((line) => line.replace(/egress-[0-9a-f]{12}/, 'egress-…').replace(/c-\S+/, 'c-…').replaceAll(/ +/g, ' '))).to.deep.equal(['COMMAND REGISTERED ID NAME NOTE', 'egress yes c-… egressunification-egress-… -']);
  });

  it('that may not be registered says so on one line, and ends with 1', async () => {
    await cloud.faults({ action: 'CreateCommand', kind: 'fail', code: 'Forbidden.RAM', status: 403 });
    const { code, stdout, stderr } = await command(cloud, 'guest-commands', 'register', ...IN_REGION, '--log-level', 'error');
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr.trim().split('\n')).to.have.lengthOf(1);
    expect(stderr).to.include('not authorized');
  });

  it('without a region, or with another word, is a line and exit code 2', async () => {
    for (const words of [['list'], ['delete', ...IN_REGION], ['list', '--region', 'cn-hangzhou-h']]) {
      const { code, stderr } = await command(cloud, 'guest-commands', ...words);
      expect([code, stderr.trim().split('\n').length], stderr).to.deep.equal([2, 1]);
    }
    expect(await cloud.calls()).to.deep.equal([]);
  });
});

describe('prober', function () {
  this.timeout(60_000);

  it('serves what it finds at a port until it is told to end', async () => {
    const target = createServer().listen(0, '127.0.0.1');
    await once(target, 'listening');
    const { port } = target.address() as AddressInfo;
    const child = new Child(['src/main.ts', 'prober', '--listen', '127.0.0.1:0', '--allow-cidr', '127.0.0.1/32']);
    try {
      const address = await eventually(() => /"address":"([^"]+)"/.exec(child.said)?.[1] ?? expect.fail(`it does not listen: ${child.said}`), { everyMs: 20 });
      const ask = async (query: string): Promise<unknown> => (await fetch(`http://${address}/?${query}`)).json();
      expect(await ask(`address=127.0.0.1&port=${port}`)).to.deep.equal({ knock: 'answers' });
      target.close();
      await once(target, 'close');
      expect(await ask(`address=127.0.0.1&port=${port}`)).to.deep.equal({ knock: 'refuses' });
      expect(await ask(`address=127.0.0.2&port=${port}`)).to.have.property('problem');
    } finally {
      expect((await child.end('SIGTERM')).code).to.equal(0);
    }
  });

  it('that cannot listen, or has no range that is one, is a line and exit code 2', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    for (const words of [['--listen', `127.0.0.1:${(taken.address() as AddressInfo).port}`], ['--listen', '0'], ['--allow-cidr', '47.98.0.0']]) {
      const { code, stderr } = await runToEnd(['src/main.ts', 'prober', ...words]);
      expect([code, stderr.trim().split('\n').length], stderr).to.deep.equal([2, 1]);
    }
    taken.close();
  });
});
