// The documents for people: each command is run by a test or says what it needs, could be run as it is written, and every flag, script, metric, file
// and anchor that is named exists.
import { existsSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { expect } from 'chai';
import { METRICS } from '../../src/api/metrics.ts';
import { anchorsOf, DOCUMENTS, inlineCode, isRecord, linksOf, shellBlocks, shellCommandsOf, shellFences } from './documents/markdown.ts';
import { OUR_FLAGS, OUR_TWINS, problemOf, SCRIPTS } from './documents/programs.ts';
import { ALL_FILES } from './sources.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NEEDS = ['an account', 'a cluster', 'an account and a cluster', 'a container engine', 'Linux and root'];

/** Where a command is run: a file, and what that file says. Of what takes hours, where its parts are. */
const RUN: Readonly<Record<string, readonly [file: string, says: string]>> = {
  'npm ci': ['.ci/run', 'npm ci'],
  'npm test': ['.ci/run', 'npm test'],
  'npm run demo': ['scripts/tiers.ts', "command('demo', 'sim/demo/main.ts'"],
  'npm run simulate -- --campaign exhaustive --json': ['test/simulation/exhaustive.test.ts', 'campaignOfPoints'],
  'npm run simulate -- --campaign pairs --count 100000 --resume pairs.resume': ['test/simulation/campaign/campaign.test.ts', "from './pairs.ts'"],
  'npm run simulate -- --campaign random --count 100000 --shard 1/4 --resume random.resume': ['test/simulation/random.test.ts', "'random'"],
  'npm run simulate -- --seed 4711 --trace': ['test/simulation/engine.test.ts', 'trace: true'],
  'npm run simulate:bugs -- --json': ['test/simulation/bugs.test.ts', 'withBug'],
  'npm run drills': ['test/apiserver/wire-drills.test.ts', 'test/drills/main.ts'],
  'npm run sim -- --port 8080 --world test/qualification/world.yaml': ['test/unit/sim/cloud/main.test.ts', 'sim/cloud/main.ts'],
  'npm run qualify -- --region cn-hangzhou --vpc vpc-trial --cloud-endpoint http://127.0.0.1:8080 --yes --out /tmp/qualification':
    ['test/contract/qualification/qualify.test.ts', 'test/qualification/main.ts'],
};

/** Flags of other programs that sentences speak of. */
const FOREIGN_FLAGS: ReadonlySet<string> = new Set(['--take-ownership', '--no-hooks']);

const COMMANDS = DOCUMENTS.flatMap(shellCommandsOf);
const ofReference = (path: string): boolean => path.startsWith('docs/reference/');
const textOf = (path: string): string => ALL_FILES.find((file) => file.path === path)?.text ?? '';

describe('A command in a document', () => {
  it('is seen by this test, however its block is written', () => {
    expect(DOCUMENTS.filter((document) => shellFences(document) !== shellBlocks(document)).map(({ path }) => path)).to.deep.equal([]);
    expect(COMMANDS.length).to.be.greaterThan(60);
  });

  it('is run by a test, or the line before its block says what it needs', () => {
    // the reference is made from the command line, and its examples are parsed by test/unit/cli/command-line.test.ts
    const unproved = COMMANDS.filter(({ path, needs, line }) => !ofReference(path) && needs === undefined && RUN[line] === undefined);
    expect(unproved.map(({ path, line }) => `${path}: ${line}`)).to.deep.equal([]);
  });

  it('needs one of the few things that a block may need', () => {
    expect(COMMANDS.filter(({ needs }) => needs !== undefined && !NEEDS.includes(needs)).map(({ path, needs }) => `${path}: ${needs ?? ''}`)).to.deep.equal([]);
  });

  it('that is run by a test is in a document, and in that test', () => {
    const stale = Object.entries(RUN).filter(([line, [file, says]]) => !COMMANDS.some((command) => command.line === line) || !(textOf(file).includes(says)));
    expect(stale.map(([line]) => line)).to.deep.equal([]);
  });

  it('could be run as it is written', () => {
    const wrong = COMMANDS.flatMap(({ path, line }) => {
      const problem = problemOf(line);
      return problem === undefined ? [] : [`${path}: ${line}: ${problem}`];
    });
    expect(wrong).to.deep.equal([]);
  });

  it('would be found wrong by this test', () => {
    const wrong = [
      'npm run demonstrate', 'npm run demo --json', 'npm run demo -- --jsonl', 'npm start -- plan -f no-such.yaml', 'npm start -- plan web --observe-only', 'npm start -- restore --region cn-hangzhou',
      'npm run simulate -- --campain pairs', 'kubectl apply -f no-such.yaml', 'kubectl patch egu web --type merge --patch \'{"spec":{"modus":"Observe"}}\'', 'kubectl annotate egu web egressunification.io/confirmed=1',
      'kubectl set env deployment/egress-unification EGRESS_OBSERVE=true', 'kubectl get pods --namespace elsewhere', 'kubectl scale deployment/egress --replicas 0', 'helm install web ./helm/web', 'export ALIBABA_KEY=1', 'ls',
    ];
    expect(wrong.filter((line) => problemOf(line) === undefined)).to.deep.equal([]);
  });
});

describe('A sentence in a document', () => {
  const said = DOCUMENTS.filter((document) => !isRecord(document)).flatMap((document) => inlineCode(document).map((code) => ({ path: document.path, code })));
  const wrong = (isWrong: (code: string) => boolean): readonly string[] => said.filter(({ code }) => isWrong(code)).map(({ path, code }) => `${path}: ${code}`);

  it('names no script that package.json does not have', () => {
    expect(wrong((code) => /^npm run [a-z]/.test(code) && SCRIPTS[code.split(' ')[2] ?? ''] === undefined)).to.deep.equal([]);
  });

  it('gives the program no flag that it does not have', () => {
    // what begins with a program's name is a command of that; the simulator and the campaigns have flags of their own
    const own = new Set(said.flatMap(({ path, code }) => (/^(docs\/(simulator|reliability)|docs\/qualification|CONTRIBUTING)/.test(path) ? [code] : [])));
    const unknown = (code: string): boolean => /^--?[a-z]/.test(code) && !own.has(code) && ![...OUR_FLAGS, ...FOREIGN_FLAGS].includes(code.split(/[ =,]/)[0] ?? '');
    expect(wrong(unknown)).to.deep.equal([]);
  });

  it('names no twin and no metric that does not exist', () => {
    expect(wrong((code) => /^EGRESS_[A-Z]+/.test(code) && !OUR_TWINS.has(/^\w+/.exec(code)?.[0] ?? ''))).to.deep.equal([]);
    const metrics = new Set(Object.keys(METRICS).map((name) => `egressunification_${name}`));
    expect(wrong((code) => /^egressunification_\w+$/.test(code) && !metrics.has(code))).to.deep.equal([]);
  });
});

describe('A link', () => {
  const all = DOCUMENTS.flatMap(linksOf).map(({ path, target }) => {
    const [file = '', anchor] = target.split('#');
    return { path, target, to: file === '' ? path : posix.join(posix.dirname(path), file), anchor };
  });

  it('leads to a file of the repository', () => {
    expect(all.filter(({ to }) => to.startsWith('..') || !existsSync(join(ROOT, to))).map(({ path, target }) => `${path}: ${target}`)).to.deep.equal([]);
    expect(all.length).to.be.greaterThan(60);
  });

  it('leads to a heading that is there', () => {
    const lost = all.filter(({ to, anchor }) => anchor !== undefined && !anchorsOf({ text: textOf(to) }).has(anchor));
    expect(lost.map(({ path, target }) => `${path}: ${target}`)).to.deep.equal([]);
  });

  it('of an alert leads to its section of the runbook, and each section about an alert has one', () => {
    const rules = textOf('deploy/observability/prometheus-rule.yaml');
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name = '']) => name);
    const linked = [...rules.matchAll(/runbook_url: \S+\/docs\/operations\.md#(\S+)/g)].map(([, anchor = '']) => anchor);
    expect(linked).to.deep.equal(alerts.map((name) => name.toLowerCase()));
    const sections = [...textOf('docs/operations.md').matchAll(/^### (EgressUnification\w+)$/gm)].map(([, name = '']) => name);
    expect(sections).to.have.members(alerts);
  });
});
