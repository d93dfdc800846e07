// The scenarios with guests and with what failed, for themselves: each comes to its end when nothing goes wrong, and whoever dies at any of
// its writes loses nothing: what is in the guest, and which way an EIP was going, is read from where it is.
import { expect } from 'chai';
import { judged } from '../campaign/execute.ts';
import { reproductionOf } from '../campaign/reproduction.ts';
import type { RunPlan, RunResult } from '../engine/contract.ts';

const ENDS = ['S1~checked', 'S2~checked', 'S1~configured', 'S2~configured', 'S5~configured', 'S1~seen', 'S2~seen', 'S1~restored'];

const ran = (scenario: string, injections: RunPlan['injections'] = []): Promise<RunResult> => judged({ scenario, seed: 1, injections });

/** Which of our commands were accepted, by how many calls. */
const commands = ({ mutations }: RunResult): number => mutations.filter((action) => action === 'ecs:RunCommand').length;

describe('The scenarios with guests and with what failed', function () {
  this.timeout(120_000);

  for (const name of ENDS) {
    it(`end as they should when nothing goes wrong: ${name}`, async () => {
      const { unmet, quiet, done } = await ran(name);
      expect({ unmet, quiet, done }).to.deep.equal({ unmet: [], quiet: true, done: true });
    });
  }

  it('send no command to a guest where nobody asks for one', async () => {
    const [plain, restored, checked] = [await ran('S1'), await ran('S1~restored'), await ran('S1~checked')];
    expect([commands(plain), commands(restored)]).to.deep.equal([0, 0]);
    expect(commands(checked)).to.be.greaterThan(0);
  });

  it('leave the hold on the EIP of what failed, and its ENI where it was', async () => {
    const { endState } = await ran('S1~restored');
    expect(endState).to.match(/eip 47\.98\.1\.1: InUse on i-a \[.*hold=1\.VerificationFailed/).and.match(/interface on i-a: InUse/);
  });

  for (const name of ['S1~seen', 'S1~restored']) {
    for (const effect of ['before', 'after']) {
      it(`lose nothing when the process dies ${effect} the effect of any write: ${name}`, async () => {
        const { crossings } = await ran(name);
        const writes = crossings.filter(({ mutates, side, n }) => mutates && side === 'cloud' && n > 0).map(({ n }) => n);
        expect(writes.length).to.be.greaterThan(7);
        const broken: string[] = [];
        for (const at of writes) {
          const { plan, violations, unmet } = await ran(name, [{ at, fault: `crash-${effect}` }]);
          if (violations.length > 0 || unmet.length > 0) broken.push(`${reproductionOf(plan)}: ${JSON.stringify([...violations, ...unmet][0])}`);
        }
        expect(broken).to.deep.equal([]);
      });
    }
  }
});
