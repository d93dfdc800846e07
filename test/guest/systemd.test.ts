// The same commands with the real systemd as the guest's first process: what it makes of our unit, our timer and a reboot.
import { expect } from 'chai';
import { SECONDARY, Site } from './kit/site.ts';
import { has, skipWhereMissing, whyNoSystemd } from './kit/requirements.ts';
import { configure, confirm, readingOf, stateOf, undo, until } from './kit/states.ts';

const UNIT = 'egress-unification-routing-00-16-3e-00-00-08.service';
const ROLLBACK = 'egress-unification-rollback-00-16-3e-00-00-08';

describe('Under systemd itself', function () {
  this.timeout(60_000);
  let site: Site | undefined;
  before(function () {
    skipWhereMissing(this);
    const why = whyNoSystemd();
    if (why === undefined) return;
    console.log(`      skipped: ${why}`);
    this.skip();
  });
  afterEach(() => {
    site?.end();
    site = undefined;
  });
  const open = async (): Promise<Site> => {
    site = await Site.open({ manager: 'systemd' });
    until(site, 'systemctl is-system-running');
    return site;
  };
  const units = ({ guest }: Site): string => guest.sh("systemctl list-units --all --plain --no-legend 'egress-unification*'").trim();

  it('our unit is one that it takes without a remark', async function () {
    if (!has('systemd-analyze')) this.skip();
    const guest = await open();
    configure(guest);
    expect(guest.guest.run(['systemd-analyze', 'verify', `/etc/systemd/system/${UNIT}`])).to.deep.equal({ code: 0, output: '' });
  });

  it('the rollback is due 120 seconds after it was armed, and no more than a second late', async () => {
    const guest = await open();
    configure(guest);
    const shown = guest.guest.sh(`systemctl show ${ROLLBACK}.timer --property TimersMonotonic,AccuracyUSec,ActiveState`);
    expect(shown).to.contain('OnActiveUSec=2min').and.to.contain('AccuracyUSec=1s').and.to.contain('ActiveState=active');
  });

  it('the rollback takes everything back when it is due', async () => {
    const guest = await open();
    const was = stateOf(guest);
    configure(guest);
    expect(guest.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
    guest.guest.sh(`systemctl start ${ROLLBACK}.service`);
    until(guest, '[ ! -e /var/lib/egress-unification ]');
    until(guest, `! systemctl is-active ${ROLLBACK}.service`);
    expect(stateOf(guest)).to.equal(was);
  });

  it('a confirmation stops the rollback and makes it outlast a reboot', async () => {
    const guest = await open();
    configure(guest);
    expect(readingOf(guest)).to.deep.include({ state: 'armed' });
    confirm(guest);
    expect(units(guest)).to.match(new RegExp(`^${UNIT} loaded active running`)).and.not.contain(ROLLBACK);
    await guest.reboot();
    until(guest, "ip route show table 7348 | grep -q '^default'");
    until(guest, "ip rule | grep -q '^7340:'");
    expect(guest.knock(SECONDARY.address)).to.equal(`answers ${SECONDARY.address}`);
    expect(readingOf(guest)).to.deep.equal({ state: 'ready', managed: true });
  });

  it('nothing comes back after a reboot that was not confirmed', async () => {
    const guest = await open();
    configure(guest);
    await guest.reboot();
    until(guest, 'systemctl is-system-running');
    expect(units(guest)).to.equal('');
    expect(readingOf(guest)).to.deep.include({ state: 'notReady', configurable: true });
  });

  it('undo leaves no unit behind, loaded or failed', async () => {
    const guest = await open();
    const was = stateOf(guest);
    configure(guest);
    confirm(guest);
    undo(guest);
    expect(units(guest)).to.equal('');
    expect(stateOf(guest)).to.equal(was);
  });

  it('a program that it cannot execute is taken back at once', async () => {
    const guest = await open();
    const was = stateOf(guest);
    guest.guest.sh('mount --bind /usr/local/sbin /usr/local/sbin && mount -o remount,bind,noexec /usr/local/sbin');
    expect(configure(guest)).to.deep.equal({ done: false, problem: 'our unit does not stay up: it was taken back' });
    expect(stateOf(guest)).to.equal(was);
    expect(units(guest)).to.equal('');
  });

  it('our program is started again when it dies', async () => {
    const guest = await open();
    configure(guest);
    const mainPid = (): string => guest.guest.sh(`systemctl show ${UNIT} --property MainPID --value`).trim();
    const first = mainPid();
    guest.guest.sh(`kill -9 ${first}; ip rule del priority 7340`);
    until(guest, "ip rule | grep -q '^7340:'");
    expect(mainPid()).to.not.equal(first);
  });
});
