// Whether an EIP can be worked with now. It takes one operation at a time: an overlap within a second is TaskConflict ("the eip operate
// too frequent"), a later one IncorrectEipStatus.

import type { CloudState } from '../state/cloud-state.ts';
import type { Eip } from '../state/entities.ts';
import { eipsOn } from '../state/relations.ts';
import type { Call } from '../engine/call.ts';
import { demand } from '../engine/refusal.ts';

const overlapMs = 1000;

const moving = ({ status }: Eip): boolean => status === 'Associating' || status === 'Unassociating' || status === 'Releasing';

/** "In this state, you can only perform query operations." */
export function checkIdle({ nowMs }: Call, eip: Eip): void {
  const tooSoon = eip.task !== undefined && nowMs - eip.task.startedAtMs < overlapMs;
  demand(!(moving(eip) && tooSoon), 'TaskConflict');
  demand(!moving(eip), 'IncorrectEipStatus');
}

/** Whether an EIP is on its way to or from the target: one at a time there too. */
export const targetBusy = (state: CloudState, targetId: string): boolean => eipsOn(state, targetId).some(moving);
