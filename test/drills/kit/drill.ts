// What a drill is: something real is broken on purpose, and it is measured how long the product takes to be well again.

/** What a drill found. `recoveredAfterS`, where there is one, stands in the table. */
export interface Findings {
  readonly ok: boolean;
  readonly figures: Readonly<Record<string, number>>;
}

export type Print = (line: string) => void;

/** One drill. It ends every process that it starts, whatever happens. */
export interface Drill {
  readonly name: string;
  /** What is broken and what is awaited, in one line. */
  readonly description: string;
  run(print: Print): Promise<Findings>;
}

/** Seconds with two digits, for people and tables. */
export const seconds = (ms: number): number => Math.round(ms / 10) / 100;
