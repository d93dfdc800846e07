// What GitOps tools see of a resource: the health check of Argo CD in a Lua interpreter and the rules of kstatus, on objects that the controller
// really wrote and on every status that it can make.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { agree } from '../../../scripts/health/agreement.ts';
import { ARGO_VERDICTS, CUSTOMIZATION, healthScript, healthTests, objectOf } from '../../../scripts/health/argo.ts';
import type { ArgoVerdict } from '../../../scripts/health/argo.ts';
import { healthRows } from '../../../scripts/health/health-reference.ts';
import { kstatusOf } from '../../../scripts/health/kstatus.ts';
import { collect, testdata } from './collect.ts';
import { everyStatus } from './every-status.ts';
import { HealthCheck } from './lua.ts';
import { STATES } from './states.ts';

/** docs/reference/health.md, for a terminal. */
function healthTable(): string {
  const rows = [['state', 'conditions', 'reason', 'Argo CD', 'kstatus'], ...healthRows()];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`).join('\n');
}

const HOW = 'write them anew with: npm run generate:health';

describe('The health of a resource', () => {
  let check: HealthCheck;

  before('the script is loaded', async () => { check = await HealthCheck.of(healthScript()); });
  after(() => check[Symbol.dispose]());
  after('the table is shown', () => console.log(healthTable()));

  for (const state of STATES) {
    it(`is ${state.verdict} when it is so: ${state.when}`, async () => {
      const object = await collect(state);
      expect(check.of(object).status).to.equal(state.verdict);
      expect(testdata(state, object), HOW).to.equal(readFileSync(join(CUSTOMIZATION, `testdata/${state.file}.yaml`), 'utf8'));
    });
  }

  it('is the same from the test data, to the letter', () => {
    const tests = healthTests();
    expect(tests.map((test) => ({ ...test, healthStatus: check.of(objectOf(test)) }))).to.deep.equal(tests);
    expect(tests.map(({ inputPath, healthStatus }) => [inputPath, healthStatus.status]), HOW).to.deep.equal(STATES.map(({ file, verdict }) => [`testdata/${file}.yaml`, verdict]));
    expect(readdirSync(join(CUSTOMIZATION, 'testdata')).sort()).to.deep.equal(STATES.map(({ file }) => `${file}.yaml`).sort());
  });

  it('has test data for every verdict and for every reason that the whole can have', () => {
    const said = new Set(healthTests().map(objectOf).flatMap(({ status }) => status?.conditions ?? []).map(({ reason }) => reason));
    expect([...new Set(STATES.map(({ verdict }) => verdict))].sort()).to.deep.equal([...ARGO_VERDICTS].sort());
    expect(['Unified', 'NothingSelected', 'Progressing', 'InstancesBlocked', 'Observing', 'NotObserved', 'Deleting', 'TooManyInstances', 'VpcNotFound', 'NoNatGateway', 'SeveralNatGateways', 'CloudForbidden', 'CloudUnavailable', 'CloudUnstable', 'Refused', 'BlastRadius', 'OutsideFences', 'CanariesDone', 'FailureBudgetSpent'].filter((reason) => !said.has(reason))).to.deep.equal([]);
  });

  it('says the same by Argo CD and by kstatus, whatever status there is', () => {
    let seen = 0;
    for (const object of everyStatus()) {
      const [argo, kstatus] = [check.of(object).status as ArgoVerdict, kstatusOf(object)];
      const isMeant = object.status?.conditions?.some(({ type, reason }) => type === 'Stalled' && (reason === 'Observing' || reason === 'CanariesDone')) === true;
      const isWait = kstatus === 'Failed' && isMeant;
      expect([agree(argo, kstatus), argo === 'Suspended'], JSON.stringify({ object, argo, kstatus })).to.deep.equal([true, isWait]);
      seen += 1;
    }
    expect(seen).to.be.greaterThan(1_000);
  });

  it('is never Unknown, whatever is missing', () => {
    for (const status of [undefined, {}, { observedGeneration: 1 }, { observedGeneration: 1, conditions: [] }, { conditions: [{ type: 'Ready', status: 'True', message: 'x' }] }]) {
      expect(check.of({ metadata: { name: 'web', generation: 1 }, ...(status && { status }) }).status).to.equal('Progressing');
    }
  });

  it('is in the ConfigMap and in the values of the chart what it is in the file', () => {
    const read = (file: string): unknown => parse(readFileSync(join(CUSTOMIZATION, '../../..', file), 'utf8'));
    const key = 'resource.customizations.health.egressunification.io_EgressUnification';
    const script = healthScript();
    expect((read('argocd-cm.yaml') as { data: object }).data).to.deep.equal({ [key]: script });
    expect((read('argo-cd-values.yaml') as { configs: { cm: object } }).configs.cm).to.deep.equal({ [key]: script });
  });
});
