// Moments of the one instance's move: right before or right after the effect of each of its six changes.
import type { CloudRequest } from '../../sim/cloud/engine/cloud.ts';
import { isCloudRead } from './engine/verbs.ts';
import type { Laboratory } from './laboratory.ts';

/** Once, right before or right after the effect of the n-th call that changes the cloud. */
export function at(lab: Laboratory, call: number, after: boolean, act: () => void): void {
  const { cloud } = lab;
  const serve = cloud.call.bind(cloud);
  let seen = 0;
  cloud.call = (request: CloudRequest) => {
    if (isCloudRead(request.action)) return serve(request);
    seen += 1;
    if (seen === call && !after) act();
    const said = serve(request);
    if (seen === call && after) act();
    return said;
  };
}

export const POINTS = [false, true].flatMap((after) => [1, 2, 3, 4, 5, 6].map((call) => ({ call, after, where: `${after ? 'after' : 'before'} the effect of change ${call}` })));
