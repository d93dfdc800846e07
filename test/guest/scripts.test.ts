// The texts of the commands, without running them: what a reviewer would look at first.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { GUEST_COMMANDS } from '../../src/ports/guests.ts';
import { has } from './kit/requirements.ts';

const FOLDER = join(import.meta.dirname, '../../guest');
const text = (command: string): string => readFileSync(join(FOLDER, `${command}.sh`), 'utf8');
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  egress: ['services'],
  'routing-check': ['mac', 'address'],
  'routing-configure': ['mac', 'address', 'dryRun'],
  'routing-confirm': ['mac', 'address'],
  'routing-undo': ['mac', 'address'],
};
/** The program that routing-configure installs. */
const program = (): string => /<<'EGRESS_UNIFICATION_PROGRAM'\n([^]*?)\nEGRESS_UNIFICATION_PROGRAM\n/.exec(text('routing-configure'))?.[1] ?? '';
/** Cloud Assistant takes 24 KB of Base64, parameters included (SDK RunCommand, CommandContent). */
const BASE64_MAX = 23_000;

describe('A guest command', () => {
  it('is a file for each name of the port, and nothing else', () => {
    expect(readdirSync(FOLDER).filter((name) => name.endsWith('.sh')).sort()).to.deep.equal(GUEST_COMMANDS.map((name) => `${name}.sh`).sort());
  });

  for (const command of GUEST_COMMANDS) {
    describe(command, () => {
      it('says what it is in its first lines', () => {
        expect(text(command).split('\n').slice(0, 2)).to.deep.equal(['#!/bin/sh', `# egressunification.io/guest-command: ${command}`]);
      });

      it('takes its parameters once, each alone on a line of a quoted here-document, and no others', () => {
        const taken = [...text(command).matchAll(/<<'EGRESS_UNIFICATION_PARAMETER'\n\{\{(\w+)\}\}\nEGRESS_UNIFICATION_PARAMETER\n/g)].map(([, name]) => name);
        expect(taken).to.deep.equal(PARAMETERS[command]);
        expect(text(command).match(/\{\{/g)).to.have.length(taken.length);
      });

      it(`fits into what the cloud takes: ${BASE64_MAX} characters of Base64`, () => {
        expect(Buffer.from(text(command)).toString('base64').length).to.be.at.most(BASE64_MAX);
      });

      it('stops at the first error and at unknown names, and reads in the C locale', () => {
        expect(text(command)).to.match(/^set -eu\nLC_ALL=C\n/m);
      });

      it('never evaluates text, and pipes nothing into a shell but our own program', () => {
        expect(text(command)).to.not.match(/(^|[;&|({]) *(eval|source|\.|exec [^0-9]) /m);
        expect((text(command).match(/\| *sh\b.*/g) ?? [])).to.deep.equal(command === 'routing-configure' ? ['| sh -s -- plan $arguments; }'] : []);
      });
    });
  }

  it('routes nothing in the main table', () => {
    const routes = program().split('\n').filter((line) => /\bip\b.*\broute (add|replace|del|flush|change|append)/.test(line));
    expect(routes).to.have.length(3);
    for (const line of routes) expect(line).to.contain('table "$table"');
    expect(text('routing-configure').replace(program(), '')).to.not.match(/\bip\b.*\b(route|rule|address|link) (add|replace|del|flush|change|append|set)/);
  });

  it('passes shellcheck, and so does the program that it installs', function () {
    if (!has('shellcheck')) {
      console.log('      skipped: shellcheck is not installed');
      this.skip();
    }
    for (const input of [...GUEST_COMMANDS.map(text), `${program()}\n`]) {
      const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', '-'], { input, encoding: 'utf8' });
      expect(stdout).to.equal('');
      expect(status).to.equal(0);
    }
  });
});
