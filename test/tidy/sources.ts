// The files that the tidy tests read, and what they import.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import ts from 'typescript';

/** One file of the repository. */
export interface Source {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
}

/** One import of one file: a path from the root for the project's own files, else the name of a package. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly isOwn: boolean;
}

const ROOT = resolve(import.meta.dirname, '../..');
const CODE = ['src', 'sim', 'lab', 'test', 'scripts', 'bench'];
const OTHER = ['docs', 'examples', 'crds', '.ci', '.github', 'deploy', 'helm'];

function filesIn(folder: string): Source[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(ROOT, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

const rootFiles = (): Source[] =>
  readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /[.](md|json|js|yaml)$|^LICENSE$/.test(entry.name))
    .map(({ name }) => ({ path: name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Every TypeScript file. */
export const CODE_FILES: readonly Source[] = CODE.flatMap(filesIn).filter(({ path }) => path.endsWith('.ts'));

/** Every file that a person may read. */
export const ALL_FILES: readonly Source[] = [...CODE, ...OTHER].flatMap(filesIn).concat(rootFiles());

/** The files below a folder; the folder ends in a slash. */
export const below = (folder: string): readonly Source[] => CODE_FILES.filter(({ path }) => path.startsWith(folder));

/** Everything that a file imports, types included. */
export function importsOf({ path, text }: Source): readonly Import[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    const isOwn = fileName.startsWith('.');
    return { from: path, to: isOwn ? posix.join(posix.dirname(path), fileName) : fileName, isOwn };
  });
}
