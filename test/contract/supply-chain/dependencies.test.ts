// What the project is made of besides its own code: exact versions, no script that nobody allowed, a reason for each package.
import { expect } from 'chai';
import { globSync } from 'node:fs';
import { ROOT } from '../../apiserver/kit/child.ts';
import { lockedPackages, manifest, nameOf, textOf, withInstallScripts } from './manifest.ts';

const DECISION = textOf('docs/decisions/0002-dependencies.md');
const [atRunTime = '', forDevelopment = ''] = DECISION.slice(DECISION.indexOf('At run time')).split('For development');

describe('The dependencies', function () {
  this.timeout(60_000);

  it('are pinned to exact versions, and the lockfile to exact contents', () => {
    const { dependencies, devDependencies } = manifest();
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).to.deep.equal([]);
    expect(lockedPackages().size).to.be.above(50);
    expect([...lockedPackages()].filter(([, { integrity, link }]) => link === true || !/^sha512-/.test(integrity ?? '')).map(([path]) => path)).to.deep.equal([]);
  });

  it('come from the registry that is set up where they are installed: the lockfile names none', () => {
    expect([...lockedPackages()].filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).to.deep.equal([]);
  });

  it('run no script when they are installed, but for one that brings node', () => {
    const { allowScripts } = manifest();
    expect(Object.entries(allowScripts).filter(([, isAllowed]) => isAllowed)).to.deep.equal([['node', true]]);
    const locked = [...lockedPackages()].filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => nameOf(path));
    expect([...new Set(locked)].sort()).to.deep.equal(Object.keys(allowScripts).sort());
    expect(withInstallScripts().filter((name) => !(name in allowScripts))).to.deep.equal([]);
  });

  it('each have their reason in the record of decisions, where they run and where they only help', () => {
    const { dependencies, devDependencies } = manifest();
    const names = (text: string, name: string): boolean => text.includes(`\`${name}\``) || (name.startsWith('@types/') && text.includes('`@types/*`'));
    expect(Object.keys(dependencies).filter((name) => !names(atRunTime, name))).to.deep.equal([]);
    expect(Object.keys(devDependencies).filter((name) => !names(forDevelopment, name))).to.deep.equal([]);
    const [, ...rows] = [...atRunTime.matchAll(/^\| (.+?) \|/gm)].map(([, cell = '']) => cell).filter((cell) => !cell.startsWith('-'));
    const reasoned = rows.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
    expect(reasoned.sort(), 'reasons for what is not there').to.deep.equal(Object.keys(dependencies).sort());
  });

  it('are few at run time', () => {
    expect(Object.keys(manifest().dependencies).length).to.be.at.most(12);
  });

  it('are installed by npm ci and nothing else', () => {
    const files = ['.ci/run', 'Dockerfile', ...globSync('.github/workflows/*.yml', { cwd: ROOT })];
    expect(files.length).to.be.above(3);
    const commands = files.flatMap((path) => [...textOf(path).matchAll(/(?<!echo ")\b(?:npm (?:ci|i|install|add|update|exec)\b|npx ).*/g)].map(([command]) => `${path}: ${command}`));
    expect(commands.filter((command) => !/npm ci( --ignore-scripts)?$/.test(command))).to.deep.equal([]);
  });
});
