// Secrets are planted in every path by which the controller gets credentials, and servers quote in their refusals all that was shown to
// them. Nothing of it may be in anything that the process says: log, output, metrics, probes, status, Events, the lease.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { API_VERSION, PLURAL } from '../../../src/api/names.ts';
import { runToEnd } from '../../apiserver/kit/child.ts';
import { eventually } from '../../apiserver/kit/until.ts';
import { vpc, worldOf } from '../../apiserver/kit/worlds.ts';
import type { Shown } from '../../kit/quoting-door.ts';
import { Stage, type Controller, type ProcessOptions } from './stage.ts';
import { FAILURES, TokenIssuer, type TemporaryKeys } from './token-issuers.ts';

/** A piece of a secret is as bad as the whole. */
const PIECE = 10;
const QUOTED = 'quoted: ';

const LASTING = { id: 'LTAI5tBq7WmZrXnKc4Vd8PyA', secret: 'Jh3vQmT8kWz2RxLp9NcYb6DfGs4AuE' };
const TEMPORARY: TemporaryKeys = { accessKeyId: 'STS.NSwq7ZkV3bTmXr9LcPyHd2GfA', accessKeySecret: 'Uz6nDw4KxQj8MvSt2BhRc7YpLg5EaF', securityToken: 'Wp4xNz9RmQk7TvLc2YhJb5DsGf8AeUo3XiKtMw' };
const BEARER = 'Vn5kPz8WtQr3XmLd6YcJh9BgSf2AeT4UoKiR';
const OIDC = 'Zt7mRk4XwQp9VnLc3YdJb6HgSf8AeU2ToKiW5Nz';
const SESSION = 'Ck9vTz3MwXq6RnLp8YdJb2HgSf5AeU7WoKiQ4';

interface Path {
  readonly name: string;
  /** What is planted. */
  readonly planted: readonly string[];
  readonly credential: Readonly<Record<string, string>>;
  /** Starts the issuers of the path and says how the process gets to its credentials. */
  readonly open: (stage: Stage, ends: AsyncDisposableStack) => Promise<{ options: ProcessOptions; issuer?: TokenIssuer }>;
}

const temporary = { accessKeyId: TEMPORARY.accessKeyId, accessKeySecret: TEMPORARY.accessKeySecret, securityToken: TEMPORARY.securityToken };

const PATHS: readonly Path[] = [
  {
    name: 'the environment', planted: [LASTING.id, LASTING.secret], credential: { accessKeyId: LASTING.id, accessKeySecret: LASTING.secret },
    open: async () => ({ options: { env: { ALIBABA_CLOUD_ACCESS_KEY_ID: LASTING.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: LASTING.secret } } }),
  },
  {
    name: 'mounted files', planted: Object.values(temporary), credential: temporary,
    open: async ({ folder }) => {
      const directory = join(folder, 'keys');
      await mkdir(directory);
      const files = { 'access-key-id': TEMPORARY.accessKeyId, 'access-key-secret': TEMPORARY.accessKeySecret, 'security-token': TEMPORARY.securityToken };
      for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), `${text}\n`);
      return { options: { flags: ['--credentials', 'file', '--credentials-directory', directory] } };
    },
  },
  {
    name: 'RRSA and the token service', planted: [OIDC, ...Object.values(temporary)], credential: temporary,
    open: async ({ folder }, ends) => {
      const tokenFile = join(folder, 'oidc-token');
      await writeFile(tokenFile, OIDC);
      const issuer = ends.use(await TokenIssuer.sts(TEMPORARY));
      const env = { ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r', ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p', ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile };
      return { options: { env, elsewhere: { 'sts.aliyuncs.com': issuer.url } }, issuer };
    },
  },
  {
    name: 'the role of an instance', planted: [SESSION, ...Object.values(temporary)], credential: temporary,
    open: async (_, ends) => {
      const issuer = ends.use(await TokenIssuer.metadata(TEMPORARY, SESSION));
      return { options: { flags: ['--credentials', 'ecs-role'], elsewhere: { '100.100.100.200': issuer.url } }, issuer };
    },
  },
];

const SELECTED = { tags: { egress: 'unified' } };
const worldFor = (credential: object): object => ({
  ...worldOf(
    vpc('shop', { egressIp: '47.96.1.1', instances: { 'i-1': { eip: 'eip-1', ...SELECTED } }, more: { eips: { 'eip-1': { ip: '47.98.1.1' } } } }),
    vpc('yard', { egressIp: '47.96.1.2', instances: { 'i-2': { eip: 'eip-2', ...SELECTED } }, more: { eips: { 'eip-2': { ip: '47.98.1.2' } } } }),
  ),
  credentials: [credential],
});

/** What the cloud and the API server refuse, quoting, and in which words. */
const cloudRefuses = (action: string, code: string) => ({ headers }: Shown) =>
  (headers['x-acs-action'] === action ? { status: 403, body: (quote: string) => JSON.stringify({ Code: code, RequestId: 'R', Message: quote }) } : undefined);
const apiServerRefuses = (method: string, path: RegExp) => (shown: Shown) =>
  (shown.method === method && path.test(shown.path) ? { status: 403, body: (quote: string) => JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: quote }) } : undefined);

/** Every piece of a secret that stands in a text, with what stands around it. */
function told(text: string, secrets: Iterable<string>): string[] {
  return [...secrets].flatMap((secret) => Array.from({ length: secret.length - PIECE + 1 }, (_, at) => secret.slice(at, at + PIECE)).filter((piece) => text.includes(piece)).slice(0, 1))
    .map((piece) => `…${text.slice(Math.max(0, text.indexOf(piece) - 80), text.indexOf(piece) + 40)}…`);
}

/** A life with every kind of refusal in it: of reads (or else of keys, before it), of writes, of Events and of a status; and with what goes well. */
async function live(stage: Stage, controller: Controller, readsAreRefused: boolean): Promise<void> {
  const untilSaid = (pattern: RegExp): Promise<unknown> => eventually(() => expect(controller.said).to.match(pattern), { everyMs: 50 });
  const messagesOf = (name: string): string => JSON.stringify(stage.status(name));
  if (readsAreRefused) stage.cloudDoor.refuse = cloudRefuses('DescribeVSwitches', 'Forbidden.RAM');
  stage.kubernetesDoor.refuse = apiServerRefuses('POST', /\/events$/);
  stage.create('web', { vpcId: 'vpc-shop', instanceSelector: SELECTED });
  if (readsAreRefused) await eventually(() => expect(stage.ready('web')).to.equal('False CloudForbidden'), { everyMs: 50 });
  stage.cloudDoor.refuse = () => undefined;
  await eventually(() => expect(stage.ready('web')).to.equal('True Unified'), { everyMs: 50 });
  await untilSaid(/an event was not written.*quoted: /);
  stage.cloudDoor.refuse = cloudRefuses('CreateNetworkInterface', 'InvalidParameter.Conflict');
  stage.kubernetesDoor.refuse = apiServerRefuses('PATCH', /\/status/);
  stage.create('api', { vpcId: 'vpc-yard', instanceSelector: SELECTED });
  await untilSaid(/Kubernetes refused a write.*quoted: /);
  stage.kubernetesDoor.refuse = () => undefined;
  await eventually(() => expect(messagesOf('api')).to.include(QUOTED), { everyMs: 50 });
  await eventually(() => expect(stage.objects('events.k8s.io/v1', 'events')).to.include(QUOTED), { everyMs: 50 });
}

describe('Secrets that come by', () => {
  for (const { name, planted, credential, open } of PATHS) {
    it(`${name} are told by nothing`, async function () {
      this.timeout(90_000);
      await using ends = new AsyncDisposableStack();
      const stage = ends.use(await Stage.open({ world: worldFor(credential), bearer: BEARER }));
      const { options, issuer } = await open(stage, ends);
      const controller = stage.controller({ ...options, flags: ['--log-level', 'debug', ...(options.flags ?? [])] });
      try {
        await live(stage, controller, issuer === undefined);
      } catch (error) {
        throw new Error(`${String(error)}\n${controller.said.slice(-3_000)}`, { cause: error });
      }
      const answers = await Promise.all((['/metrics', '/livez', '/readyz'] as const).map(async (path) => (await controller.ask(path)).text));
      const { stdout, stderr } = await controller.child.end('SIGTERM');
      const said = {
        output: stdout, log: stderr, answers: answers.join('\n'), resources: stage.objects(API_VERSION, PLURAL),
        events: stage.objects('events.k8s.io/v1', 'events'), lease: stage.objects('coordination.k8s.io/v1', 'leases'),
      };
      const secrets = new Set([...planted, BEARER, ...stage.cloudDoor.secrets, ...stage.kubernetesDoor.secrets]);
      // the secrets were in use, and were quoted where people read
      expect(stage.kubernetesDoor.secrets).to.include(BEARER);
      expect(stage.cloudDoor.secrets.size).to.be.greaterThan(10);
      expect(issuer?.failed ?? FAILURES).to.equal(FAILURES);
      expect(stage.cloudDoor.quotes + stage.kubernetesDoor.quotes).to.be.greaterThan(5);
      for (const where of ['log', 'resources', 'events'] as const) expect(said[where], where).to.include(QUOTED);
      const leaks = Object.entries(said).flatMap(([where, text]) => told(text, secrets).map((piece) => `${where}: ${piece}`));
      expect(leaks).to.deep.equal([]);
    });
  }

  it('a kubeconfig that cannot be read, or a plugin that fails, are not in the line with which the process ends', async function () {
    this.timeout(30_000);
    await using stage = await Stage.open({ world: worldFor({ accessKeyId: 'simulated-key', accessKeySecret: 'simulated-secret' }) });
    const plugin = join(stage.folder, 'plugin.sh');
    const user = (command: string): string => `users:\n- name: here\n  user:\n    exec:\n      apiVersion: client.authentication.k8s.io/v1\n      command: ${command}\n      interactiveMode: Never\n`;
    const rest = `clusters:\n- name: here\n  cluster: {server: "${stage.kubernetes.url}", insecure-skip-tls-verify: true}\ncontexts:\n- name: here\n  context: {cluster: here, user: here}\ncurrent-context: here\n`;
    const broken: Readonly<Record<string, string>> = {
      'no YAML': `apiVersion: v1\nusers:\n- name: here\n  user:\n   token: ${BEARER}\n  - what\n`,
      'no kubeconfig': `token: ${BEARER}\n`,
      'a plugin whose answer is no JSON': `apiVersion: v1\nkind: Config\n${rest}${user(plugin)}`,
    };
    await writeFile(plugin, `#!/bin/sh\necho '{"kind":"ExecCredential","status":{"token":"${BEARER}" oops}}'\necho 'token=${BEARER}' >&2\n`, { mode: 0o755 });
    for (const [what, text] of Object.entries(broken)) {
      const path = join(stage.folder, 'broken-kubeconfig');
      await writeFile(path, text);
      const { code, stdout, stderr } = await runToEnd(['src/main.ts', 'run', '--kubeconfig', path], { ALIBABA_CLOUD_ACCESS_KEY_ID: LASTING.id, ALIBABA_CLOUD_ACCESS_KEY_SECRET: LASTING.secret });
      expect([code, stdout], `${what}: ${stderr}`).to.deep.equal([2, '']);
      expect(told(stderr, [BEARER, LASTING.id, LASTING.secret]), what).to.deep.equal([]);
    }
  });
});
