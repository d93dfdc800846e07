// What a process needs besides the program: node, the libraries that it is linked with, and the few files of /etc that the C library reads.
// Which Debian packages the libraries are of is passed on, so that a scanner of the image can tell what is in it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { NODE, UID } from './places.ts';

const USER = `nonroot:x:${UID}:${UID}:nonroot:/:/sbin/nologin\n`;
const GROUP = `nonroot:x:${UID}:\n`;
/** Without it the C library asks the name servers before /etc/hosts. */
const NAME_SERVICE = 'hosts: files dns\n';

export function layRuntime(directory: string): void {
  const libraries = librariesOf(process.execPath);
  copy(process.execPath, join(directory, NODE));
  for (const library of libraries) copy(library, join(directory, library));
  const etc = join(directory, 'etc');
  mkdirSync(etc, { recursive: true });
  writeFileSync(join(etc, 'passwd'), USER);
  writeFileSync(join(etc, 'group'), GROUP);
  writeFileSync(join(etc, 'nsswitch.conf'), NAME_SERVICE);
  if (existsSync('/etc/os-release')) copyFileSync('/etc/os-release', join(etc, 'os-release'));
  describePackages(directory, libraries);
}

/** The paths by which the loader finds them: a link is followed when it is copied, and its name is kept. */
function librariesOf(program: string): readonly string[] {
  const said = execFileSync('ldd', [program], { encoding: 'utf8' });
  const found = [...said.matchAll(/(?:^|=>)\s*(\/\S+)/gm)].map(([, path = '']) => path);
  if (found.length === 0) throw new Error(`ldd names no library of ${program}: ${said}`);
  return found;
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(realpathSync(from), to);
}

/** In the form in which images without dpkg say it. Elsewhere than on Debian there is nothing to say. */
function describePackages(directory: string, libraries: readonly string[]): void {
  if (!existsSync('/usr/bin/dpkg-query')) return;
  const folder = join(directory, 'var/lib/dpkg/status.d');
  mkdirSync(folder, { recursive: true });
  for (const name of new Set(libraries.map(packageOf))) {
    if (name !== undefined) writeFileSync(join(folder, basename(name.replace(/:.*$/, ''))), execFileSync('dpkg-query', ['--status', name]));
  }
}

/** dpkg knows a file by the path under which it was installed, which may be a link's target. */
function packageOf(library: string): string | undefined {
  for (const path of [library, realpathSync(library), library.replace(/^\/usr/, '')]) {
    try {
      return /^(\S+): /.exec(execFileSync('dpkg-query', ['--search', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))?.[1];
    } catch {
      continue;
    }
  }
  return undefined;
}
