// Moments of a story: conditions on the world that scenarios wait for.
import type { Eip, NetworkInterface } from '../../../sim/cloud/state/entities.ts';
import type { Act } from '../engine/contract.ts';
import type { Stage } from './scenario.ts';

const MINUTE_MS = 60_000;

/** An act that waits at most twelve minutes: longer than a human takes to put right what a fault broke for its moment. */
export const when = (moment: (stage: Stage) => boolean, title: string, act: Act['act']): Act => ({ title, when: moment, latestMs: 12 * MINUTE_MS, act });

/** What somebody does with a resource, unless a fault has made it go. */
export const ifThere = (name: string, act: Act['act']): Act['act'] => (stage) => {
  if (stage.exists(name)) act(stage);
};

export const isReady = (...names: string[]) => (stage: Stage): boolean => names.every((name) => stage.exists(name) && stage.ready(name) === 'True Unified');
export const isGone = (name: string) => (stage: Stage): boolean => !stage.exists(name);
export const sees = (id: string, sight: string) => (stage: Stage): boolean => stage.cloud.state.instances.get(id) !== undefined && stage.seen(id) === sight;

const isHome = ({ status, binding }: Eip): boolean => status === 'Unassociating' && binding?.type !== 'Nat';

/** An EIP is on its way off its instance. */
export const windowIsOpen = ({ cloud }: Stage): boolean => cloud.state.eips.all().some(isHome);

const isSecondary = ({ type, status }: NetworkInterface): boolean => type === 'Secondary' && status === 'InUse';

/** A second network interface of the instance is attached. */
export const hasSecondInterface = (id: string) => ({ cloud }: Stage): boolean => [...(cloud.state.instances.get(id)?.interfaces ?? [])].some(isSecondary);

/** The second network interface of the instance, '' when it has none. */
export const secondInterfaceOf = ({ cloud }: Stage, id: string): string => [...(cloud.state.instances.get(id)?.interfaces ?? [])].find(isSecondary)?.id ?? '';
