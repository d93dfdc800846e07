// What is wrong with a world file, one line per field, each naming it by its path.

export class WorldProblem extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/** The thing that a field names, or the problem that it is not there. */
export function named<T>(value: T | undefined, path: string, what: string): T {
  if (value === undefined) throw new WorldProblem([`${path}: ${what}`]);
  return value;
}
