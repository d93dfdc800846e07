// Builds what the tiers with an API server need, so that they find it: the API server's commands and helm. Run beside the tiers that need neither.
import { findBinaries } from './binaries.ts';
import { findHelm } from './helm.ts';

const progress = (line: string): void => void process.stderr.write(`  ${line}\n`);

// what fails here is tried again, and told, by the suite that needs it
await findBinaries({ progress });
await findHelm(progress).catch((error: unknown) => progress(String(error)));
