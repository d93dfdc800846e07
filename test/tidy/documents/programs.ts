// Whether a command of a document could be run as it is written, for each program that the documents call. Nothing is run: arguments go through the
// parsers of the programs, files must be there, and names must be those of the manifests.
import { existsSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { parse } from 'yaml';
import { ANNOTATION } from '../../../src/api/names.ts';
import { readManifest } from '../../../src/cli/plan/manifest.ts';
import { commandLine } from '../../../src/cli/command-line.ts';
import { APT_LINE } from '../../../lab/run/requirements.ts';
import { commandOf as parseSimulate } from '../../simulation/campaign/arguments.ts';
import { ALL_FILES, CODE_FILES } from '../sources.ts';
import { wordsOf } from './markdown.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const textOf = (path: string): string => ALL_FILES.find((file) => file.path === path)?.text ?? '';
/** What `npm run` knows. */
export const SCRIPTS = (JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }).scripts;
const MANIFESTS = ALL_FILES.filter(({ path }) => /^(deploy|helm)\/.*\.yaml$/.test(path)).map(({ text }) => text).join('\n');

/** Files that the documents tell people to write. */
const OF_THE_READER: ReadonlySet<string> = new Set(['mine.yaml', 'trust.json', 'web.yaml', 'access-key-id', 'access-key-secret', 'pairs.resume', 'random.resume']);
const isThere = (path: string): boolean => OF_THE_READER.has(path) || /^[~/]/.test(path) || path === '-' || existsSync(join(ROOT, path));

/** Every flag and twin that the program knows, however it is asked. */
function ourProgram(): ReturnType<typeof commandLine> {
  const nothing = (): Promise<void> => Promise.resolve();
  const program = commandLine({ name: 'egress-unification', version: '0', runsByDefault: true, environment: {} }, { run: nothing, instances: nothing, plan: nothing, restore: nothing, guestCommands: nothing, prober: nothing });
  for (const each of [program, ...program.commands]) {
    each.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    each.exitOverride((error) => { throw error; });
  }
  return program;
}

const OPTIONS = ourProgram().commands.flatMap(({ options }) => options);
export const OUR_FLAGS: ReadonlySet<string> = new Set([...OPTIONS.flatMap(({ long, short }) => [long, short]), '--help', '--version'].filter((flag) => flag !== undefined));
export const OUR_TWINS: ReadonlySet<string> = new Set(OPTIONS.flatMap(({ envVar }) => envVar ?? []));

/** What is wrong with a command; undefined where nothing is. */
type Judge = (words: readonly string[]) => string | undefined;

const thrownBy = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as { readonly exitCode?: number }).exitCode === 0 ? undefined : String(error);
  }
};

/** Handlers do nothing, so that everything that can throw does so before the first wait. */
const ours: Judge = (words) => thrownBy(() => ourProgram().parse([...words], { from: 'user' })) ?? filesOf(words, ['-f', '--filename']);

function filesOf(words: readonly string[], flags: readonly string[]): string | undefined {
  const named = words.filter((_, index) => flags.includes(words[index - 1] ?? ''));
  const lost = named.find((path) => !isThere(path));
  return lost === undefined ? undefined : `${lost} is not there`;
}

/** Flags of a script are somewhere in the code beside it. */
function flagsOfScript(script: string, words: readonly string[]): string | undefined {
  const folder = `${posix.dirname(/\S+$/.exec(SCRIPTS[script] ?? '')?.[0] ?? '')}/`;
  const code = CODE_FILES.filter(({ path }) => path.startsWith(folder)).map(({ text }) => text).join('\n');
  const unknown = words.find((word) => word.startsWith('--') && word !== '--help' && !new RegExp(`'${word}[ ']`).test(code));
  return unknown === undefined ? undefined : `npm run ${script} has no flag ${unknown}`;
}

const OWN_PARSERS: Readonly<Record<string, Judge>> = {
  start: ours,
  simulate: (words) => thrownBy(() => parseSimulate(words, (seed) => ({ scenario: 'S1', seed, injections: [] }))),
};

function script(name: string, words: readonly string[]): string | undefined {
  if (SCRIPTS[name] === undefined) return `package.json has no script ${name}`;
  if (words.length > 0 && words[0] !== '--') return `npm takes ${words[0] ?? ''} for itself: write -- before it`;
  const judge = OWN_PARSERS[name] ?? ((rest) => flagsOfScript(name, rest));
  return judge(words.slice(1));
}

const npm: Judge = ([verb = '', ...words]) => {
  if (verb === 'ci') return undefined;
  const [name = '', ...rest] = verb === 'run' ? words : [verb, ...words];
  return ['run', 'start', 'test'].includes(verb) ? script(name, rest) : `npm ${verb} is not known to this test`;
};

/** A merge patch of a resource must leave one that its schema accepts. */
function patchProblem(words: readonly string[]): string | undefined {
  if (words[0] !== 'patch' || words[1] !== 'egu') return undefined;
  return thrownBy(() => {
    const whole = parse(textOf('examples/minimal.yaml')) as { readonly spec: object };
    const patch = JSON.parse(words[words.indexOf('--patch') + 1] ?? '') as { readonly spec: object };
    readManifest({ text: JSON.stringify({ ...whole, spec: { ...whole.spec, ...patch.spec } }), file: 'patch' }, { now: '2026-01-01T00:00:00Z', living: () => undefined });
  });
}

const NAMESPACES: ReadonlySet<string> = new Set(['egress-unification-system', 'kube-system', 'default', 'argocd']);

/** Of all words that have this form the part that nothing knows. */
const unknownOf = (words: readonly string[], form: RegExp, known: (part: string) => boolean): string | undefined =>
  words.flatMap((word) => form.exec(word)?.[1] ?? []).find((part) => !known(part));

/** What is named must be what the manifests, the program and the definition call so. */
function nameProblem(words: readonly string[]): string | undefined {
  const namespace = words.includes('--namespace') ? words[words.indexOf('--namespace') + 1] ?? '' : 'default';
  const key = unknownOf(words, /^(egressunification\.io\/[a-z-]+)=/, (part) => Object.values<string>(ANNOTATION).includes(part));
  const twin = unknownOf(words, /^(EGRESS_[A-Z_]+)=/, (part) => OUR_TWINS.has(part));
  const object = unknownOf([words.join(' ')], /(?:deployment|application)[/ ]([a-z-]+)/, (part) => MANIFESTS.includes(`name: ${part}\n`));
  const wrong = [NAMESPACES.has(namespace) ? undefined : namespace, key, twin, object].find((each) => each !== undefined);
  return wrong === undefined ? undefined : `nothing is called ${wrong}`;
}

const kubectl: Judge = (words) =>
  words[0] === 'egress' ? ours(words.slice(1)) : nameProblem(words) ?? patchProblem(words) ?? filesOf(words, ['-f', '-k', '--patch-file', '--from-file']);

const helm: Judge = (words) => {
  const chart = words.find((word) => word.startsWith('./'));
  return chart !== undefined && !existsSync(join(ROOT, chart, 'Chart.yaml')) ? `${chart} is no chart` : filesOf(words, ['--values']);
};

const aliyun: Judge = (words) => {
  const strange = words.flatMap((word, index) => (/^--Tag\.\d\.Key$/.test(words[index - 1] ?? '') ? [word] : [])).find((key) => key !== 'egressunification.io/hold');
  const lost = words.flatMap((word) => /^\$\(cat (\S+)\)$/.exec(word)?.[1] ?? []).find((path) => !isThere(path));
  if (lost !== undefined) return `${lost} is not there`;
  return strange === undefined ? undefined : `people set no tag ${strange}`;
};

const exported: Judge = (words) => {
  const known = CODE_FILES.filter(({ path }) => path.startsWith('src/')).map(({ text }) => text).join('\n');
  const strange = words.map((word) => word.replace(/=.*/, '')).find((name) => !known.includes(`'${name}'`));
  return strange === undefined ? undefined : `nothing reads ${strange}`;
};

const docker: Judge = () => (existsSync(join(ROOT, 'Dockerfile')) ? undefined : 'there is no Dockerfile');

const aptGet: Judge = (words) => (['apt-get', ...words].join(' ') === APT_LINE ? undefined : 'the lab is got by another line');

const PROGRAMS: Readonly<Record<string, Judge>> = { npm, kubectl, helm, aliyun, docker, 'apt-get': aptGet, export: exported, 'egress-unification': ours };

/** One line, or undefined where the command could be run. Assignments before it are environment. */
export function problemOf(line: string): string | undefined {
  const [, asked = line, input] = /^(.*) < (\S+)$/.exec(line) ?? [];
  if (input !== undefined && !isThere(input)) return `${input} is not there`;
  const words = wordsOf(asked);
  const first = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const judge = PROGRAMS[words[first] ?? ''];
  return judge === undefined ? `${words[first] ?? line} is no program that this test knows` : judge(words.slice(first + 1));
}
