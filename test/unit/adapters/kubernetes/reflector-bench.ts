// A reflector of one collection in a world of its own, on a clock of its own.
import type { Change } from '../../../../src/adapters/kubernetes/object-cache.ts';
import { Reflector } from '../../../../src/adapters/kubernetes/reflector.ts';
import { keptLog } from './log-lines.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { World } from './world.ts';
import type { Thing } from './world.ts';

/** The reflector and all around it. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly reflector: Reflector<Thing>;
  /** `type name=word` of each change. */
  readonly told: string[];
  readonly cached: () => string[];
  readonly start: () => void;
  /** How many starts were resolved and rejected. */
  readonly started: { resolved: number; rejected: number };
  readonly log: ReturnType<typeof keptLog>['lines'];
}

/** Not started yet. */
export function bench(handler: (change: Change<Thing>) => void = () => undefined, random: () => number = () => 0.5): Bench {
  const clock = new VirtualClock();
  const world = new World(clock);
  const { log, lines } = keptLog();
  const reflector = new Reflector<Thing>({ listWatch: world, read: (object) => object as Thing, clock, random, log, collection: 'things' });
  const told: string[] = [];
  const started = { resolved: 0, rejected: 0 };
  const start = (): void => {
    reflector.start((change) => {
      told.push(`${change.type} ${change.name}=${change.value.word}`);
      handler(change);
    }).then(() => { started.resolved += 1; }, () => { started.rejected += 1; });
  };
  const cached = (): string[] => reflector.values().map(({ metadata, word }) => `${metadata.name}=${word}`).sort();
  return { clock, world, reflector, told, cached, start, started, log: lines };
}

/** Started, with a=first in its cache and a watch open. */
export async function synced(random?: () => number): Promise<Bench> {
  const made = bench(undefined, random);
  made.world.put('a', 'first');
  made.start();
  await made.clock.pass(0);
  return made;
}
