// The commands of guest/ that set up source routing, run for real: packets, the kernel's tables and the files of a guest are what is asked.
import { expect } from 'chai';
import { PRIMARY, SECONDARY, Site } from './kit/site.ts';
import type { SiteOptions } from './kit/site.ts';
import { has, skipWhereMissing } from './kit/requirements.ts';
import { DHCP, PARAMETERS, STRICT, configure, confirm, hide, lineOf, readingOf, stateOf, undo, until } from './kit/states.ts';

const RULE = `ip rule | grep -q '^7340:.*from ${SECONDARY.address} '`;
const NO_RULE = `! { ${RULE}; }`;

describe('Source routing in a guest', function () {
  this.timeout(60_000);
  let site: Site;
  before(function () { skipWhereMissing(this); });
  afterEach(() => { (site as Site | undefined)?.end(); });
  const open = async (begin = '', options: SiteOptions = {}): Promise<string> => {
    site = await Site.open(options);
    site.guest.sh(begin === '' ? ':' : begin);
    return stateOf(site);
  };

  for (const [kind, begin] of [['is down and bare', ''], ['was brought up by DHCP', DHCP], ['was brought up by DHCP and filters strictly', STRICT]] as const) {
    describe(`whose second interface ${kind}`, () => {
      it('is what makes it answer at its second address, and changes neither the way out nor the first address', async () => {
        await open(begin);
        expect(site.knock(SECONDARY.address)).to.equal('silent');
        expect(readingOf(site)).to.deep.include({ state: 'notReady', configurable: true });
        expect(configure(site)).to.deep.include({ done: true, changed: true, armed: true });
        expect(site.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
        expect(site.knock(PRIMARY.address)).to.equal(`answers ${PRIMARY.address}`);
        expect(readingOf(site)).to.deep.equal({ state: 'armed', managed: true, mayConfirm: false });
        expect(site.guest.sh('ip -4 route get 198.51.100.9')).to.contain('dev eth0 src 10.0.1.7');
      });

      it('is kept once it is confirmed, and taken back to the last route by undo', async () => {
        const was = await open(begin);
        configure(site);
        expect(confirm(site)).to.deep.equal({ done: true, changed: true });
        expect(readingOf(site)).to.deep.equal({ state: 'ready', managed: true });
        expect(undo(site)).to.deep.equal({ done: true, changed: true });
        expect(stateOf(site)).to.equal(was);
      });

      it('changes nothing when it is set up, confirmed or taken back twice', async () => {
        const was = await open(begin);
        configure(site);
        const armed = stateOf(site);
        expect(configure(site)).to.deep.include({ done: true, changed: false });
        expect(stateOf(site)).to.equal(armed);
        confirm(site);
        const confirmed = stateOf(site);
        expect(configure(site)).to.deep.include({ done: true, changed: false });
        expect(confirm(site)).to.deep.equal({ done: true, changed: false });
        expect(stateOf(site)).to.equal(confirmed);
        undo(site);
        expect(undo(site)).to.deep.equal({ done: true, changed: false });
        expect(stateOf(site)).to.equal(was);
      });

      it('is taken back by the guest itself when nobody confirms it', async () => {
        const was = await open(begin, { factor: 40 });
        configure(site);
        until(site, NO_RULE);
        until(site, '[ ! -e /var/lib/egress-unification/00-16-3e-00-00-08 ]');
        expect(stateOf(site)).to.equal(was);
        expect(confirm(site)).to.deep.include({ done: false });
      });

      it('comes back after a reboot once it is confirmed, though no metadata service answers', async () => {
        await open(begin, { factor: 20 });
        configure(site);
        confirm(site);
        site.router.sh('ip address del 100.100.100.200/32 dev lo');
        await site.reboot(begin);
        until(site, RULE);
        until(site, "ip route show table 7348 | grep -q '^default'");
        expect(site.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
        expect(readingOf(site)).to.deep.equal({ state: 'ready', managed: true });
      });

      it('does not come back after a reboot when it was not confirmed, and can be set up again', async () => {
        const was = await open(begin);
        configure(site);
        await site.reboot(begin);
        expect(readingOf(site)).to.deep.include({ state: 'notReady', managed: true, configurable: true });
        expect(configure(site)).to.deep.include({ done: true, changed: true });
        confirm(site);
        undo(site);
        expect(stateOf(site)).to.equal(was);
      });

      it('is only told of in a dry run', async () => {
        const was = await open(begin);
        const { dryRun, ...line } = lineOf(site.command('routing-configure', { ...PARAMETERS, dryRun: 'yes' }));
        expect(line).to.deep.equal({ done: true, changed: false, interface: 'eth1' });
        expect(dryRun).to.include('look up what comes from 10.0.1.8 in table 7348');
        expect(stateOf(site)).to.equal(was);
      });
    });
  }

  it('keeps a client waiting without it because the answer leaves by the first interface', async () => {
    await open(DHCP);
    const dropped = (): number => Number(/ReversePathFilter\s+(\d+)/.exec(site.router.sh('nstat -az TcpExtIPReversePathFilter'))?.[1]);
    // so that the guest knows the way to the router from its first interface
    expect(site.knock(PRIMARY.address)).to.equal(`answers ${PRIMARY.address}`);
    const before = dropped();
    expect(site.knock(SECONDARY.address)).to.equal('silent');
    expect(dropped()).to.be.greaterThan(before);
  });

  it('stands again within seconds when somebody takes a part of it away', async () => {
    await open(DHCP);
    configure(site);
    confirm(site);
    const whole = stateOf(site);
    const meddle = ['ip rule del priority 7340', 'ip route flush table 7348', 'ip link set eth1 down && ip link set eth1 up', 'ip rule flush; ip rule add priority 32766 lookup main; ip rule add priority 32767 lookup default'];
    for (const lines of meddle) {
      site.guest.sh(lines);
      until(site, `{ ${RULE} && ip route show table 7348 | grep -q '^default' && ip route show table 7348 | grep -q '^10.0.1.0/24'; }`);
      // the kernel forgets a default route of the main table with its link: the guest's DHCP client would put it back
      site.guest.sh(`ip route replace default via 10.0.1.253 dev eth1 metric 101`);
    }
    expect(stateOf(site)).to.equal(whole);
    expect(site.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
  });

  it('comes back after a reboot in which nobody brings the interface up, after half a minute', async () => {
    await open(DHCP);
    configure(site);
    confirm(site);
    await site.reboot();
    until(site, RULE);
    expect(readingOf(site)).to.deep.include({ state: 'notReady' });
    until(site, "ip route show table 7348 | grep -q '^default'", 45);
    expect(readingOf(site)).to.deep.equal({ state: 'ready', managed: true });
  });

  it('is not confirmed when it does not stand', async () => {
    await open();
    configure(site);
    site.guest.sh('systemctl stop egress-unification-routing-00-16-3e-00-00-08.service; ip rule del priority 7340');
    expect(confirm(site)).to.deep.include({ done: false });
    expect(readingOf(site)).to.deep.include({ state: 'armed' });
  });

  it('loosens only the second interface, and only where it filters strictly', async () => {
    await open(STRICT);
    configure(site);
    const filters = site.guest.sh('for name in all default eth0 eth1; do cat /proc/sys/net/ipv4/conf/$name/rp_filter; done').trim().split('\n');
    expect(filters).to.deep.equal(['0', '0', '0', '2']);
  });

  it('answers under a strict filter of all interfaces too', async () => {
    const was = await open(`${DHCP}\n echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter`);
    configure(site);
    expect(site.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
    undo(site);
    expect(stateOf(site)).to.equal(was);
  });

  it('is set up with wget where there is no curl', async function () {
    if (!has('wget')) {
      console.log('      skipped: wget is not installed');
      this.skip();
    }
    await open('', { versions: [2] });
    hide(site, 'curl');
    expect(configure(site)).to.deep.include({ done: true, changed: true });
  });

  for (const versions of [[1], [2], [1, 2]]) {
    it(`is set up from version ${versions.join(' and ')} of the metadata service`, async () => {
      await open('', { versions });
      expect(configure(site)).to.deep.include({ done: true, changed: true });
    });
  }
});
