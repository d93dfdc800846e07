// What running the scripts needs of a machine. Where it is not there, the tests are skipped and say why.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PROGRAMS = ['ip', 'unshare', 'nsenter', 'openssl', 'curl', 'flock', 'timeout'];

export const has = (program: string): boolean => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } }).status === 0;

/** In one sentence; undefined when nothing is missing. */
export function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'the scripts run in network namespaces, which takes Linux and root';
  const lacking = PROGRAMS.filter((program) => !has(program));
  return lacking.length === 0 ? undefined : `the scripts run with ${lacking.join(', ')}, which is not installed: apt-get install iproute2 util-linux openssl curl`;
}

/** For `before`: skips what follows, with the reason. */
export function skipWhereMissing(context: Mocha.Context): void {
  const missing = whatIsMissing();
  if (missing === undefined) return;
  console.log(`      skipped: ${missing}`);
  context.skip();
}

/**
 * Why systemd itself is not made the first process of a guest here; undefined: it is. Its fence (boot.sh) was tried on control groups of version 1
 * alone, and a machine is not to be put at risk by a test that nobody asked for.
 */
export function whyNoSystemd(): string | undefined {
  if (process.env['GUEST_SYSTEMD'] !== '1') return 'systemd as the first process of a guest is tried with GUEST_SYSTEMD=1 alone';
  return existsSync('/lib/systemd/systemd') && has('systemctl') && has('journalctl') ? undefined : 'systemd is not installed';
}

/** The shells of the distributions; what is not installed here is not tried. */
export const SHELLS: readonly (readonly string[])[] = [['dash'], ['bash'], ['busybox', 'sh']];
