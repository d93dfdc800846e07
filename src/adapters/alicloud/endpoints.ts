/**
 * Where the cloud's products are called: by name from product, region and network, never by the SDK's `network` option, which the
 * regions of its endpoint map ignore without a word (facts 9.3). No host leaves this file that the allow-list does not know, and the
 * only way around the names is the controller's own flag.
 */
import type { Product } from '../../api/cloud-actions.ts';
import { REGION_ID } from '../../api/cloud-fields.ts';

export type CloudNetwork = 'vpc' | 'public';

export interface Endpoint {
  readonly protocol: 'http' | 'https';
  /** Host, with the port where it is not the protocol's own. */
  readonly host: string;
}

/** A region or an endpoint that cannot be used; the message is one line for the person who wrote it. */
export class EndpointProblem extends Error {
  override readonly name = 'EndpointProblem';
}

/** Hosts that the credentials may be shown to (facts/security.md, section 4). */
const ALLOWED = /^(ecs|vpc|sts)(-vpc)?(\.[a-z0-9-]+)?\.aliyuncs\.com$|^ecs-[a-z0-9-]+\.aliyuncs\.com$/;

/** Regions whose public name is not `<product>.<region>.aliyuncs.com`, as the SDK's endpoint maps have them (a test compares). */
const SHARED_HOSTS: Readonly<Record<Product, Readonly<Record<string, string>>>> = {
  ecs: {
    'ecs-cn-hangzhou.aliyuncs.com':
      'cn-hangzhou cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-beijing-nu16-b01 cn-fujian cn-haidian-cm12-c01 cn-hangzhou-bj-b01 ' +
      'cn-hangzhou-internal-prod-1 cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2 cn-hangzhou-internal-test-3 cn-hangzhou-test-306 ' +
      'cn-shanghai-et15-b01 cn-shanghai-et2-b01 cn-shanghai-internal-test-1 cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 cn-zhangbei-na61-b01',
    'ecs.aliyuncs.com':
      'cn-north-2-gov-1 ap-northeast-2-pop cn-beijing-finance-pop cn-beijing-gov-1 cn-hangzhou-finance cn-hongkong-finance-pop ' +
      'cn-shanghai-inner cn-shenzhen-inner cn-wuhan cn-yushanfang cn-zhangbei rus-west-1-pop',
    'ecs.cn-qingdao-nebula.aliyuncs.com': 'cn-edge-1 cn-huhehaote-nebula-1 cn-zhengzhou-nebula-1',
    'ecs.cn-zhangjiakou.aliyuncs.com': 'cn-zhangjiakou-na62-a01',
    'ecs.cn-shenzhen-cloudstone.aliyuncs.com': 'eu-west-1-oxs',
  },
  vpc: {
    'vpc.aliyuncs.com':
      'cn-hangzhou cn-shanghai-finance-1 cn-shenzhen-finance-1 cn-north-2-gov-1 ap-northeast-2-pop cn-beijing-finance-pop cn-beijing-gov-1 ' +
      'cn-beijing-nu16-b01 cn-fujian cn-haidian-cm12-c01 cn-hangzhou-bj-b01 cn-hangzhou-finance cn-hangzhou-internal-prod-1 ' +
      'cn-hongkong-finance-pop cn-shanghai-et2-b01 cn-shanghai-inner cn-shenzhen-inner cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 cn-wuhan ' +
      'cn-yushanfang cn-zhangbei cn-zhangbei-na61-b01 rus-west-1-pop',
    'vpc.cn-zhangjiakou.aliyuncs.com': 'cn-zhangjiakou-na62-a01',
  },
};

function publicHost(product: Product, regionId: string): string {
  const shared = Object.entries(SHARED_HOSTS[product]).find(([, regions]) => regions.split(' ').includes(regionId));
  return shared?.[0] ?? `${product}.${regionId}.aliyuncs.com`;
}

function allowed(host: string): Endpoint {
  if (!ALLOWED.test(host)) throw new EndpointProblem(`${host} is not a host of the cloud that credentials may be shown to`);
  return { protocol: 'https', host };
}

export const isRegionId = (text: string): boolean => text.length <= REGION_ID.lengthMax && REGION_ID.pattern.test(text);

/** Throws EndpointProblem for a region whose name is none. */
export function endpointOf(product: Product, regionId: string, network: CloudNetwork): Endpoint {
  if (!isRegionId(regionId)) throw new EndpointProblem(`${JSON.stringify(regionId)} is not a region id: ${REGION_ID.remedy}`);
  return allowed(network === 'vpc' ? `${product}-vpc.${regionId}.aliyuncs.com` : publicHost(product, regionId));
}

/** The Security Token Service; without a region its central public host, the only one that there is (facts 9.4). */
export function stsHost(regionId: string | undefined, network: CloudNetwork): string {
  if (regionId === undefined) return allowed('sts.aliyuncs.com').host;
  if (!isRegionId(regionId)) throw new EndpointProblem(`${JSON.stringify(regionId)} is not a region id: ${REGION_ID.remedy}`);
  return allowed(`${network === 'vpc' ? 'sts-vpc' : 'sts'}.${regionId}.aliyuncs.com`).host;
}

/** The flag that points both products elsewhere. The SDK knows a host only, so a path, a query or a user in the URL is refused. */
export function parseEndpoint(text: string): Endpoint {
  const [, protocol, host] = /^(https?):\/\/([^/?#@\s]+)\/?$/.exec(text) ?? [];
  if (host === undefined || !URL.canParse(text)) throw new EndpointProblem('the cloud endpoint must be a URL such as http://127.0.0.1:8931: http or https, host and port, nothing else');
  return { protocol: protocol === 'http' ? 'http' : 'https', host };
}
