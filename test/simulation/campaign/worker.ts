// A worker's rim: one job after the other, in the order in which they come.
import { parentPort } from 'node:worker_threads';
import { execute } from './execute.ts';
import type { Job, Reply } from './pool.ts';

let last: Promise<void> = Promise.resolve();

async function take({ id, job }: { readonly id: number; readonly job: Job }): Promise<void> {
  const reply: Reply = await execute(job).then(
    (answer) => ({ id, answer }),
    (error: unknown) => ({ id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  parentPort?.postMessage(reply);
}

parentPort?.on('message', (asked: { readonly id: number; readonly job: Job }) => {
  last = last.then(() => take(asked));
});
