// The licences of the packages in the bundle, which ask to be passed on with it.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** One text with name, version and licence of each package. `folders` are from the root. */
export const licences = (root: string, folders: readonly string[]): string => `${folders.map((folder) => licenceOf(join(root, folder))).join('\n\n')}\n`;

function licenceOf(folder: string): string {
  const { name, version, license = 'see its text' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
  const files = globSync('{LICENSE,LICENCE,License,license,NOTICE}*', { cwd: folder });
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`== ${name} ${version} (${license})`, ...texts].join('\n\n');
}
