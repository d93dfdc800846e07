// What the command says when it cannot start: one line that names what to set right, and exit code 2. No cluster is needed for that.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runToEnd } from './kit/child.ts';
import type { Ended } from './kit/child.ts';
import { KEYS } from './kit/stage.ts';

interface Refused {
  readonly what: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the line must contain. */
  readonly says: readonly string[];
}

const REFUSED: readonly Refused[] = [
  { what: 'a flag that does not exist', args: ['run', '--kubeconf', 'x'], says: ['--kubeconf'] },
  { what: 'a command that does not exist', args: ['observe'], says: ['observe'] },
  { what: 'an endpoint that is no URL', args: ['run', '--cloud-endpoint', 'localhost:80'], says: ['--cloud-endpoint', 'must be a URL'] },
  { what: 'a network that is none', args: ['run', '--network', 'internal'], says: ['--network', 'vpc, public'] },
  { what: 'a log level that is none', args: ['run', '--log-level', 'loud'], says: ['--log-level', 'debug, info, warn, error'] },
  { what: 'a source of credentials that is none', args: ['run', '--credentials', 'console'], says: ['--credentials', 'rrsa'] },
  { what: 'a cluster id with a space', args: ['run', '--cluster-id', 'my cluster'], says: ['--cluster-id', '1 to 128 letters'] },
  { what: 'leader election that is neither on nor off', args: ['run', '--leader-elect', 'perhaps'], says: ['--leader-elect', 'true or false'] },
  { what: 'a wrong value in the environment', args: ['run'], env: { EGRESS_LOG_LEVEL: 'loud' }, says: ['EGRESS_LOG_LEVEL'] },
  { what: 'a switch in the environment that is neither on nor off', args: ['run'], env: { EGRESS_OBSERVE_ONLY: 'yes' }, says: ['EGRESS_OBSERVE_ONLY', 'true or false'] },
  { what: 'no name of a resource', args: ['instances'], says: ['name'] },
  { what: 'nothing to plan', args: ['plan'], says: ['either the name of an EgressUnification or -f FILE'] },
  { what: 'a name and a file to plan', args: ['plan', 'web', '-f', 'web.yaml'], says: ['either the name of an EgressUnification or -f FILE'] },
  { what: 'no file to plan, before anybody is asked for credentials', args: ['plan', '-f', 'no/such.yaml'], says: ['no/such.yaml', 'ENOENT'] },
  { what: 'no resource in the file', args: ['plan', '-f', 'package.json'], says: ['package.json', 'holds no EgressUnification'] },
  { what: 'a fee without its currency', args: ['plan', 'web', '--eip-hourly-fee', '0.02'], says: ['--eip-hourly-fee', 'such as 0.02CNY'] },
  { what: 'no region to restore', args: ['restore', '--vpc', 'vpc-1'], says: ['--region'] },
  { what: 'a zone for a region', args: ['restore', '--region', 'cn-hangzhou-h', '--vpc', 'vpc-1'], says: ['--region', 'a zone id is not one'] },
  { what: 'a VPC that is none', args: ['restore', '--region', 'cn-hangzhou', '--vpc', 'web'], says: ['--vpc', 'begins with "vpc-"'] },
  { what: 'an instance that is none', args: ['restore', '--region', 'cn-hangzhou', '--vpc', 'vpc-1', '--instance', 'web'], says: ['--instance', 'begins with "i-"'] },
  { what: 'nobody who may be under way', args: ['restore', '--region', 'cn-hangzhou', '--vpc', 'vpc-1', '--max-in-progress', '0'], says: ['--max-in-progress', 'from 1'] },
  { what: 'no credentials', args: ['run'], says: ['no credentials', 'ALIBABA_CLOUD_ACCESS_KEY_ID', 'ALIBABA_CLOUD_ACCESS_KEY_SECRET'] },
  { what: 'half of the credentials', args: ['run'], env: { ALIBABA_CLOUD_ACCESS_KEY_ID: 'simulated-key' }, says: ['ALIBABA_CLOUD_ACCESS_KEY_SECRET', 'must be set'] },
  { what: 'a kubeconfig that is not there', args: ['run', '--kubeconfig', 'no/such/file'], env: KEYS, says: ['no/such/file'] },
  { what: 'no kubeconfig outside a cluster', args: ['run'], env: KEYS, says: ['--kubeconfig'] },
];

describe('The command egress-unification', function () {
  this.timeout(180_000);
  const ended = new Map<string, Promise<Ended>>();

  before('all of them are tried, a few at a time', async () => {
    const waiting = [...REFUSED];
    const tryNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const trial = runToEnd(['src/main.ts', ...next.args], next.env);
        ended.set(next.what, trial);
        await trial;
      }
    };
    await Promise.all([tryNext(), tryNext()]);
  });

  for (const { what, says } of REFUSED) {
    it(`says in one line, with exit code 2, that there is ${what}`, async () => {
      const { code, stdout, stderr } = await ended.get(what)!;
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }, stderr).to.deep.equal({ code: 2, stdout: '', lines: 1 });
      for (const part of says) expect(stderr).to.include(part);
    });
  }

  it('explains its flags', async () => {
    const { code, stdout } = await runToEnd(['src/main.ts', 'run', '--help']);
    expect(code).to.equal(0);
    for (const flag of ['--kubeconfig', '--cloud-endpoint', '--credentials', '--observe-only']) expect(stdout).to.include(flag);
  });

  it('names its commands', async () => {
    const { code, stdout } = await runToEnd(['src/main.ts', '--help']);
    expect(code).to.equal(0);
    for (const command of ['run', 'instances', 'plan', 'restore']) expect(stdout).to.match(new RegExp(`^ {2}${command}\\b`, 'm'));
  });

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
    expect(await runToEnd(['src/main.ts', '--version'])).to.deep.equal({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
