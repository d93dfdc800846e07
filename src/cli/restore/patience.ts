/**
 * When a restoration ends that does not come to its end by itself. Somebody's window is open: never. Everybody who is left is blocked, and
 * another listing has changed nothing: soon. Anything else that does not move: after longer than the slowest step of the controller takes
 * (an ENI that will not go is waited for ten minutes). A step that the cloud accepts counts as movement.
 */
import type { EgressUnificationStatus } from '../../api/egress-unification.ts';
import type { Clock } from '../../ports/runtime.ts';

/** The listing is made anew every minute, and everything blocked is tried again with it. */
const BLOCKED_MAX_MS = 90_000;
const QUIET_MAX_MS = 900_000;

const digestOf = ({ unsettled = [] }: EgressUnificationStatus): string =>
  JSON.stringify(unsettled.map(({ instanceId, state, reason, message }) => [instanceId, state, reason, message]));

export class Patience {
  readonly #clock: Clock;
  #digest = '';
  #movedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#movedMs = clock.monotonic();
  }

  moved(): void {
    this.#movedMs = this.#clock.monotonic();
  }

  /** What the controller says now of those that are not settled. */
  heard(status: EgressUnificationStatus): void {
    const digest = digestOf(status);
    if (digest !== this.#digest) this.moved();
    this.#digest = digest;
  }

  /** Whether nothing more is to be hoped for. */
  isOver(status: EgressUnificationStatus): boolean {
    if ((status.instances?.inWindow ?? 0) > 0) return false;
    return this.#clock.monotonic() - this.#movedMs > (isOnlyBlocked(status) ? BLOCKED_MAX_MS : QUIET_MAX_MS);
  }
}

/** Everybody who is left needs somebody to act. */
export function isOnlyBlocked({ instances = {} }: EgressUnificationStatus): boolean {
  const { progressing = 0, inWindow = 0, unknown = 0, blocked = 0, degraded = 0 } = instances;
  return progressing + inWindow + unknown === 0 && blocked + degraded > 0;
}
