// The reflector of this project on a connection of this project, in this process, behind whatever proxy its kubeconfig leads to.
import { connect } from '../../../src/adapters/kubernetes/connection.ts';
import type { Connection } from '../../../src/adapters/kubernetes/connection.ts';
import { PATH } from '../../../src/adapters/kubernetes/api.ts';
import { listWatchOf } from '../../../src/adapters/kubernetes/list-watch.ts';
import type { Change } from '../../../src/adapters/kubernetes/object-cache.ts';
import { Reflector } from '../../../src/adapters/kubernetes/reflector.ts';
import { systemRandom } from '../../../src/adapters/clock.ts';
import type { Clock } from '../../../src/ports/runtime.ts';
import { KeptLog } from '../../kit/log.ts';

/** What is kept of a resource. */
export interface Glimpse {
  readonly uid: string;
  readonly generation: number;
}

export interface Reading extends AsyncDisposable {
  readonly connection: Connection;
  readonly reflector: Reflector<Glimpse>;
  readonly log: KeptLog;
  /** `name uid generation` of all that is cached, sorted. */
  lines(): readonly string[];
}

/** Reads the resources; resolves when the first list is complete. */
export async function read(kubeconfig: string, clock: Clock, changed: (change: Change<Glimpse>) => void = () => undefined): Promise<Reading> {
  const connection = await connect({ kubeconfig, clock, userAgent: 'drill/1' });
  const log = new KeptLog();
  const names = new Map<string, Glimpse>();
  const reflector = new Reflector<Glimpse>({
    listWatch: listWatchOf(connection, PATH.egressUnifications),
    read: ({ metadata }) => ({ uid: metadata.uid, generation: Number(metadata['generation']) }),
    clock, random: systemRandom, log, collection: 'egressunifications',
  });
  await reflector.start((change) => {
    if (change.type === 'deleted') names.delete(change.name);
    else names.set(change.name, change.value);
    changed(change);
  });
  return {
    connection, reflector, log,
    lines: () => [...names].map(([name, { uid, generation }]) => lineOf(name, uid, generation)).sort(),
    [Symbol.asyncDispose]: async () => {
      await reflector.stop();
      await connection.close();
    },
  };
}

export const lineOf = (name: string, uid: string, generation: number): string => `${name} ${uid} ${generation}`;
