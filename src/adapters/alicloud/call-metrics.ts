/** What one sent call means in metrics. The cloud has more codes than anybody knows, so a label takes only those that the error table names. */
import type { Metrics } from '../../ports/metrics.ts';
import { ACTION_CODES, CODES, FAMILIES } from './error-table.ts';
import type { SentCall } from './funnel.ts';

const EXACT: ReadonlySet<string> = new Set([...Object.values(CODES).flat(), ...Object.values(ACTION_CODES).flatMap((codes) => Object.keys(codes))]);

/** OK; none: no answer; the code where the table names it; the kind of its family where it has one; other. */
export function codeLabel({ code, outcome }: Pick<SentCall, 'code' | 'outcome'>): string {
  if (outcome === 'ok') return 'OK';
  if (code === '') return 'none';
  return EXACT.has(code) ? code : (FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? 'other');
}

export function noteCall(metrics: Metrics, call: SentCall): void {
  const { product, action: api, outcome, durationMs } = call;
  metrics.count('cloud_requests_total', { product, api, code: codeLabel(call) });
  metrics.observe('cloud_request_duration_seconds', { product, api }, durationMs / 1_000);
  if (outcome === 'throttled') metrics.count('cloud_throttled_total', { api });
}
