// `npm run qualify -- --region R --vpc V`: puts together what a trial needs, and says what came of it.
import { readFile } from 'node:fs/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createClouds } from '../../src/adapters/alicloud/clouds.ts';
import { chooseCredentials, CredentialsProblem } from '../../src/adapters/alicloud/credentials.ts';
import { endpointOf, parseEndpoint } from '../../src/adapters/alicloud/endpoints.ts';
import type { KeySource } from '../../src/adapters/alicloud/keys.ts';
import { systemClock, systemRandom } from '../../src/adapters/clock.ts';
import { redact } from '../../src/adapters/redact.ts';
import { ask, interruption } from '../../src/cli/restore/terminal.ts';
import { UsageProblem } from '../../src/cli/usage-problem.ts';
import type { VpcId } from '../../src/core/ids.ts';
import { CloudError } from '../../src/ports/cloud-error.ts';
import type { Log } from '../../src/ports/runtime.ts';
import { ROOT, runToEnd } from '../apiserver/kit/child.ts';
import { Book } from './book.ts';
import type { Lab } from './lab.ts';
import { parse, type Options } from './options.ts';
import { qualify } from './qualify.ts';
import { Raw } from './raw.ts';
import { isQualified, report } from './report.ts';

const say = (line: string): void => void process.stdout.write(`${redact(line)}\n`);
const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const DEADLINE_MS = 10_000;

/** What the children need to reach the cloud as this process does. */
const credentialsEnv = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (name.startsWith('ALIBABA_CLOUD_') && value !== undefined ? [[name, value]] : [])));

function bookOf({ region, vpc, out, cloudEndpoint, fresh }: Options): Book {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const subject = { version, regionId: region, vpcId: vpc, ...(cloudEndpoint !== undefined && { endpoint: cloudEndpoint }) };
  return Book.open(resolve(ROOT, out), subject, { now: new Date(systemClock.now()), fresh });
}

function labOf({ region, vpc, network, cloudEndpoint, poll }: Options, credentials: KeySource, book: Book): Lab {
  const override = cloudEndpoint === undefined ? undefined : parseEndpoint(cloudEndpoint);
  const endpoints = { ecs: override ?? endpointOf('ecs', region, network), vpc: override ?? endpointOf('vpc', region, network) };
  const clouds = createClouds({ credentials, network, clock: systemClock, random: systemRandom, log: SILENT, ...(cloudEndpoint !== undefined && { endpoint: cloudEndpoint }) });
  const raw = new Raw({ regionId: region, endpoints, credentials, timeoutMs: DEADLINE_MS, userAgent: 'egress-unification-qualification' });
  return { regionId: region, vpcId: vpc as VpcId, cloud: clouds(region), raw, keys: () => credentials.get(), book, say, pollMs: poll, interrupted: interruption(say) };
}

async function main(options: Options): Promise<number> {
  const { network, cloudEndpoint, yes, windows, probePort } = options;
  const credentials = await chooseCredentials({ kind: 'auto', env: process.env, network, clock: systemClock, readText: (path) => readFile(path, 'utf8') });
  const book = bookOf(options);
  const lab = labOf(options, credentials, book);
  const cloudFlags = ['--network', network, ...(cloudEndpoint === undefined ? [] : ['--cloud-endpoint', cloudEndpoint])];
  const env = credentialsEnv();
  const running = (pids: readonly number[]): void => {
    book.trial.processes = pids;
    book.save();
  };
  const setting = { regionId: lab.regionId, vpcId: lab.vpcId, cloudFlags, env, running };
  const mayBegin = yes ? async () => true : process.stdin.isTTY ? (question: string) => ask(question, { input: process.stdin, output: process.stdout }) : undefined;
  const commandLine = (...args: readonly string[]): ReturnType<typeof runToEnd> => runToEnd(['src/main.ts', ...args, ...cloudFlags], env);
  await qualify({ lab, setting, commandLine, mayBegin }, { windows, network, ...(probePort !== undefined && { probePort }) });
  writeFileSync(book.reportFile, report(book.trial, windows));
  say(`${isQualified(book.trial, windows) ? 'Qualified' : 'NOT qualified'}: ${book.reportFile}`);
  return isQualified(book.trial, windows) && book.trial.finishedAt !== undefined ? 0 : 1;
}

/** One line for what the person can set right; a stack for what is a mistake of ours. */
function fail(error: unknown): number {
  const isForPeople = error instanceof UsageProblem || error instanceof CredentialsProblem || error instanceof CloudError;
  process.stderr.write(`qualify: ${redact(isForPeople ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
  return isForPeople ? 2 : 1;
}

process.exitCode = await main(parse(process.argv)).catch(fail);
