// What a drill of the lab is, and what it finds.
import type { Site } from '../site.ts';
import type { Interruptions } from '../interruptions.ts';

export interface Findings {
  /** What was seen, for the table; one line each. */
  readonly lines: readonly string[];
  /** What must have been and was not; empty when the drill held. */
  readonly faults: readonly string[];
  readonly statesCompared: number;
  readonly disagreements: readonly string[];
  readonly interruptions?: Interruptions;
}

export interface Drill {
  readonly name: string;
  readonly description: string;
  /** Drills with the same one are played one after the other. */
  readonly lane: number;
  run(site: Site, print: (line: string) => void): Promise<Findings>;
}
