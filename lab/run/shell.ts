// Commands of the host, run to their end before anything else happens: between a change of the cloud and the kernel's knowing it lies
// no event. A command that fails throws, with what it was told and what it said.
import { spawnSync } from 'node:child_process';

const COMMAND_MS_MAX = 20_000;

/** Runs a command; `input` is its standard input. Gives its standard output. */
export function command(name: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(name, args, { input, encoding: 'utf8', timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL' });
  if (error === undefined && status === 0) return stdout;
  throw new Error(`${name} ${args.join(' ')}: ${error?.message ?? stderr}\n${input}`);
}

const pathOf = (namespace: string): string => `/run/netns/${namespace}`;

/** The words that make a command run inside a network namespace. */
export const inside = (namespace: string): readonly string[] => ['nsenter', `--net=${pathOf(namespace)}`];

/** Lines of `ip`, one process for all; in a namespace, or where the lab itself is. */
export function ip(lines: readonly string[], namespace?: string): void {
  if (lines.length > 0) command('ip', [...(namespace === undefined ? [] : ['-n', namespace]), '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Gives a ruleset to the kernel: all of it takes effect at once, or nothing does. */
export function nft(namespace: string, rules: string): void {
  const [first = '', ...rest] = inside(namespace);
  command(first, [...rest, 'nft', '-f', '-'], rules);
}

/** Settings of the kernel in a namespace, `net.ipv4.ip_forward=1`. */
export function sysctl(namespace: string, settings: readonly string[]): void {
  const [first = '', ...rest] = inside(namespace);
  const lines = settings.map((setting) => {
    const [name = '', value = ''] = setting.split('=');
    return `[ ! -e /proc/sys/${name.replaceAll('.', '/')} ] || echo ${value} > /proc/sys/${name.replaceAll('.', '/')}`;
  });
  command(first, [...rest, 'sh', '-e'], lines.join('\n'));
}

/** A command of the shell in a namespace that may as well fail; gives what it said. */
export function attempt(namespace: string, line: string): string {
  const [first = '', ...rest] = inside(namespace);
  return spawnSync(first, [...rest, 'sh', '-c', line], { encoding: 'utf8', timeout: COMMAND_MS_MAX, killSignal: 'SIGKILL' }).stdout;
}

/** Ends every process in a namespace. */
export function endAll(namespace: string): void {
  for (const pid of command('ip', ['netns', 'pids', namespace]).split('\n').filter(Boolean).map(Number)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended by itself meanwhile
    }
  }
}
