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

const digestOf = ({ instances, unsettled = [] }: EgressUnificationStatus): string =>
  JSON.stringify([instances, unsettled.map(({ instanceId, state, reason, message }) => [instanceId, state, reason, message])]);

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

  /** Whether what the controller says differs from what it said last. */
  isNews(status: EgressUnificationStatus): boolean {
    const digest = digestOf(status);
    if (digest === this.#digest) return false;
    this.#digest = digest;
    this.moved();
    return true;
  }

  /** Whether nothing more is to be hoped for. */
  isOver({ instances = {} }: EgressUnificationStatus): boolean {
    const { progressing = 0, inWindow = 0, unknown = 0, blocked = 0, degraded = 0 } = instances;
    if (inWindow > 0) return false;
    const onlyBlocked = progressing + unknown === 0 && blocked + degraded > 0;
    return this.#clock.monotonic() - this.#movedMs > (onlyBlocked ? BLOCKED_MAX_MS : QUIET_MAX_MS);
  }
}
