/**
 * The fences that whoever runs the controller puts around it by flag: regions, VPCs and tags of instances, whatever resources say.
 * A resource outside is not worked for at all; an instance outside is looked at and not written to, but that its window is closed.
 * Pure.
 */
import type { EgressUnification } from '../api/egress-unification.ts';
import { ANNOTATION } from '../api/names.ts';
import { problem, type Problem } from './problem.ts';
import type { Instance, Tags } from './view.ts';

export interface Fences {
  /** Undefined: any. */
  readonly regions?: readonly string[];
  readonly vpcs?: readonly string[];
  /** An instance is inside when it carries all of them. */
  readonly instanceTags: Tags;
}

export const NO_FENCES: Fences = { instanceTags: {} };

const letGo = ({ metadata: { uid, deletionTimestamp } }: EgressUnification): string =>
  deletionTimestamp === undefined ? '' : `; what was made for it stays as it is: to let go of it, annotate ${ANNOTATION.abandon}=${uid}`;

/** Why no call may name what this resource is about; undefined: it is inside. */
export function outside(resource: EgressUnification, { regions, vpcs }: Fences): Problem | undefined {
  const { regionId, vpcId } = resource.spec;
  if (regions && !regions.includes(regionId)) return problem('OutsideFences', `Region ${regionId} is none of --allow-region ${regions.join(',')}, so nothing of it is read or written${letGo(resource)}`);
  if (vpcs && !vpcs.includes(vpcId)) return problem('OutsideFences', `VPC ${vpcId} is none of --allow-vpc ${vpcs.join(',')}, so nothing of it is read or written${letGo(resource)}`);
  return undefined;
}

/** Why nothing may be written to the instance; undefined: it carries every tag that is required. */
export function fencedOff(instance: Instance, required: Tags): Problem | undefined {
  const missing = Object.entries(required).filter(([key, value]) => instance.tags[key] !== value);
  if (missing.length === 0) return undefined;
  return problem('OutsideFences', `Instance ${instance.id} lacks ${missing.map(([key, value]) => `${key}=${value}`).join(', ')}, which --require-instance-tag asks for`);
}
