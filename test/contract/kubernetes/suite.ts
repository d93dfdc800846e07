// What the controller needs of a Kubernetes API, said once and run on the simulated one and on the real kube-apiserver.
// What only the real one does (CEL rules) is marked; everything else must hold on both.
import type { KubeConfig } from '@kubernetes/client-node';
import type { Context } from 'mocha';
import { Resources, fetchFrom } from './client.ts';
import type { RawInit } from './client.ts';
import type { Response } from 'undici';
import { describeApply } from './apply.ts';
import { describeBuiltIns } from './built-ins.ts';
import { describeCustomResources } from './custom-resources.ts';
import { describeLeadership } from './leadership.ts';
import { describeLists } from './lists.ts';
import { describeValidation } from './validation.ts';
import { describeWatches } from './watches.ts';

/** A started API. */
export interface KubernetesUnderTest {
  readonly config: KubeConfig;
  /** The rules of x-kubernetes-validations are evaluated. */
  readonly evaluatesCel: boolean;
  stop(): Promise<void>;
}

/** What the parts of the suite work with; it is complete once the API has been started. */
export interface Bench {
  readonly config: KubeConfig;
  readonly evaluatesCel: boolean;
  readonly resources: Resources;
  readonly request: (path: string, init?: RawInit) => Promise<Response>;
  /** A name that no other test uses. */
  readonly name: () => string;
}

/** Starts an API; called in a `before` hook, whose context can skip the suite. */
export type Start = (context: Context) => Promise<KubernetesUnderTest>;

/** Declares the suite for one implementation. */
export function describeKubernetesApi(title: string, start: Start): void {
  describe(`the Kubernetes API: ${title}`, function () {
    this.timeout(30_000);
    let close: () => Promise<void> = async () => undefined;
    let bench: Bench | undefined;
    let names = 0;

    before(async function () {
      const started = await start(this);
      const { config, evaluatesCel } = started;
      const raw = fetchFrom(config);
      bench = { config, evaluatesCel, resources: new Resources(config), request: raw.request, name: () => `subject-${++names}` };
      close = async () => {
        await raw.close();
        await started.stop();
      };
    });
    after(() => close());

    const onBench = (): Bench => bench!;
    describeCustomResources(onBench);
    describeApply(onBench);
    describeValidation(onBench);
    describeLists(onBench);
    describeWatches(onBench);
    describeBuiltIns(onBench);
    describeLeadership(onBench);
  });
}
