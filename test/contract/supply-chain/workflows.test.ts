// The workflows, which have not run anywhere yet: their form by actionlint, what they rest on by rules, and of the release the one step that needs
// no registry is run as it stands.
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { requireBinaries } from '../../apiserver/environment/tier.ts';
import { ROOT } from '../../apiserver/kit/child.ts';
import { ACTIONLINT_VERSION, requireActionlint } from './actionlint.ts';
import { manifest, textOf } from './manifest.ts';

interface Step { readonly name?: string; readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }
interface Job { readonly permissions?: Readonly<Record<string, string>>; readonly 'timeout-minutes'?: number; readonly steps: readonly Step[] }
interface Workflow { readonly permissions: Readonly<Record<string, string>>; readonly env?: Readonly<Record<string, string>>; readonly jobs: Readonly<Record<string, Job>> }
interface Update { readonly 'package-ecosystem': string; readonly directory?: string; readonly directories?: readonly string[]; readonly cooldown?: { readonly 'default-days': number } }

const FILES = globSync('.github/workflows/*.yml', { cwd: ROOT }).sort();
const workflow = (path: string): Workflow => parse(textOf(path)) as Workflow;
const RELEASE = '.github/workflows/release.yml';

interface Said { readonly code: number | null; readonly stdout: string; readonly stderr: string }

function command(path: string, args: readonly string[], env: Readonly<Record<string, string>>): Said {
  const { status, stdout, stderr } = spawnSync(path, args, { env, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** Without the linters that it calls where it finds them: the same verdict everywhere. */
const lint = (actionlint: string, files: readonly string[]): Said => command(actionlint, files, { PATH: '' });
const steps = (): readonly Step[] => FILES.flatMap((path) => Object.values(workflow(path).jobs).flatMap((job) => job.steps));

describe('The workflows', function () {
  this.timeout(60_000);

  it('are two', () => expect(FILES).to.deep.equal(['.github/workflows/ci.yml', RELEASE]));

  describe('by actionlint', () => {
    let actionlint: string;
    before(async function () { actionlint = await requireActionlint(this); });

    it('have nothing wrong', () => {
      expect(lint(actionlint, FILES.map((path) => join(ROOT, path)))).to.deep.equal({ code: 0, stdout: '', stderr: '' });
    });

    it('which would say so', () => {
      const folder = mkdtempSync(join(tmpdir(), 'egress-unification-workflow-'));
      const broken = join(folder, 'broken.yml');
      writeFileSync(broken, textOf(RELEASE).replaceAll('needs.image.outputs.digest', 'needs.image.outputs.digset'));
      const { code, stdout } = lint(actionlint, [broken]);
      rmSync(folder, { recursive: true });
      expect(code).to.equal(1);
      expect(stdout).to.include('property "digset" is not defined');
    });

    it('of the version that its module requires', () => {
      expect(textOf('test/contract/supply-chain/actionlint/go.mod')).to.include(`require github.com/rhysd/actionlint ${ACTIONLINT_VERSION}\n`);
    });
  });

  it('take every action at a commit, and say beside it which version that is', () => {
    const lines = FILES.flatMap((path) => textOf(path).split('\n').filter((line) => line.includes('uses:')));
    expect(lines.length).to.be.above(8);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).to.deep.equal([]);
  });

  it('may by default read or nothing, and each job has an end', () => {
    for (const path of FILES) {
      const { permissions, jobs } = workflow(path);
      expect(Object.values(permissions).filter((right) => right !== 'read'), path).to.deep.equal([]);
      expect(Object.values(jobs).filter((job) => job['timeout-minutes'] === undefined), path).to.deep.equal([]);
    }
  });

  it('leave no credentials in the work tree, and put nothing from outside into a shell', () => {
    const checkouts = steps().filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).to.be.above(3);
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).to.deep.equal([]);
    expect(steps().filter(({ run = '' }) => run.includes('${{')).map(({ run }) => run)).to.deep.equal([]);
  });

  it('run on the node of package.json, call the image by the chart\'s name, and test by .ci/run', () => {
    const versions = steps().filter(({ uses = '' }) => uses.startsWith('actions/setup-node@')).map((step) => step.with?.['node-version']);
    expect(new Set(versions)).to.deep.equal(new Set([manifest().devDependencies['node']]));
    const { image } = parse(textOf('helm/egress-unification/values.yaml')) as { readonly image: { readonly repository: string } };
    expect(workflow(RELEASE).env?.['IMAGE']).to.equal(image.repository);
    for (const path of FILES) expect(workflow(path).jobs['test']?.steps.at(-1)?.run, path).to.match(/bash \.ci\/run$/);
  });

  it('publish nothing untested: every job of the release comes after the tests', () => {
    const { jobs } = parse(textOf(RELEASE)) as { readonly jobs: Readonly<Record<string, { readonly needs?: string | readonly string[] }>> };
    const comesAfter = (name: string): boolean => name === 'test' || [jobs[name]?.needs ?? []].flat().some(comesAfter);
    expect(Object.keys(jobs).filter((name) => !comesAfter(name))).to.deep.equal([]);
  });

  describe('the release', () => {
    let kubectl: string;
    before(async function () { kubectl = await requireBinaries(this); });

    it('puts together what belongs beside image and chart, with checksums that hold', () => {
      const folder = mkdtempSync(join(tmpdir(), 'egress-unification-release-'));
      try {
        for (const part of ['deploy', 'crds', 'examples', 'scripts', 'src', 'package.json', 'package-lock.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
        const { jobs, env } = workflow(RELEASE);
        const step = jobs['publish']?.steps.find(({ name = '' }) => name.startsWith('What belongs beside'));
        const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
        const shell = (script: string): Said => command('bash', ['-eo', 'pipefail', '-c', `cd "$1" && ${script}`, 'bash', folder], {
          PATH: `${kubectl}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: folder, IMAGE_DIGEST: digest, ...env,
        });
        const { code, stderr } = shell(step?.run ?? 'false');
        expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
        expect(globSync('*', { cwd: join(folder, 'release') }).sort()).to.deep.equal(['SHA256SUMS', 'deploy.tar.gz', 'sbom.cdx.json']);
        expect(shell('cd release && sha256sum --check SHA256SUMS').stdout).to.equal('deploy.tar.gz: OK\nsbom.cdx.json: OK\n');
        expect(shell('tar --extract --to-stdout --file release/deploy.tar.gz deploy/base/kustomization.yaml').stdout).to.include(`digest: ${digest}`);
        expect(readFileSync(join(folder, 'release/sbom.cdx.json'), 'utf8')).to.include('"bomFormat": "CycloneDX"');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
});

describe('Updates of dependencies', () => {
  const { updates } = parse(textOf('.github/dependabot.yml')) as { readonly updates: readonly Update[] };

  it('wait for a week', () => {
    expect(updates.filter(({ cooldown }) => (cooldown?.['default-days'] ?? 0) < 7)).to.deep.equal([]);
  });

  it('are looked for wherever something is pinned', () => {
    const watched = updates.flatMap((update) => [update.directory ?? [], update.directories ?? []].flat().map((folder) => `${update['package-ecosystem']} ${folder}`));
    const modules = globSync('test/**/go.mod', { cwd: ROOT }).map((path) => `gomod /${dirname(path)}`);
    expect([...watched].sort()).to.deep.equal(['docker /', 'github-actions /', 'npm /', ...modules].sort());
  });
});
