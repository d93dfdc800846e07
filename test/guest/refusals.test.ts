// What the commands do not do: run what a parameter says, guess, or leave half a configuration behind.
import { expect } from 'chai';
import { PRIMARY, SECONDARY, Site } from './kit/site.ts';
import type { Command, SiteOptions } from './kit/site.ts';
import { SHELLS, has, skipWhereMissing } from './kit/requirements.ts';
import { DHCP, PARAMETERS, configure, confirm, lineOf, readingOf, stateOf, undo } from './kit/states.ts';

const METADATA = `network/interfaces/macs/${SECONDARY.mac}`;
const GOOD: Readonly<Record<Command, Readonly<Record<string, string>>>> = {
  egress: { services: 'https://echo.example.test:8443/' },
  'routing-check': PARAMETERS,
  'routing-configure': { ...PARAMETERS, dryRun: 'no' },
  'routing-confirm': PARAMETERS,
  'routing-undo': PARAMETERS,
};
/** What each does when a shell takes it for more than a word: it leaves a file. */
const HOSTILE = [
  '', ' ', "'; touch /tmp/done; '", '"; touch /tmp/done; "', '$(touch /tmp/done)', '`touch /tmp/done`', '\ntouch /tmp/done\n', '; touch /tmp/done', '| touch /tmp/done', '> /tmp/done', '*', '${IFS}', '\\',
];
/** A value that ends in something hostile, and the hostile thing alone. */
const spoilt = (value: string): readonly string[] => HOSTILE.flatMap((bad) => (bad === '' ? [''] : [`${value}${bad}`, `${bad}${value}`, bad]));
const FORMS: Readonly<Record<string, readonly string[]>> = {
  mac: ['-x', '00:16:3E:00:00:08', '00-16-3e-00-00-08', '00:16:3e:00:00', '00:16:3e:00:00:08:09', '00:16:3e:00:00:0g'],
  address: ['-x', '10.0.1', '10.0.1.256', '10.0.1.08', '10.0.1.8.9', '.10.0.1.8', '10..1.8', 'fe80::1', '10.0.1.8/24'],
  dryRun: ['true', 'YES', 'yesno'],
  services: ['http://echo.example.test/', 'https://', 'https://localhost/', 'https://-o.example/', 'https://a.example:80:80/', 'https://user@a.example/', 'https://a..example/', 'ftp://a.example/', 'https://a.example./', 'file:///etc/passwd'],
};

describe('A command in a guest', function () {
  this.timeout(60_000);
  let site: Site;
  before(function () { skipWhereMissing(this); });
  afterEach(() => { (site as Site | undefined)?.end(); });
  const open = async (begin = '', options: SiteOptions = {}): Promise<string> => {
    site = await Site.open(options);
    site.guest.sh(begin === '' ? ':' : begin);
    return stateOf(site);
  };

  for (const shell of SHELLS.filter(([program = '']) => has(program))) {
    it(`refuses every parameter that is not of its form, and runs no part of it (${shell.join(' ')})`, async () => {
      const was = await open('', { shell });
      for (const [command, parameters] of Object.entries(GOOD) as [Command, Readonly<Record<string, string>>][]) {
        for (const [name, value] of Object.entries(parameters)) {
          for (const bad of [...spoilt(value), ...(FORMS[name] ?? [])]) {
            const said = site.command(command, { ...parameters, [name]: bad });
            expect(said.code, `${command} ${name}=${bad}: ${said.output}`).to.equal(1);
            expect(JSON.stringify(lineOf(said)), `${command} ${name}=${bad}`).to.match(/no MAC address|no IPv4 address|neither yes nor no|no list of https URLs/);
          }
        }
      }
      expect(stateOf(site)).to.equal(was);
      expect(site.guest.sh('ls /tmp')).to.equal('');
    });

    it(`does its work in ${shell.join(' ')}`, async () => {
      const was = await open('', { shell });
      expect(lineOf(site.command('egress', GOOD.egress))).to.deep.equal({ address: PRIMARY.address, service: 'https://echo.example.test:8443/' });
      expect(configure(site)).to.deep.include({ done: true, changed: true });
      expect(site.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
      expect(confirm(site)).to.deep.include({ done: true });
      expect(readingOf(site)).to.deep.equal({ state: 'ready', managed: true });
      expect(undo(site)).to.deep.include({ done: true });
      expect(stateOf(site)).to.equal(was);
    });
  }
  for (const [program = ''] of SHELLS.filter(([name = '']) => !has(name))) it(`was not tried in ${program}, which is not installed`, () => open());

  const REFUSED: readonly (readonly [why: string, begin: string, options: SiteOptions, problem: RegExp])[] = [
    ['there is no systemd', 'rm -rf /run/systemd', {}, /does not run systemd/],
    ['systemd-run is missing', 'mount --bind /dev/null /usr/bin/systemd-run; rm /usr/local/bin/systemd-run', {}, /systemd-run is not installed/],
    ['no interface has the MAC address', 'ip link set eth1 address 00:16:3e:00:00:99', {}, /no interface has/],
    ['the default route leaves by the interface', 'ip link set eth1 up; ip address add 10.0.1.8/24 dev eth1; ip route replace default via 10.0.1.253 dev eth1', {}, /the default route leaves by eth1/],
    ['the interface is part of another device', 'ip link add bridge type bridge; ip link set eth1 master bridge', {}, /part of another device/],
    ['it is the primary interface by the metadata', '', { texts: { mac: SECONDARY.mac } }, /primary network interface/],
    ['the metadata has another address', '', { texts: { [`${METADATA}/primary-ip-address`]: '10.0.1.9' } }, /another address/],
    ['the metadata has a page instead of an address', '', { texts: { [`${METADATA}/gateway`]: '<html>' } }, /no gateway/],
    ['the metadata has a netmask that is none', '', { texts: { [`${METADATA}/netmask`]: '255.0.255.0' } }, /is none/],
    ['the metadata has a gateway of another subnet', '', { texts: { [`${METADATA}/gateway`]: '10.0.2.253' } }, /not in the subnet/],
    ['the metadata service does not answer', '', { versions: [] }, /says nothing/],
    ['systemd takes no timer', "printf '#!/bin/sh\\nexit 1\\n' > /usr/local/bin/systemd-run", {}, /did not take the rollback/],
  ];
  for (const [why, begin, options, problem] of REFUSED) {
    it(`sets nothing up when ${why}`, async () => {
      await open(begin, options);
      const network = (): string => stateOf(site).replaceAll(/^\/(etc|usr|var).*\n?/gm, '');
      const was = network();
      const said = site.command('routing-configure', GOOD['routing-configure']);
      expect(said.code).to.equal(1);
      expect(lineOf(said)).to.have.property('done', false);
      expect(lineOf(said)['problem']).to.match(problem);
      expect(network()).to.equal(was);
      expect(site.guest.sh('find /etc/systemd/system /usr/local/sbin -type f')).to.equal('');
    });
  }

  it('waits for no other command for ever', async () => {
    const was = await open();
    site.guest.sh('(exec 9>/run/egress-unification.lock; flock 9; exec sleep 60) </dev/null >/dev/null 2>&1 &');
    for (const command of ['routing-configure', 'routing-confirm', 'routing-undo'] as const) {
      expect(lineOf(site.command(command, GOOD[command]))['problem'], command).to.match(/another command of ours/);
    }
    expect(stateOf(site)).to.equal(was);
  });

  it('takes back at once what it could not finish', async () => {
    const was = await open(DHCP);
    site.guest.sh(`mv /usr/local/bin/systemctl /tmp/systemctl
      printf '#!/bin/sh\\n[ "$1" != restart ] || exit 1\\nexec /tmp/systemctl "$@"\\n' > /usr/local/bin/systemctl && chmod 755 /usr/local/bin/systemctl`);
    expect(configure(site)).to.deep.equal({ done: false, problem: 'systemd did not start our unit: it was taken back' });
    expect(stateOf(site)).to.equal(was);
    expect(site.guest.sh('ls /run/lab-units')).to.not.contain('.pid');
  });

  it('takes back at once what does not stay up', async () => {
    const was = await open(DHCP);
    site.guest.sh(`mv /usr/local/bin/systemctl /tmp/systemctl
      printf '#!/bin/sh\\n[ "$1" != is-active ] || exit 3\\nexec /tmp/systemctl "$@"\\n' > /usr/local/bin/systemctl && chmod 755 /usr/local/bin/systemctl`);
    expect(configure(site)).to.deep.equal({ done: false, problem: 'our unit does not stay up: it was taken back' });
    expect(stateOf(site)).to.equal(was);
  });

  it('takes back what it had done when it is ended in the middle', async () => {
    const was = await open(DHCP);
    site.guest.sh(`mv /usr/local/bin/systemctl /tmp/systemctl
      printf '#!/bin/sh\\n[ "$1" != restart ] || kill -TERM $(cat /tmp/command)\\nexec /tmp/systemctl "$@"\\n' > /usr/local/bin/systemctl && chmod 755 /usr/local/bin/systemctl`);
    const script = site.script('routing-configure', GOOD['routing-configure']).replace('set -eu\n', () => 'set -eu\necho $$ >/tmp/command\n');
    expect(lineOf(site.text(script))).to.deep.equal({ done: false, problem: 'the command ended before it was done: it was taken back' });
    expect(stateOf(site)).to.equal(was);
  });

  it('leaves to others what others have set up', async () => {
    const was = await open(`${DHCP}\n ip route add default via 10.0.1.253 dev eth1 table 1001; ip rule add from 10.0.1.8 lookup 1001`);
    expect(readingOf(site)).to.deep.equal({ state: 'ready', managed: false });
    expect(configure(site)).to.deep.include({ done: true, changed: false });
    expect(undo(site)).to.deep.equal({ done: true, changed: false });
    expect(stateOf(site)).to.equal(was);
  });
});

describe('What routing-check says of the default route', function () {
  this.timeout(60_000);
  let site: Site;
  before(function () { skipWhereMissing(this); });
  afterEach(() => { (site as Site | undefined)?.end(); });
  const CASES: readonly (readonly [said: string, lines: string])[] = [
    ['primary', 'ip route add default via 10.0.1.253 dev eth1 metric 101'],
    ['secondary', 'ip route replace default via 10.0.1.253 dev eth1'],
    ['secondary', 'ip route del default; ip route add default via 10.0.1.253 dev eth0 metric 100; ip route add default via 10.0.1.253 dev eth1 metric 50'],
    ['both', 'ip route append default via 10.0.1.253 dev eth1'],
    ['both', 'ip route replace default nexthop via 10.0.1.253 dev eth0 nexthop via 10.0.1.253 dev eth1'],
    ['none', 'ip route del default'],
    ['primary', ':'],
  ];
  for (const [said, lines] of CASES) {
    it(`is ${said} after: ${lines}`, async () => {
      site = await Site.open();
      site.guest.sh(`ip link set eth1 up; ip address add 10.0.1.8/24 dev eth1; ${lines}`);
      expect(lineOf(site.command('routing-check', PARAMETERS))).to.deep.include({ interface: 'eth1', up: true, address: true, defaultRoute: said, systemd: true });
    });
  }

  it('holds where the interface is not there', async () => {
    site = await Site.open();
    site.guest.sh('ip link del eth1; rm -rf /run/systemd');
    expect(lineOf(site.command('routing-check', PARAMETERS))).to.deep.equal({
      interface: '', up: false, address: false, sourceRouting: false, defaultRoute: 'primary', rpFilter: 0, managed: false, armed: false, systemd: false,
    });
  });
});
