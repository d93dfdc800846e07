// One life of one replica: its clock, its log, and whether it still lives. What is under way for a life that has ended never arrives.
import type { VirtualClock } from '../../kit/virtual-clock.ts';
import type { Log, LogFields } from '../../../src/ports/runtime.ts';
import { ReplicaClock } from './replica-clock.ts';

/** One line that a replica logged. */
export interface LogLine {
  readonly replica: string;
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

export class Life {
  readonly replica: string;
  readonly cluster: string;
  readonly clock: ReplicaClock;
  readonly log: Log;
  /** Aborted when the process is told to end. */
  readonly ending = new AbortController();
  #isUp = true;

  constructor(of: { readonly replica: string; readonly cluster: string; readonly world: VirtualClock; readonly skewMs: number; readonly logged: (line: LogLine) => void }) {
    const { replica, cluster } = of;
    this.replica = replica;
    this.cluster = cluster;
    this.clock = new ReplicaClock(of.world, of.skewMs);
    const say = (level: keyof Log) => (message: string, fields?: LogFields): void => {
      if (this.#isUp) of.logged({ replica, level, message, fields });
    };
    this.log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** kill -9 */
  end(): void {
    this.#isUp = false;
    this.clock.end();
  }
}
