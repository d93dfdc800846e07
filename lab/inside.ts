// One lane of the lab, a process inside a namespace of the Internet of its own, where main.ts has started it: plays its drills one after
// the other and tells how they went. The options come as the first message; whoever started it cleans up after it.
import { DRILLS } from './drills/all.ts';
import type { Drill, Findings } from './drills/drill.ts';
import { openSite, type Site } from './site.ts';

export interface LaneOptions {
  readonly prefix: string;
  readonly folder: string;
  readonly namespace: string;
  readonly drills: readonly string[];
}

/** A drill that was played. */
export interface Row extends Findings {
  readonly name: string;
  readonly description: string;
  readonly ok: boolean;
  readonly tookS: number;
}

/** What a lane says: something to print, or how a drill went. */
export type LaneMessage = { readonly line: string } | { readonly row: Row };

const DRILL_MS_MAX = 300_000;

const say = (message: LaneMessage): Promise<void> => new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));

async function play(drill: Drill, site: Site): Promise<Row> {
  const beganMs = performance.now();
  const tooLong = Promise.withResolvers<never>();
  const timer = setTimeout(() => tooLong.reject(new Error(`it took longer than ${DRILL_MS_MAX / 1_000} s`)), DRILL_MS_MAX);
  const about = (): Pick<Row, 'name' | 'description' | 'tookS'> => ({ name: drill.name, description: drill.description, tookS: Math.round((performance.now() - beganMs) / 100) / 10 });
  try {
    const findings = await Promise.race([drill.run(site, (line) => void say({ line: `${drill.name}: ${line}` })), tooLong.promise]);
    return { ...findings, ...about(), ok: findings.faults.length === 0 && findings.disagreements.length === 0 };
  } catch (error) {
    return { ...about(), ok: false, lines: [], faults: [error instanceof Error ? error.message : String(error)], statesCompared: 0, disagreements: [] };
  } finally {
    clearTimeout(timer);
  }
}

async function main({ prefix, folder, namespace, drills }: LaneOptions): Promise<void> {
  const site = await openSite(prefix, folder, namespace);
  for (const drill of DRILLS.filter(({ name }) => drills.includes(name))) await say({ row: await play(drill, site) });
  await site.internet.end();
}

process.once('disconnect', () => process.exit(1));
process.once('message', (options: LaneOptions) => {
  main(options).then(() => process.exit(0), (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  });
});
