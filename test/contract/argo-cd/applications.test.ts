// The Applications for Argo CD: what each needs so that definition, controller and resources come in this order and go in the other.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';

const ROOT = resolve(import.meta.dirname, '../../..');
const CASCADE = 'resources-finalizer.argocd.argoproj.io';

interface Application {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly annotations?: Readonly<Record<string, string>>; readonly finalizers?: readonly string[] };
  readonly spec: {
    readonly source: { readonly repoURL: string; readonly targetRevision: string; readonly path: string; readonly directory?: { readonly include: string } };
    readonly syncPolicy: { readonly syncOptions?: readonly string[]; readonly automated: { readonly prune: boolean } };
  };
}

const read = (path: string): Application => parse(readFileSync(join(ROOT, 'deploy/argocd', path), 'utf8')) as Application;
const children = new Map(readdirSync(join(ROOT, 'deploy/argocd/applications')).map((file) => [file.replace('.yaml', ''), read(`applications/${file}`)]));
const child = (name: string): Application => children.get(name) ?? expect.fail(name);
const root = read('application.yaml');
const all = [root, ...children.values()];
const waveOf = ({ metadata }: Application): number => Number(metadata.annotations?.['argocd.argoproj.io/sync-wave']);

describe('The Applications for Argo CD', () => {
  it('are four: one of the others, and one each for definition, controller and resources', () => {
    expect([...children.keys()].sort()).to.deep.equal(['controller', 'crd', 'resources']);
    expect(new Set(all.map(({ metadata }) => metadata.name)).size).to.equal(4);
    for (const { apiVersion, kind, metadata } of all) expect([apiVersion, kind, metadata.namespace]).to.deep.equal(['argoproj.io/v1alpha1', 'Application', 'argocd']);
  });

  it('come in the order definition, controller, resources, and go in the reverse', () => {
    expect(['crd', 'controller', 'resources'].map(child).map(waveOf)).to.deep.equal([-2, -1, 0]);
  });

  it('take what they made with them, but for the definition, which stays whatever happens', () => {
    expect([root, child('controller'), child('resources')].map(({ metadata }) => metadata.finalizers)).to.deep.equal([[CASCADE], [CASCADE], [CASCADE]]);
    expect(child('crd').metadata.finalizers).to.equal(undefined);
    expect(child('crd').spec.syncPolicy.syncOptions).to.include.members(['Prune=false', 'Delete=false', 'ServerSideApply=true']);
    expect(child('crd').spec.syncPolicy.automated.prune).to.equal(false);
  });

  it('wait for the definition, and for a person before a resource goes', () => {
    expect(child('resources').spec.syncPolicy.syncOptions).to.include.members(['ServerSideApply=true', 'SkipDryRunOnMissingResource=true', 'Prune=confirm', 'Delete=confirm']);
  });

  it('name one repository and one version, that of the program, and what is there', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect([...new Set(all.map(({ spec }) => `${spec.source.repoURL} ${spec.source.targetRevision}`))]).to.deep.equal([`${root.spec.source.repoURL} v${version}`]);
    expect(all.map(({ spec }) => join(spec.source.path, spec.source.directory?.include ?? '')).filter((path) => !existsSync(join(ROOT, path)))).to.deep.equal([]);
  });

  it('find in crds/ the definition and nothing else', () => {
    const files = readdirSync(join(ROOT, child('crd').spec.source.path));
    expect(files.map((file) => (parse(readFileSync(join(ROOT, 'crds', file), 'utf8')) as { kind: string }).kind)).to.deep.equal(['CustomResourceDefinition']);
  });
});
