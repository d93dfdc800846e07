// S10, secrets: "no AccessKey, STS token, signature or bearer token in logs, events, status". Looked for once, when the run is over: the texts are
// canaries that stand for nothing else.
import { API_VERSION, PLURAL } from '../../../../src/api/names.ts';
import type { Scene } from '../facts/scene.ts';
import type { Rule } from '../rule.ts';

/** What a replica says in public: its log, its events, its status. */
function* said({ seen }: Scene): Generator<readonly [where: string, text: string]> {
  for (const line of seen.lines?.() ?? []) yield ['a line of the log', line];
  for (const { store } of seen.clusters) {
    yield ['a resource', JSON.stringify(store.list({ resource: store.resource(API_VERSION, PLURAL) }))];
    yield ['an event', JSON.stringify(store.list({ resource: store.resource('events.k8s.io/v1', 'events') }))];
  }
}

export function secrets(scene: Scene): Rule {
  return {
    after: () => undefined,
    atEnd: () => {
      for (const [where, text] of said(scene)) {
        const told = scene.seen.secrets?.find((secret) => text.includes(secret));
        if (told !== undefined) return scene.report('S10', `${where} tells a secret: ${text.slice(0, 60)}…`);
      }
    },
  };
}
