// Connections from outside, as the simulated world judges them: an instance that runs and is reached on an address answers there on the ports on
// which it listens and refuses the others; whatever reaches nobody is silent until the prober gives up.
import { verdictOf } from '../../sim/cloud/data-plane/verdict.ts';
import type { Instance } from '../../sim/cloud/state/entities.ts';
import type { Knock, Prober } from '../../src/ports/prober.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import type { Laboratory } from './laboratory.ts';

const ROUND_TRIP_MS = 20;
const GIVES_UP_MS = 3_000;

export interface Packets {
  /** Ports on which an instance listens. */
  listens: (instance: string) => readonly number[];
  /** What a knock is answered with instead; undefined: by the verdict of the world. */
  instead: (address: string, port: number) => Knock | 'cannot' | undefined;
  /** Every knock that was answered: "47.98.1.1:22 answers". */
  readonly knocks: string[];
  /** How many were under way at once at most. */
  most: number;
}

export const packets = (given: Partial<Packets> = {}): Packets => ({ listens: () => [22], instead: () => undefined, knocks: [], most: 0, ...given });

const reachedOn = (lab: Laboratory, address: string): Instance | undefined =>
  lab.cloud.state.instances.all().find((instance) => verdictOf(lab.cloud.state, instance).inboundIps.includes(address));

function answerOf(lab: Laboratory, world: Packets, address: string, port: number): Knock | 'cannot' {
  const instance = reachedOn(lab, address);
  const truth = instance === undefined ? 'silent' : world.listens(instance.id).includes(port) ? 'answers' : 'refuses';
  return world.instead(address, port) ?? truth;
}

/** Of one life of a replica: its clock ends with it, and nothing arrives after that. */
export function proberOf(lab: Laboratory, world: Packets, clock: Clock): Prober {
  let underWay = 0;
  return {
    knock: (address, port) => new Promise((resolve) => {
      underWay += 1;
      world.most = Math.max(world.most, underWay);
      const after = (ms: number, task: () => void): void => void clock.after(ms, task);
      after(ROUND_TRIP_MS, () => {
        const answer = answerOf(lab, world, address, port);
        const end = (): void => {
          underWay -= 1;
          world.knocks.push(`${address}:${port} ${answer}`);
          resolve(answer === 'cannot' ? undefined : answer);
        };
        if (answer === 'silent') after(GIVES_UP_MS, end);
        else end();
      });
    }),
  };
}
