// The image without a container engine: its files are assembled by the script that the Dockerfile runs, and a pod of deploy/ is started in
// them, and in nothing else, against the real API server and a simulated cloud.
import { expect } from 'chai';
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesIn } from '../../scripts/image/size.ts';
import { ROOT } from './kit/child.ts';
import { imageConfig } from './kit/dockerfile.ts';
import { freePort, underDeployment } from './kit/deployment.ts';
import { requireImage } from './kit/image.ts';
import { Pod } from './kit/pod.ts';
import type { PodSpec } from './kit/pod.ts';
import { useStage } from './kit/stage.ts';
import { eventually } from './kit/until.ts';
import { vpc, worldOf } from './kit/worlds.ts';

const SIZE_MAX = 160e6;
const NAT_IP = '47.96.1.1';
const world = worldOf(vpc('bp1opxu1zkhn00gzv', {
  egressIp: NAT_IP,
  instances: { 'i-static': { publicIp: '47.98.1.1', tags: { egress: 'unified' } }, 'i-eip': { eip: 'eip-home', tags: { egress: 'unified' } } },
  more: { eips: { 'eip-home': { ip: '47.98.1.2' } } },
}));

describe('The image', function () {
  const stage = useStage({ world, controller: false });
  let image = '';
  let spec: PodSpec;
  const config = imageConfig();
  const files = (): readonly string[] => readdirSync(image, { recursive: true, encoding: 'utf8' });

  before('it is assembled', async function () {
    image = await requireImage(this);
    spec = await underDeployment(stage().cluster, 'overlays/static-credentials');
  });

  it('is what the script assembles, and nothing else', () => {
    const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
    expect(dockerfile).to.match(/^RUN node scripts\/image\.ts \/image$/m);
    expect({ from: config.from, copies: config.copies }).to.deep.equal({ from: 'scratch', copies: ['--from=build /image /'] });
  });

  it('has the version of node that the project pins', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { devDependencies: { node: string } };
    expect(config.args['NODE_IMAGE']).to.match(new RegExp(`^node:${devDependencies.node.replaceAll('.', '[.]')}-\\w+-slim$`));
    expect(process.version).to.equal(`v${devDependencies.node}`);
  });

  it('runs as the user, and has the ports, that the manifests say', () => {
    expect(config.user).to.equal(`${spec.securityContext.runAsUser}:${spec.securityContext.runAsGroup}`);
    expect(config.exposed).to.deep.equal(['8080', '8081']);
  });

  it('has what its entry point names', () => {
    for (const path of config.entrypoint.filter((word) => word.startsWith('/'))) expect(existsSync(join(image, path)), path).to.equal(true);
  });

  it('has one program, node, and neither shell nor package manager', () => {
    const programs = files().filter((file) => lstatSync(join(image, file)).isFile() && (lstatSync(join(image, file)).mode & 0o111) !== 0);
    expect(programs.filter((file) => !/\.so(\.\d+)*$/.test(file))).to.deep.equal(['usr/local/bin/node']);
    expect(files().filter((file) => /node_modules|\bnpm\b|\bbash\b|busybox|\.ts$/.test(file))).to.deep.equal([]);
  });

  it('has nothing that anybody may write, and nothing that runs as somebody else', () => {
    const modes = files().map((file) => [file, lstatSync(join(image, file)).mode & 0o7022] as const);
    expect(modes.filter(([, mode]) => mode !== 0)).to.deep.equal([]);
  });

  it('passes on the licences of what is in the bundle', () => {
    const text = readFileSync(join(image, 'app/THIRD-PARTY-LICENCES'), 'utf8');
    for (const name of ['@alicloud/ecs20140526', '@kubernetes/client-node', 'undici', 'winston', 'zod']) expect(text).to.include(`== ${name} `);
  });

  it(`is smaller than ${SIZE_MAX / 1e6} MB`, () => expect(bytesIn(image)).to.be.lessThan(SIZE_MAX));

  describe('in a pod of deploy/overlays/static-credentials', function () {
    this.timeout(90_000);
    let pod: Pod;
    let health = '';

    before('the pod is started', async () => {
      const port = await freePort();
      health = `http://127.0.0.1:${port}`;
      const { hostname, port: cloudPort } = new URL(stage().cloud.url);
      expect(hostname).to.equal('127.0.0.1');
      const env = { EGRESS_HEALTH_ADDRESS: `127.0.0.1:${port}`, EGRESS_METRICS_ADDRESS: '0', EGRESS_CLOUD_ENDPOINT: `http://cloud.simulated:${cloudPort}` };
      pod = await Pod.start({ name: 'egress-unification-0', namespace: 'egress-unification-system', spec, image, apiserver: stage().cluster.apiserver, env, hosts: ['cloud.simulated'] });
    });

    after('the pod is removed', () => pod.remove());

    it('becomes ready and leads', () => eventually(async () => {
      const answer = await fetch(`${health}/readyz`).catch(() => expect.fail(pod.said));
      expect([answer.status, await answer.text()].join(' '), pod.said).to.match(/^200 .*role: leader/s);
    }));

    it('is process 1 of an unprivileged user', async () => {
      const { Uid, NSpid, CapEff } = await pod.status();
      expect({ Uid: Uid?.split('\t')[0], NSpid: NSpid?.split('\t').at(-1), CapEff }).to.deep.equal({ Uid: '65532', NSpid: '1', CapEff: '0000000000000000' });
    });

    it('unifies the example', async () => {
      await stage().cluster.kubectl(['apply', '-f', join(ROOT, 'examples/minimal.yaml')]);
      await stage().untilStatus('web', { type: 'Ready', reason: 'Unified' });
      await stage().expectSeen('i-static', { egress: [NAT_IP], inbound: ['47.98.1.1'] });
      await stage().expectSeen('i-eip', { egress: [NAT_IP], inbound: ['47.98.1.2'] });
    });

    it('ends by itself when it is told to, and gives the lease up', async () => {
      pod.kill('SIGTERM');
      const { code } = await pod.ended;
      expect(code, pod.said).to.equal(0);
      const holder = await stage().cluster.kubectl(['get', 'lease', 'egress-unification', '--namespace', 'kube-system', '-o', 'jsonpath={.spec.holderIdentity}']);
      expect(holder).to.equal('');
    });

    it('was started with what the compiler had left for it', async () => {
      const again = await Pod.start({ name: 'again', namespace: 'egress-unification-system', spec, image, apiserver: stage().cluster.apiserver, args: ['--version'], env: { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' } });
      const { code, stdout, stderr } = await again.ended;
      await again.remove();
      expect({ code, version: /^\d+\.\d+\.\d+$/m.test(stdout) }, stderr).to.deep.equal({ code: 0, version: true });
      expect(`${stdout}${stderr}`).to.match(/egress-unification\.mjs was accepted/);
    });
  });
});
