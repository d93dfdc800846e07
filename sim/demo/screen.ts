// Where the demo is shown: a terminal gets one table that is drawn over and over, a pipe gets a line for each change.
import { changeLine, liveLines, progressBar, type Row } from './rows.ts';

export interface Screen {
  readonly say: (line?: string) => void;
  /** The state of everything, as often as one likes. */
  readonly show: (rows: readonly Row[], note: string) => void;
  /** The table stands as it is; what comes next goes below it. */
  readonly rest: () => void;
}

const AT_REST: readonly string[] = ['Unified', 'NothingToMove', 'Blocked', 'NotSelected'];

const atRest = (rows: readonly Row[]): number => rows.filter(({ said }) => AT_REST.includes(said.state)).length;

/** For a terminal: goes up by as many lines as it drew, clears, and draws again. */
export function liveScreen(out: NodeJS.WriteStream): Screen {
  let drawn = 0;
  return {
    say: (line = '') => void out.write(`${line}\n`),
    show: (rows, note) => {
      const lines = liveLines(rows, progressBar(atRest(rows), rows.length, note), out.columns > 0 ? out.columns : Number.POSITIVE_INFINITY);
      out.write(`${drawn > 0 ? `\u001b[${drawn}A` : ''}\u001b[J${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    rest: () => {
      drawn = 0;
    },
  };
}

/** For a pipe: says what is new since the last time. */
export function plainScreen(out: NodeJS.WritableStream): Screen {
  const said = new Map<string, string>();
  return {
    say: (line = '') => void out.write(`${line}\n`),
    show: (rows, note) => {
      for (const row of rows) {
        const line = changeLine(row);
        if (said.get(row.sighting.id) !== line) out.write(`  ${line}  [${atRest(rows)}/${rows.length} · ${note}]\n`);
        said.set(row.sighting.id, line);
      }
    },
    rest: () => undefined,
  };
}
