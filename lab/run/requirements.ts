// What the lab needs of a machine, and the line that gets it.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** By the program, the package of Debian and Ubuntu that brings it. */
const PROGRAMS: Readonly<Record<string, string>> = { ip: 'iproute2', nft: 'nftables', curl: 'curl', nsenter: 'util-linux', unshare: 'util-linux', mount: 'mount', awk: 'mawk' };
const FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

export const APT_LINE = 'apt-get install -y nftables iproute2 curl shellcheck';

function isThere(program: string): boolean {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Why the lab cannot run here, in one sentence; undefined when it can. */
export function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the lab needs Linux: its network is made of network namespaces';
  if (process.getuid?.() !== 0) return 'the lab needs root, to make network namespaces: sudo npm run lab';
  const lacking = Object.keys(PROGRAMS).filter((program) => !isThere(program));
  return lacking.length === 0 ? undefined : `the lab needs ${lacking.join(', ')}: ${APT_LINE}`;
}
