import { expect } from 'chai';
import { commandLine, type Program } from '../../../src/cli/command-line.ts';
import { COMMAND_NAMES, EXAMPLES } from '../../../src/cli/examples.ts';
import { programOf } from '../../../src/options.ts';

/** What a command line asks for, as the words of its handler. */
async function askedOf(words: readonly string[], program: Program = { name: 'egress-unification', version: '1.2.3', runsByDefault: true, environment: {} }): Promise<unknown[]> {
  const asked: unknown[] = [];
  const note = (name: string) => async (...said: unknown[]) => void asked.push(name, ...said);
  await commandLine(program, { run: note('run'), instances: note('instances'), plan: note('plan'), restore: note('restore'), guestCommands: note('guest-commands'), prober: note('prober') }).parseAsync(['node', 'script', ...words]);
  return asked;
}

const helpOf = (command: string): string => {
  const nothing = async (): Promise<void> => undefined;
  const program = commandLine({ name: 'kubectl egress', version: '1', runsByDefault: false, environment: {} }, { run: nothing, instances: nothing, plan: nothing, restore: nothing, guestCommands: nothing, prober: nothing });
  let text = '';
  program.commands.find((each) => each.name() === command)!.configureOutput({ writeOut: (part) => { text += part; } }).outputHelp();
  return text;
};

describe('The command line', () => {
  it('runs the controller when no command is named', async () => expect((await askedOf([]))[0]).to.equal('run'));

  it('hands the flags of a plan on', async () => {
    const [name, flags, request] = await askedOf(['plan', '-f', 'web.yaml', '-o', 'json', '--eip-hourly-fee', '0.02CNY', '--cluster-id', 'c-1']);
    expect([name, request]).to.deep.equal(['plan', { subject: { file: 'web.yaml' }, output: 'json', eipHourlyFee: { amount: 0.02, currency: 'CNY' } }]);
    expect(flags).to.include({ clusterId: 'c-1', logLevel: 'error' });
  });

  it('hands the flags of a restoration on, the instances as one list', async () => {
    const [, , request] = await askedOf(['restore', '--region', 'cn-hangzhou', '--vpc', 'vpc-1', '--instance', 'i-1,i-2', '--instance', 'i-3', '--max-in-progress', '20%', '--yes']);
    expect(request).to.deep.equal({ regionId: 'cn-hangzhou', vpcId: 'vpc-1', instances: ['i-1', 'i-2', 'i-3'], maxInProgress: '20%', yes: true, ignoreLease: false });
  });

  it('restores one at a time, and asks, unless it is told otherwise', async () => {
    const [, , request] = await askedOf(['restore', '--region', 'cn-hangzhou', '--vpc', 'vpc-1']);
    expect(request).to.deep.equal({ regionId: 'cn-hangzhou', vpcId: 'vpc-1', maxInProgress: 1, yes: false, ignoreLease: false });
  });

  it('keeps --yes, and whatever else is meant for once, out of the environment', () => {
    const help = helpOf('restore');
    expect(help).to.include('EGRESS_CLOUD_ENDPOINT');
    for (const flag of ['YES', 'REGION', 'VPC', 'INSTANCE', 'MAX_IN_PROGRESS']) expect(help).not.to.match(new RegExp(`EGRESS_${flag}\\b`));
  });

  for (const [said, meant] of [['true', true], ['false', false], ['', false]] as const) {
    it(`takes a switch in the environment that says "${said}" for ${meant ? 'on' : 'off'}`, async () => {
      process.env['EGRESS_OBSERVE_ONLY'] = said;
      try {
        const [, flags] = await askedOf([], { name: 'egress-unification', version: '1', runsByDefault: true, environment: process.env });
        expect(flags).to.include({ observeOnly: meant });
      } finally {
        delete process.env['EGRESS_OBSERVE_ONLY'];
      }
    });
  }

  for (const name of COMMAND_NAMES) {
    it(`teaches "${name}" by examples that it understands itself`, async () => {
      expect(EXAMPLES[name].length).to.be.greaterThan(0);
      for (const { line } of EXAMPLES[name]) {
        const [, words = ''] = /\$ ([^<]*)/.exec(line) ?? [];
        expect((await askedOf(words.trim().split(' ')))[0], line).to.equal(name);
        expect(helpOf(name)).to.include(line.replace('$', 'kubectl egress'));
      }
    });
  }
});

describe('The name of the program', () => {
  it('is that of the plugin when kubectl calls it', () => {
    expect(programOf(['node', '/usr/local/bin/kubectl-egress'])).to.include({ name: 'kubectl egress', runsByDefault: false });
  });
  it('is its own otherwise', () => {
    for (const script of ['src/main.ts', '/usr/local/bin/egress-unification', '']) expect(programOf(['node', script])).to.include({ name: 'egress-unification', runsByDefault: true });
  });
});
