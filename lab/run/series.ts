// Connections at a steady beat, and what became of each. Runs in the namespaces; pure but for the clock that it is given.

/** One attempt. `said`: '' when nothing came in time. Times are epoch milliseconds, of one clock for all namespaces of a machine. */
export interface Sample {
  readonly startMs: number;
  readonly endMs: number;
  readonly said: string;
}

/** Attempts, each begun when it is due, whether the former one is over or not. */
export class Series {
  readonly #attempt: () => Promise<string>;
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<void>>();

  constructor(everyMs: number, attempt: () => Promise<string>) {
    this.#attempt = attempt;
    this.#timer = setInterval(() => this.#begin(), everyMs);
  }

  async end(): Promise<readonly Sample[]> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return [...this.#samples].sort((a, b) => a.startMs - b.startMs);
  }

  #begin(): void {
    const startMs = Date.now();
    const done = this.#attempt().then((said) => {
      this.#samples.push({ startMs, endMs: Date.now(), said });
      this.#underWay.delete(done);
    });
    this.#underWay.add(done);
  }
}
