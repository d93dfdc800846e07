// `npm run generate:health`: writes the test data of the Argo CD health check from what the controller says in the laboratory, and what the
// check says of them. The verdicts are those of states.ts, the wishes; health.test.ts fails where the check says otherwise.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { CUSTOMIZATION, healthScript } from '../../../scripts/health/argo.ts';
import { collect, testdata } from './collect.ts';
import { HealthCheck } from './lua.ts';
import { STATES } from './states.ts';

await rm(join(CUSTOMIZATION, 'testdata'), { recursive: true, force: true });
await mkdir(join(CUSTOMIZATION, 'testdata'));
using check = await HealthCheck.of(healthScript());
const tests: object[] = [];
for (const state of STATES) {
  const object = await collect(state);
  const inputPath = `testdata/${state.file}.yaml`;
  await writeFile(join(CUSTOMIZATION, inputPath), testdata(state, object));
  tests.push({ healthStatus: { status: state.verdict, message: check.of(object).message }, inputPath });
}
await writeFile(join(CUSTOMIZATION, 'health_test.yaml'), stringify({ tests }, { lineWidth: 0 }));
