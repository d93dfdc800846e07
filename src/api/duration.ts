// Durations as people write them in Kubernetes: Go's notation (time.ParseDuration), decimal numbers each with a unit, such as 90s, 5m or 1h30m.
// Pure. Signs and units below a millisecond are left out: nothing here is measured that finely.

/** The whole notation; RE2 and JavaScript read it alike. */
export const DURATION_PATTERN = /^([0-9]+([.][0-9]+)?(ms|s|m|h))+$/;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration in Go's notation; undefined when the text is not one. */
export function durationMs(text: string): number | undefined {
  if (!DURATION_PATTERN.test(text)) return undefined;
  const parts = [...text.matchAll(/([0-9.]+)(ms|s|m|h)/g)];
  return Math.round(parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? NaN), 0));
}
