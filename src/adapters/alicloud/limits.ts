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

/** A listing takes a page for each hundred instances or EIPs, all within one minute: with fewer calls than this a VPC of thousands would never be known. */
const LISTING_LEAST = 60;

const perRegion = (perMinute: number, least = 1): ActionLimit => ({ perMinute, least, scope: 'region' });
const perAccount = (perMinute: number, least = 1): ActionLimit => ({ perMinute, least, scope: 'account' });
const listing = (perMinute: number): ActionLimit => perRegion(perMinute, LISTING_LEAST);

export const DEFAULT_LIMIT = perRegion(300);

/** What a look consists of, and the share of it that is left to looks at open windows. */
export const LOOKS: ReadonlySet<string> = new Set(['DescribeInstances', 'DescribeNetworkInterfaces', 'DescribeEipAddresses']);
export const URGENT_SHARE = 0.25;

export const LIMITS: Readonly<Record<string, ActionLimit>> = {
  // a window holds two Associate tokens, so fewer than two would mean that none is ever opened
  AssociateEipAddress: perAccount(120, 2),
  // not documented; taken to be as Associate
  UnassociateEipAddress: perAccount(120),
  DescribeEipAddresses: perAccount(600, LISTING_LEAST),
  // not documented; twice Associate, so that conversions never hold up the windows
  ConvertNatPublicIpToEip: perRegion(240),
  AttachNetworkInterface: perRegion(500),
  CreateNetworkInterface: perRegion(500),
  DeleteNetworkInterface: perRegion(500),
  DetachNetworkInterface: perRegion(400),
  // not documented; three looks at the result of each run
  DescribeInvocationResults: perRegion(900),
  DescribeInstances: listing(600),
  DescribeNetworkInterfaces: listing(800),
  DescribeNetworkInterfaceAttribute: perRegion(2000),
  DescribeInstanceTypes: perRegion(400),
  DescribeVSwitches: listing(300),
  DescribeRouteTableList: listing(300),
  DescribeRouteEntryList: listing(300),
  DescribeNatGateways: listing(300),
  DescribeSnatTableEntries: listing(300),
  DescribeForwardTableEntries: listing(300),
};
