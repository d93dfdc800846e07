// What the Dockerfile says of the image, so that tests run what it would run. It reads the form in which ours is written: one line an instruction.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './child.ts';

export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly exposed: readonly string[];
  /** What the last stage begins with, and what is copied into it. */
  readonly from: string;
  readonly copies: readonly string[];
  /** ARGs before the first stage, with their defaults. */
  readonly args: Readonly<Record<string, string>>;
}

const pairs = (text: string): Record<string, string> => Object.fromEntries([...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]));

export function imageConfig(): ImageConfig {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const [before = '', ...stages] = text.split(/^(?=FROM )/m);
  const last = stages.at(-1) ?? '';
  const all = (word: string, of = last): readonly string[] => [...of.matchAll(new RegExp(`^${word} (.*)$`, 'gm'))].map(([, rest = '']) => rest.trim());
  const array = (word: string): readonly string[] => JSON.parse(all(word).at(-1) ?? '[]') as readonly string[];
  return {
    entrypoint: array('ENTRYPOINT'),
    cmd: array('CMD'),
    env: pairs(all('ENV').join(' ')),
    user: all('USER').at(-1) ?? '',
    exposed: all('EXPOSE').flatMap((ports) => ports.split(' ')),
    from: all('FROM')[0] ?? '',
    copies: all('COPY'),
    args: pairs(all('ARG', before).join(' ')),
  };
}
