// What no file may hold, as a table: the place, the words and where they are at home. Words are spelled with a bracket so that this
// table is not found by itself.
import { expect } from 'chai';
import { ALL_FILES, CODE_FILES, below } from './sources.ts';
import type { Source } from './sources.ts';

interface Ban {
  readonly rule: string;
  readonly words: RegExp;
  readonly files: readonly Source[];
  /** Files in which the words are at home. */
  readonly except?: RegExp;
}

const RUNNING_CODE = [...below('src/'), ...below('sim/')];
const CLOCKS = /^(src\/adapters\/clock\.ts|sim\/kubernetes\/system-runtime\.ts|sim\/cloud\/wire\/clock\.ts|sim\/.*\/(main|server)\.ts|sim\/demo\/.*)$/;

const BANS: readonly Ban[] = [
  { rule: 'time and chance come through a port', words: /\b(Date\.no[w]|Math\.rando[m]|performance\.no[w]|hrtim[e]|new Dat[e]\(\))/, files: RUNNING_CODE, except: CLOCKS },
  { rule: 'waiting comes through a port', words: /\b(setTimeou[t]|setInterva[l]|setImmediat[e]|node:timer[s]|AbortSignal\.timeou[t])/, files: RUNNING_CODE, except: CLOCKS },
  { rule: 'no unit test sleeps', words: /\b(setTimeou[t]|setInterva[l]|scheduler\.wai[t])/, files: below('test/unit/') },
  { rule: 'only options.ts reads the environment', words: /\bprocess\.en[v]\b/, files: below('src/'), except: /^src\/options\.ts$/ },
  { rule: 'every test runs, or says why not', words: /\b(describe|it)\.(onl[y]\(|ski[p]\((?!`is skipped: ))|\b(xi[t]|xdescrib[e])\(/, files: below('test/') },
  { rule: 'nothing is left for later in a comment', words: /\b(TOD[O]|FIXM[E]|XX[X])\b/, files: ALL_FILES, except: /^package-lock\.json$/ },
  { rule: 'no check is switched off', words: /eslint-disabl[e]|@ts-(ignor[e]|nochec[k]|expect-erro[r])/, files: CODE_FILES },
  { rule: 'no class is called by what says nothing', words: /\bclass \w*(Manage[r]|Servic[e]|Bas[e]|Helpe[r])\b/, files: CODE_FILES },
  { rule: 'no path of somebody’s machine', words: /(^|[\s"'`(=])\/(wor[k]|roo[t]|home\/[a-z]+|Users\/[A-Za-z]+)\//m, files: ALL_FILES },
  { rule: 'no host of a package registry', words: /registry\.npmj[s]|npmmirro[r]|registry\.yarnpk[g]|proxy\.golan[g]|gopro[x]y\.(io|cn)/, files: ALL_FILES },
  { rule: 'nothing is exported that a file did not make, in an index', words: /^export \* fro[m]/m, files: CODE_FILES },
];

const linesWith = ({ path, text }: Source, words: RegExp): string[] =>
  text.split('\n').flatMap((line, index) => (words.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : []));

describe('In no file', () => {
  for (const { rule, words, files, except } of BANS) {
    it(`is it forgotten: ${rule}`, () => {
      expect(files.length).to.be.greaterThan(0);
      expect(files.filter(({ path }) => except?.test(path) !== true).flatMap((file) => linesWith(file, words))).to.deep.equal([]);
    });
  }

  it('is the name of a file empty of meaning', () => {
    const names = CODE_FILES.map(({ path }) => path).filter((path) => /(^|\/)(index|util[s]?|helper[s]?|common|misc|shared)(\.test)?\.ts$|\/(utils|helpers|common)\//.test(path));
    expect(names).to.deep.equal([]);
  });
});
