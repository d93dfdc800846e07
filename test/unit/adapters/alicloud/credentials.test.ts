import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { chooseCredentials, CredentialsProblem, type CredentialsChoice } from '../../../../src/adapters/alicloud/credentials.ts';
import { CredentialsUnavailable } from '../../../../src/adapters/alicloud/classify.ts';
import { singleFlight, toSdkCredential } from '../../../../src/adapters/alicloud/keys.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';

const keys = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'secret' };
const rrsa = { ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1:role/r', ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1:oidc-provider/p', ALIBABA_CLOUD_OIDC_TOKEN_FILE: '/var/run/none/token' };

describe('credentials', () => {
  let clock: VirtualClock;
  let files: Map<string, string>;
  const choose = (choice: Partial<CredentialsChoice>): ReturnType<typeof chooseCredentials> =>
    chooseCredentials({ kind: 'auto', env: {}, network: 'public', clock, readText: async (path) => files.get(path), ...choice });
  const problem = async (choice: Partial<CredentialsChoice>): Promise<string> => {
    try {
      return `took ${(await choose(choice)).name}`;
    } catch (error) {
      if (!(error instanceof CredentialsProblem)) throw error;
      return error.message;
    }
  };
  const mount = (text: Record<string, string>): void => { files = new Map(Object.entries(text).map(([name, value]) => [`/keys/${name}`, `${value}\n`])); };

  beforeEach(() => {
    clock = new VirtualClock();
    files = new Map();
  });

  it('are RRSA by themselves when its three variables are there, whatever else is', async () => {
    mount({ 'access-key-id': 'f', 'access-key-secret': 'g' });
    expect((await choose({ env: { ...keys, ...rrsa }, directory: '/keys' })).name).to.equal('rrsa');
  });

  it('are keys of the environment when RRSA is not complete', async () => {
    const source = await choose({ env: { ...keys, ...rrsa, ALIBABA_CLOUD_ROLE_ARN: '' } });
    expect(source.name).to.equal('environment');
    expect(await source.get()).to.deep.equal({ accessKeyId: 'id', accessKeySecret: 'secret' });
  });

  it('of the environment take a session token along', async () => {
    const source = await choose({ kind: 'environment', env: { ...keys, ALIBABA_CLOUD_SECURITY_TOKEN: 'sts' } });
    expect(await source.get()).to.deep.equal({ accessKeyId: 'id', accessKeySecret: 'secret', securityToken: 'sts' });
  });

  it('are mounted files when there is nothing else', async () => {
    mount({ 'access-key-id': 'f', 'access-key-secret': 'g', 'security-token': 'h' });
    const source = await choose({ directory: '/keys' });
    expect([source.name, await source.get()]).to.deep.equal(['file', { accessKeyId: 'f', accessKeySecret: 'g', securityToken: 'h' }]);
  });

  it('are the instance role only when asked for', async () => {
    expect((await choose({ kind: 'ecs-role' })).name).to.equal('ecs-role');
    expect(await problem({})).not.to.include('ecs-role');
  });

  const incomplete: Readonly<Record<string, readonly [Partial<CredentialsChoice>, RegExp]>> = {
    'nothing at all': [{}, /^no credentials: .*ALIBABA_CLOUD_ROLE_ARN.*ALIBABA_CLOUD_ACCESS_KEY_ID.*access-key-id/],
    'half a key': [{ env: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'id' } }, /ALIBABA_CLOUD_ACCESS_KEY_SECRET must be set$/],
    'RRSA without its variables': [{ kind: 'rrsa', env: keys }, /ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE must be set$/],
    'files without a directory': [{ kind: 'file' }, /directory/],
    'a directory without the files': [{ kind: 'file', directory: '/keys' }, /\/keys\/access-key-id and \/keys\/access-key-secret must exist/],
  };
  for (const [name, [choice, message]] of Object.entries(incomplete)) {
    it(`that are ${name} are refused in one line that says what to set`, async () => {
      expect(await problem(choice)).to.match(message).and.not.include('\n');
    });
  }

  it('in files are taken up anew when they change, and kept while they are away', async () => {
    mount({ 'access-key-id': 'one', 'access-key-secret': 's' });
    const source = await choose({ kind: 'file', directory: '/keys' });
    mount({ 'access-key-id': 'two', 'access-key-secret': 's' });
    await clock.pass(10_000);
    expect((await source.get()).accessKeyId).to.equal('two');
    mount({});
    await clock.pass(10_000);
    expect((await source.get()).accessKeyId).to.equal('two');
  });

  it('reach the SDK with the name of their source', async () => {
    const credential = toSdkCredential(await choose({ env: { ...keys, ALIBABA_CLOUD_SECURITY_TOKEN: 'sts' } }));
    expect(await credential.getCredential()).to.include({ accessKeyId: 'id', accessKeySecret: 'secret', securityToken: 'sts', providerName: 'environment' });
  });

  it('are fetched once for all that wait, and again after a failure', async () => {
    let fetched = 0;
    const source = singleFlight('test', async () => {
      fetched += 1;
      if (fetched === 1) throw new Error('{"Code":"ServiceUnavailable"}');
      return { accessKeyId: 'id', accessKeySecret: 'secret' };
    });
    const first = await Promise.allSettled([source.get(), source.get(), source.get()]);
    expect([fetched, new Set(first.map(({ status }) => status)).size]).to.deep.equal([1, 1]);
    expect(first[0]).to.have.nested.property('reason.kind', 'unavailable');
    expect((await source.get()).accessKeyId).to.equal('id');
  });

  it('that the token service refuses are forbidden, and say which service spoke', async () => {
    const source = singleFlight('rrsa', () => Promise.reject(new Error('get sts token failed with OIDC: {"Code":"AuthenticationFail.OIDCToken.Invalid"}')));
    const error: unknown = await source.get().catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(CredentialsUnavailable).and.to.include({ kind: 'forbidden' });
  });

  it('by RRSA without its token file fail with the file\'s name and may come back', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rrsa-'));
    try {
      await writeFile(join(directory, 'other'), '');
      const source = await choose({ kind: 'rrsa', env: { ...rrsa, ALIBABA_CLOUD_OIDC_TOKEN_FILE: join(directory, 'token') } });
      const error: unknown = await source.get().catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(CredentialsUnavailable).and.to.include({ kind: 'unavailable' });
      expect((error as Error).message).to.include(join(directory, 'token'));
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
