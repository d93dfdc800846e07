// What is said to be installed: package.json, the lockfile, and what lies in node_modules.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../apiserver/kit/child.ts';

export interface Manifest {
  readonly version: string;
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

export const manifest = (): Manifest => JSON.parse(textOf('package.json')) as Manifest;

/** Without the project itself. */
export function lockedPackages(): ReadonlyMap<string, Locked> {
  const { packages } = JSON.parse(textOf('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
  return new Map(Object.entries(packages).filter(([path]) => path !== ''));
}

/** node_modules/a/node_modules/@b/c → @b/c */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

const SCRIPTS = ['preinstall', 'install', 'postinstall'];

/** Packages in node_modules that have something run when they are installed. */
export function withInstallScripts(): readonly string[] {
  const files = globSync('node_modules/**/package.json', { cwd: ROOT }).filter((path) => /(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(path));
  return files.filter((path) => {
    const { scripts = {} } = JSON.parse(textOf(path)) as { readonly scripts?: Readonly<Record<string, string>> };
    const builds = globSync(join(path, '../binding.gyp'), { cwd: ROOT }).length > 0;
    return builds || SCRIPTS.some((script) => script in scripts);
  }).map((path) => nameOf(path.replace(/\/package\.json$/, '')));
}
