// Writes the files that are derived from code. With --check it writes nothing and fails when one is stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles, staleFiles } from './generated-files.ts';

if (process.argv.includes('--check')) {
  const stale = staleFiles();
  for (const path of stale) console.error(`${path} is stale: run npm run generate`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, content } of generatedFiles()) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}
