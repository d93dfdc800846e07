// What guests say: the address that they show to the Internet, and whether they answer by the interface on which they are asked. The whole
// controller, with the real adapter for Cloud Assistant over the simulated one.
import { expect } from 'chai';
import type { JsonObject } from '../../sim/kubernetes/json.ts';
import { ANNOTATION } from '../../src/api/names.ts';
import { NAT_IP, SPEC, isReady, world } from './fixtures.ts';
import { Laboratory } from './laboratory.ts';
import { packets } from './packets.ts';

const HOUR_MS = 3_600_000;
const DEAF = { sourceRouting: false };
const ECHO = 'https://echo.example.com';
const OTHER = 'https://other.example.com';
const asking = (...echoServices: string[]): JsonObject => ({ verification: { egress: { echoServices } } });
const INBOUND: JsonObject = { verification: { inbound: { ports: [22] } } };

const instance = (at: number, given: object = {}): object => ({ vSwitch: 'vsw-1', publicIp: `47.98.1.${at + 1}`, tags: { egress: 'unified' }, ...given });
const fleet = (guests: readonly object[]): Record<string, object> => Object.fromEntries(guests.map((guest, at) => [`i-${at}`, instance(at, { guest })]));

async function started(instances: Record<string, object>, spec: JsonObject, { allowed = true, echo = {} }: { allowed?: boolean; echo?: object } = {}): Promise<Laboratory> {
  const lab = new Laboratory({ ...world(instances), echoServices: echo }, { packets: packets(), allowGuestCommands: allowed });
  lab.create('web', { ...SPEC, ...spec });
  await lab.start();
  return lab;
}

const condition = (lab: Laboratory, type: string): string => {
  const found = lab.resource('web').status.conditions?.find((each) => each.type === type);
  return found ? `${found.status} ${found.reason}: ${found.message}` : 'not said';
};
const unsettled = (lab: Laboratory): string[] => (lab.resource('web').status.unsettled ?? []).map(({ instanceId, state, reason }) => `${instanceId} ${state} ${reason}`);
const says = async (lab: Laboratory, type: string, how: string): Promise<string> => {
  await lab.until(() => condition(lab, type).startsWith(how), HOUR_MS);
  return condition(lab, type);
};
const cutOvers = (lab: Laboratory): number => lab.mutatingCalls().filter((action) => action === 'UnassociateEipAddress').length;

describe('The address that an instance shows', () => {
  it('is asked for in its guest and is that of the way out', async () => {
    const lab = await started({ ...fleet([{}]), 'i-private': { vSwitch: 'vsw-1', tags: { egress: 'unified' } } }, asking(ECHO));
    expect(await says(lab, 'EgressVerified', 'True')).to.equal('True Verified: 2 of 2 settled instances passed');
    await lab.until(() => isReady(lab));
    expect(condition(lab, 'Ready')).to.include('egress: 2 of 2 settled instances passed; inbound was not tested');
  });

  it('betrays a second default route', async () => {
    const lab = await started(fleet([{ equalMetric: true }]), asking(ECHO));
    expect(await says(lab, 'EgressVerified', 'False')).to.match(/^False EgressFailed: 0 of 1 settled instances passed, 1 failed\. First: i-0: it shows 47\.98\.1\.1 \(https:\/\/echo\.example\.com\); the way out has 47\.96\.1\.1$/);
    await lab.until(() => unsettled(lab).join() === 'i-0 Degraded EgressFailed', HOUR_MS);
  });

  const unclear: Record<string, { readonly echo: object; readonly services: string[]; readonly says: RegExp }> = {
    'answers nothing': { echo: { [ECHO]: 'nothing' }, services: [ECHO], says: /no echo service answered with an address: https:\/\/echo\.example\.com: answered nothing/ },
    'answers slowly': { echo: { [ECHO]: 'slow' }, services: [ECHO], says: /did not answer in time/ },
    'answers a page': { echo: { [ECHO]: 'html' }, services: [ECHO], says: /answered without an address/ },
    'answers a private address': { echo: { [ECHO]: '10.0.0.1' }, services: [ECHO], says: /10\.0\.0\.1 \(https:\/\/echo\.example\.com\) is no public address/ },
    'lies where another tells the truth': { echo: { [ECHO]: '8.8.8.8' }, services: [ECHO, OTHER], says: /it shows .*8\.8\.8\.8 .*, which differ; the way out has 47\.96\.1\.1/ },
  };
  for (const [name, { echo, services, says: words }] of Object.entries(unclear)) {
    it(`proves nothing when the echo service ${name}, and the move goes on`, async () => {
      const lab = await started(fleet([{}]), asking(...services), { echo });
      await lab.until(() => isReady(lab) && words.test(condition(lab, 'EgressVerified')), HOUR_MS);
      expect(condition(lab, 'EgressVerified')).to.match(/^Unknown Unverified: 0 of 1 settled instances passed, 1 unverified/);
    });
  }

  const unread: Record<string, { readonly given: object; readonly says: RegExp; readonly allowed?: boolean }> = {
    'has no agent': { given: { guest: { agent: false } }, says: /^Unknown Unverified: .*i-0: / },
    'runs Windows': { given: { os: 'windows' }, says: /^Unknown Unverified: .*i-0: / },
    'refuses scripts': { given: { guest: { refusesScripts: true } }, says: /^Unknown Unverified: .*i-0: / },
    'may not be sent commands': { given: {}, says: /^Unknown Unverified: .*runs without --allow-guest-commands/, allowed: false },
  };
  for (const [name, { given, says: words, allowed = true }] of Object.entries(unread)) {
    it(`is unknown of an instance that ${name}, which is nobody's failure`, async () => {
      const lab = await started({ 'i-0': instance(0, given) }, asking(ECHO), { allowed });
      await lab.until(() => isReady(lab), HOUR_MS);
      await lab.clock.pass(10 * 60_000);
      expect(condition(lab, 'EgressVerified')).to.match(words).and.not.to.include('not tested yet');
    });
  }
});

describe('A guest that is asked before its cut-over', () => {
  it('is cut over when it is ready', async () => {
    const lab = await started(fleet([{}, {}]), { guestRouting: 'Check' });
    await lab.until(() => isReady(lab), HOUR_MS);
    expect(cutOvers(lab)).to.equal(2);
  });

  it('is waited for until it is, and what is missing is said', async () => {
    const lab = await started(fleet([DEAF]), { guestRouting: 'Check', ...INBOUND });
    await lab.until(() => unsettled(lab).join() === 'i-0 Blocked GuestNotReady', HOUR_MS);
    expect(lab.resource('web').status.unsettled?.[0]?.message).to.include('no rule sends what comes from that address out by eth1');
    await lab.clock.pass(HOUR_MS);
    expect([cutOvers(lab), lab.seen('i-0')]).to.deep.equal([0, 'leaves by 47.98.1.1; reached on 47.98.1.1']);
    lab.meddle({ op: 'setInstance', instance: 'i-0', guest: { sourceRouting: true } });
    await lab.until(() => isReady(lab), HOUR_MS);
    expect(lab.seen('i-0')).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.1`);
  });

  it('is not cut over where it cannot be read', async () => {
    const lab = await started(fleet([{ agent: false }]), { guestRouting: 'Check' });
    await lab.until(() => unsettled(lab).join() === 'i-0 Blocked GuestUnread', HOUR_MS);
    await lab.clock.pass(HOUR_MS);
    expect(cutOvers(lab)).to.equal(0);
  });

  for (const guestRouting of ['Check', 'Configure']) {
    it(`is not touched at all where commands are not allowed, with ${guestRouting}`, async () => {
      const lab = await started(fleet([{}]), { guestRouting }, { allowed: false });
      await lab.until(() => unsettled(lab).join() === 'i-0 Blocked GuestCommandsOff');
      await lab.clock.pass(HOUR_MS);
      expect(lab.mutatingCalls()).to.deep.equal([]);
    });
  }

  for (const guestRouting of ['Check', 'Configure']) {
    it(`has the ENI taken off again where it sends everything out by it, with ${guestRouting}, and gets it back once that is mended and asked for`, async () => {
      const lab = await started(fleet([{ equalMetric: true }, {}]), { guestRouting, ...INBOUND });
      await lab.until(() => unsettled(lab).includes('i-0 Blocked DefaultRouteTaken'), HOUR_MS);
      await lab.clock.pass(HOUR_MS);
      expect(lab.seen('i-0')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
      expect(lab.mutatingCalls().filter((action) => action === 'DetachNetworkInterface')).to.have.length(1);
      lab.meddle({ op: 'setInstance', instance: 'i-0', guest: { equalMetric: false } });
      lab.patch('web', { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: 'mended' } } });
      await lab.until(() => isReady(lab), HOUR_MS);
      expect(lab.seen('i-0')).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.1`);
    });
  }

  it('is told of again when it is not ready any more', async () => {
    const lab = await started(fleet([{}]), { guestRouting: 'Check' });
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.meddle({ op: 'setInstance', instance: 'i-0', guest: DEAF });
    await lab.until(() => unsettled(lab).join() === 'i-0 Degraded GuestNotReady', HOUR_MS);
    lab.meddle({ op: 'setInstance', instance: 'i-0', guest: { sourceRouting: true } });
    await lab.until(() => isReady(lab), HOUR_MS);
  });
});

describe('A guest that is configured', () => {
  for (const [name, spec] of [['tested from outside', INBOUND], ['with its agent alone', {}]] as const) {
    it(`answers after its cut-over as before, ${name}, and keeps what was set up`, async () => {
      const lab = await started(fleet([DEAF, { secondNic: 'manual' }]), { guestRouting: 'Configure', ...spec });
      await lab.until(() => isReady(lab), HOUR_MS);
      await lab.clock.pass(HOUR_MS);
      for (const at of [0, 1]) expect(lab.seen(`i-${at}`)).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.${at + 1}`);
      expect(lab.cloud.state.instances.all().map(({ guest }) => guest.armed ?? false)).to.deep.equal([false, false]);
      if (spec === INBOUND) expect(condition(lab, 'InboundVerified')).to.match(/^True/);
    });
  }

  it('is asked again when somebody undoes it, and nothing is cut over for that', async () => {
    const lab = await started(fleet([{}]), { guestRouting: 'Configure', ...INBOUND });
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.meddle({ op: 'setInstance', instance: 'i-0', guest: { sourceRouting: false } });
    await lab.until(() => lab.cloud.state.instances.get('i-0')?.guest.saved !== undefined, HOUR_MS);
    await lab.until(() => isReady(lab), HOUR_MS);
    expect([cutOvers(lab), lab.seen('i-0')]).to.deep.equal([1, `leaves by ${NAT_IP}; reached on 47.98.1.1`]);
  });

  it('gets back what it was when the resource is deleted with Revert', async () => {
    const lab = await started(fleet([DEAF]), { guestRouting: 'Configure', deletionPolicy: 'Revert' });
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.delete('web');
    await lab.until(() => !lab.exists('web'), HOUR_MS);
    expect(lab.seen('i-0')).to.equal('leaves by 47.98.1.1; reached on 47.98.1.1');
    expect(lab.cloud.state.instances.all().map(({ guest }) => [guest.sourceRouting, guest.saved])).to.deep.equal([[false, undefined]]);
  });

  it('survives a controller that is killed at any moment', async () => {
    const lab = await started(fleet([DEAF]), { guestRouting: 'Configure', ...INBOUND });
    for (let lives = 0; lives < 30; lives += 1) {
      await lab.clock.pass(3_000);
      lab.kill();
      await lab.start();
    }
    await lab.until(() => isReady(lab), HOUR_MS);
    await lab.clock.pass(HOUR_MS);
    expect(lab.seen('i-0')).to.equal(`leaves by ${NAT_IP}; reached on 47.98.1.1`);
    expect(cutOvers(lab)).to.equal(1);
  });
});

describe('Commands in guests', () => {
  it('are not sent for a resource that does not ask, whatever is allowed', async () => {
    const lab = await started(fleet([{}]), INBOUND);
    await lab.until(() => isReady(lab), HOUR_MS);
    lab.patch('web', { metadata: { annotations: { [ANNOTATION.reconcileRequestedAt]: 'now' } } });
    await lab.clock.pass(HOUR_MS);
    expect(lab.cloud.log.since(0).filter(({ action }) => /Command|Invoc|Assistant/.test(action))).to.deep.equal([]);
  });
});

describe('Each kind of guest under each wish', () => {
  const KINDS: Record<string, object> = {
    usual: {}, 'without source routing': DEAF, 'strict and without source routing': { ...DEAF, rpFilter: 1 }, 'with its second interface down': { secondNic: 'manual' },
    'with two default routes': { equalMetric: true }, 'without an agent': { agent: false }, 'without systemd': { ...DEAF, systemd: false }, 'that refuses scripts': { ...DEAF, refusesScripts: true },
  };
  /** Whether it is cut over, under Ignore, Check and Configure. */
  const MOVES: Record<string, readonly [boolean, boolean, boolean]> = {
    usual: [true, true, true], 'without source routing': [true, false, true], 'strict and without source routing': [true, false, true], 'with its second interface down': [true, false, true],
    'with two default routes': [true, false, false], 'without an agent': [true, false, false], 'without systemd': [true, false, false], 'that refuses scripts': [true, false, false],
  };
  for (const [kind, guest] of Object.entries(KINDS)) {
    for (const [at, guestRouting] of (['Ignore', 'Check', 'Configure'] as const).entries()) {
      it(`is moved or not, and never said to be reached when it is not: ${kind}, ${guestRouting}`, async () => {
        const lab = await started(fleet([guest]), { guestRouting, verification: { inbound: { ports: [22] }, egress: { echoServices: [ECHO] } } });
        let lies = '';
        let since = 0;
        lab.listener = () => {
          const isReached = lab.seen('i-0').endsWith('reached on 47.98.1.1');
          const isLie = condition(lab, 'InboundVerified').startsWith('True') && !isReached;
          since = isLie ? since || lab.clock.monotonic() : 0;
          if (isLie && lab.clock.monotonic() - since > 60_000) lies = `${lab.seen('i-0')}: ${condition(lab, 'InboundVerified')}`;
        };
        await lab.clock.pass(HOUR_MS);
        expect([lies, cutOvers(lab) > 0]).to.deep.equal(['', MOVES[kind]?.[at]]);
        if (isReady(lab)) expect(lab.seen('i-0')).to.match(/reached on 47\.98\.1\.1$/);
      });
    }
  }
});
