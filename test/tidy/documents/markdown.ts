// What a test needs to know of the documents for people: their shell commands, their links, the anchors of their headings, the words in code.
import { ALL_FILES, type Source } from '../sources.ts';

/** A command of a fenced `sh` block, with all lines that belong to it. */
export interface ShellCommand {
  readonly path: string;
  /** As it would be typed, comments left out. */
  readonly line: string;
  /** What the comment before the block says that is needed; absent: nothing is. */
  readonly needs?: string;
}

export interface Link {
  readonly path: string;
  /** As written. */
  readonly target: string;
}

const ROOT_DOCUMENTS: readonly string[] = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

/** Everything that people read. Decision records speak of their day and are held to their links alone. */
export const DOCUMENTS: readonly Source[] = ALL_FILES.filter(({ path }) => path.endsWith('.md') && (ROOT_DOCUMENTS.includes(path) || /^(docs|deploy|helm)\//.test(path)));
export const isRecord = ({ path }: Source): boolean => path.startsWith('docs/decisions/');

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;
const SHELL_BLOCK = /(?:^ *<!-- needs (.+?) -->\n)?^( *)```sh\n([\s\S]*?)^\2```$/gm;

const commandsOf = (block: string): readonly string[] =>
  block.replaceAll('\\\n', ' ').split('\n').map((line) => line.replace(/(^|\s+)# .*$/, '').trim()).filter((line) => line !== '').flatMap((line) => line.split(' && '));

/** Commands in the order in which they are written. */
export const shellCommandsOf = ({ path, text }: Source): readonly ShellCommand[] =>
  [...text.matchAll(SHELL_BLOCK)].flatMap(([, needs, , block = '']) => commandsOf(block).map((line) => ({ path, line, ...(needs !== undefined && { needs }) })));

/** As many as there should be: a fence that the pattern above does not see would not be tested. */
export const shellFences = ({ text }: Source): number => text.match(/^ *(`{3,}|~{3,}) *(sh|bash|shell|console|zsh)\b/gm)?.length ?? 0;
export const shellBlocks = ({ text }: Source): number => [...text.matchAll(SHELL_BLOCK)].length;

export const withoutFences = (text: string): string => text.replace(FENCE, '');

/** Links to files and anchors; those of the Internet are left out. */
export const linksOf = ({ path, text }: Source): readonly Link[] =>
  [...withoutFences(text).replace(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ path, target })).filter(({ target }) => !/^[a-z]+:/.test(target));

/** What stands in code, in sentences and tables. */
export const inlineCode = ({ text }: Source): readonly string[] => [...withoutFences(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** The anchor that GitHub gives a heading. */
export const slugOf = (heading: string): string => heading.trim().toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');

/** All anchors of a document; a heading that comes again is numbered. */
export function anchorsOf({ text }: Pick<Source, 'text'>): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const slugs = [...withoutFences(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => slugOf(heading));
  return new Set(slugs.map((slug) => {
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  }));
}

/** The words of a command as a shell would hand them on, but for what it would put in the place of $(…). */
export const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''));
