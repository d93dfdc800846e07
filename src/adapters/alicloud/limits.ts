/**
 * How often each action is called in a minute before anybody has to say stop. The cloud's own numbers where it publishes them (WEB
 * eip/quotas, facts section 4), else Terway's client budgets, which are hints and not limits; the account shares all of them with the
 * console, Terraform and every other identity, and throttling corrects them.
 */
export interface ActionLimit {
  readonly perMinute: number;
  /** Throttling never halves it below this. */
  readonly least: number;
  /** Whether all regions draw from one bucket: EIP limits are per account, ECS limits per region (facts section 4). */
  readonly scope: 'region' | 'account';
}

const perRegion = (perMinute: number): ActionLimit => ({ perMinute, least: 1, scope: 'region' });
const perAccount = (perMinute: number, least = 1): ActionLimit => ({ perMinute, least, scope: 'account' });

export const DEFAULT_LIMIT = perRegion(300);

export const LIMITS: Readonly<Record<string, ActionLimit>> = {
  // a window holds two Associate tokens, so fewer than two would mean that none is ever opened
  AssociateEipAddress: perAccount(120, 2),
  // not documented; taken to be as Associate
  UnassociateEipAddress: perAccount(120),
  DescribeEipAddresses: perAccount(600),
  // not documented; twice Associate, so that conversions never hold up the windows
  ConvertNatPublicIpToEip: perRegion(240),
  AttachNetworkInterface: perRegion(500),
  CreateNetworkInterface: perRegion(500),
  DeleteNetworkInterface: perRegion(500),
  DetachNetworkInterface: perRegion(400),
  DescribeInstances: perRegion(600),
  DescribeNetworkInterfaces: perRegion(800),
  DescribeNetworkInterfaceAttribute: perRegion(2000),
  DescribeInstanceTypes: perRegion(400),
  DescribeVSwitches: perRegion(300),
};
