// V3, one hold for a throttled batch (design section 5): "throttled at minute T, callable again at T+1". Once a process has been told that an action
// is throttled it sends that action no more until the minute is over, whoever of it asks: a refusal that fans out to all callers takes the
// quota of those who share it. What was under way before the answer came is forgiven.
import type { CloudEvent } from '../facts/deeds.ts';
import type { Life } from '../facts/lives.ts';
import type { Happening, Scene } from '../facts/scene.ts';
import type { Rule } from '../rule.ts';

const MINUTE_MS = 60_000;

interface Hold {
  readonly fromMs: number;
  readonly untilMs: number;
}

const isThrottled = (body: unknown): boolean => (typeof body === 'string' ? body : JSON.stringify(body ?? '')).includes('"Throttling');

export function holds(scene: Scene): Rule {
  const held = new WeakMap<Life, Map<string, Hold>>();
  const holdsOf = (life: Life): Map<string, Hold> => {
    const known = held.get(life) ?? new Map<string, Hold>();
    held.set(life, known);
    return known;
  };
  return {
    after: ({ event }: Happening) => {
      if (event.kind === 'answered' && event.crossing.side === 'cloud' && event.status >= 400 && isThrottled(event.body)) {
        const own = holdsOf(scene.lives.of(event.crossing));
        const untilMs = (Math.floor(event.atMs / MINUTE_MS) + 1) * MINUTE_MS;
        if ((own.get(event.crossing.verb)?.untilMs ?? 0) < untilMs) own.set(event.crossing.verb, { fromMs: event.atMs, untilMs });
      } else if (event.kind === 'cloud' && !event.late) judge(scene, event, holdsOf(scene.lives.of(event.crossing)).get(event.crossing.verb));
    },
  };
}

function judge(scene: Scene, { crossing, sentMs }: CloudEvent, hold: Hold | undefined): void {
  if (hold === undefined || sentMs <= hold.fromMs || sentMs >= hold.untilMs - 1) return;
  scene.report('V3', `${crossing.replica} sent ${crossing.verb} again ${Math.round(sentMs - hold.fromMs)} ms after it was told that it is throttled to the end of the minute`);
}
