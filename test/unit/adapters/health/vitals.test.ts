import { expect } from 'chai';
import { Vitals, type Finding, type Role } from '../../../../src/adapters/health/vitals.ts';

describe('A process', () => {
  let role: Role;
  let vitals: Vitals;
  let found: { loop: Finding; need: Finding };
  beforeEach(() => {
    role = 'standby';
    found = { loop: undefined, need: undefined };
    vitals = new Vitals(() => role);
    vitals.loop('work-queue', () => found.loop);
    vitals.need('resources', () => found.need);
  });

  it('lives while its loops go round, whatever it still needs', () => {
    found.need = 'not read yet';
    expect(vitals.livez()).to.deep.equal({ ok: true, says: '[+]work-queue ok\nrole: standby\nlivez check passed\n' });
  });

  it('is dead when a loop stands still, and says which', () => {
    found.loop = 'a worker has been busy for 900 s';
    expect(vitals.livez()).to.deep.equal({ ok: false, says: '[-]work-queue failed: a worker has been busy for 900 s\nrole: standby\nlivez check failed\n' });
  });

  it('lives on when a loop that stood still is taken off', () => {
    const end = vitals.loop('start', () => 'stuck');
    expect(vitals.livez().ok).to.equal(false);
    end();
    expect(vitals.livez().ok).to.equal(true);
  });

  for (const each of ['standby', 'leader'] as const) {
    it(`is ready as ${each}, and says so`, () => {
      role = each;
      const { ok, says } = vitals.readyz();
      expect(ok).to.equal(true);
      expect(says).to.include(`role: ${each}\n`);
    });
  }

  it('is not ready before it has what it needs, while it starts, and when it ends', () => {
    found.need = 'not read yet';
    expect(vitals.readyz()).to.deep.include({ ok: false }).and.to.have.property('says').that.includes('[-]resources failed: not read yet');
    found.need = undefined;
    role = 'starting';
    expect(vitals.readyz().says).to.include('[-]started failed: the process waits for the API server');
    role = 'standing down';
    expect(vitals.readyz().says).to.include('[-]not-ending failed: the process was told to end');
    expect(vitals.livez().ok).to.equal(true);
  });
});
