/** When two steps count as one that is sent again. */
import { isDeepStrictEqual } from 'node:util';
import type { Step } from '../core/step.ts';

/** Whether both ask for the same. The token of a Create says which ENI is meant; that of a change of billing only how often it was asked for. */
export const isSameStep = (one: Step, other: Step): boolean => isDeepStrictEqual(wish(one), wish(other));

const wish = (step: Step): Step => (step.kind === 'modifyInstanceChargeType' ? { ...step, token: '' } : step);
