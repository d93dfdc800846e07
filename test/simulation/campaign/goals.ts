// Which faults may change what the end of a run is to be: what people do to the things or the wishes. All others must end as without them.
import type { RunPlan } from '../engine/contract.ts';

const isByPeople = (fault: string): boolean => /^(meddle|edit):|^(delete|recreate|resource-)/.test(fault);

/** The plan's end may be another than that of the scenario. */
export const changesGoal = ({ injections, swarm, edits = [] }: RunPlan): boolean =>
  edits.length > 0 || injections.some(({ fault }) => isByPeople(fault)) || Object.keys(swarm?.rates ?? {}).some(isByPeople);
