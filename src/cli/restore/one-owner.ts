/**
 * The cloud as a restoration sees it: what the tags of the cluster say of the instances that were confirmed belongs to one owner, the
 * restoration, whoever owned it and whether anybody still does (Retain takes the owner's tag off). The tag is lent, not written, and what is
 * only lent is never taken off. Nothing else is shown differently, so nothing else is touched.
 */
import { TAG } from '../../api/names.ts';
import type { InstanceId, Uid } from '../../core/ids.ts';
import type { Step, StepOf } from '../../core/step.ts';
import type { Tags } from '../../core/view.ts';
import type { Cloud, Perform, Performed, WindowTokens } from '../../ports/cloud.ts';

export interface Restoration {
  readonly clusterId: string;
  readonly instances: ReadonlySet<InstanceId>;
  readonly owner: Uid;
  /** Every step that the cloud accepted, and every one that failed. */
  readonly told: (step: Step, error?: Error) => void;
}

interface Marked {
  readonly id: string;
  readonly tags: Tags;
}

const isTaggedFor = (tags: Tags, { clusterId, instances }: Restoration): boolean =>
  tags[TAG.cluster] === clusterId && tags[TAG.instance] !== undefined && instances.has(tags[TAG.instance] as InstanceId);

export function underOneOwner(cloud: Cloud, restoration: Restoration): Cloud {
  const lent = new Set<string>();
  const shown = <T extends Marked>(object: T): T => {
    if (!isTaggedFor(object.tags, restoration)) return object;
    if (object.tags[TAG.owner] === undefined) lent.add(object.id);
    else lent.delete(object.id);
    return { ...object, tags: { ...object.tags, [TAG.owner]: restoration.owner } };
  };
  return {
    ...cloud,
    listNetworkInterfaces: async (vpc) => (await cloud.listNetworkInterfaces(vpc)).map(shown),
    listEips: async () => (await cloud.listEips()).map(shown),
    describeNetworkInterfaces: async (ids, urgent) => (await cloud.describeNetworkInterfaces(ids, urgent)).map(shown),
    describeEips: async (ids, urgent) => (await cloud.describeEips(ids, urgent)).map(shown),
    perform: performing(cloud.perform, { lent, told: restoration.told }),
  };
}

type Send = (step: Step, tokens?: WindowTokens) => Promise<Performed>;

function performing(perform: Perform, { lent, told }: Pick<Restoration, 'told'> & { readonly lent: ReadonlySet<string> }): Perform {
  const telling = (send: Send): Send => async (step, tokens) => {
    try {
      const performed = await send(step, tokens);
      told(step);
      return performed;
    } catch (error) {
      told(step, error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  };
  const all = Object.fromEntries(Object.entries(perform).map(([kind, send]) => [kind, telling(send as Send)])) as unknown as Perform;
  const untagEip = (step: StepOf<'untagEip'>): Promise<Performed> => all.untagEip({ ...step, keys: lent.has(step.eip) ? step.keys.filter((key) => key !== TAG.owner) : step.keys });
  return { ...all, untagEip };
}
