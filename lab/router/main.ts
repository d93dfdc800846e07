// The metadata service of a VPC, 100.100.100.200, in its hardened form: without a token it answers 403. Started by the lab in the namespace
// of the router. Who asks is told by the address that the question comes from.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { METADATA_ADDRESS } from '../network/ruleset.ts';
import { serve } from '../run/remote.ts';
import type { InstanceMetadata, NicMetadata, RouterCalls } from './calls.ts';

const PORT = 80;
const TTL_HEADER = 'x-aliyun-ecs-metadata-token-ttl-seconds';
const TOKEN_HEADER = 'x-aliyun-ecs-metadata-token';
const TTL_S_MAX = 21_600;

let known: readonly InstanceMetadata[] = [];
/** When each token ends, in milliseconds. */
const tokens = new Map<string, number>();

const ofNic = ({ mac, networkInterfaceId, address, netmask, gateway, vSwitchId, vSwitchCidr }: NicMetadata): readonly (readonly [string, string])[] => {
  const folder = `network/interfaces/macs/${mac}`;
  return [
    [`${folder}/network-interface-id`, networkInterfaceId], [`${folder}/primary-ip-address`, address], [`${folder}/private-ipv4s`, `["${address}"]`],
    [`${folder}/netmask`, netmask], [`${folder}/gateway`, gateway], [`${folder}/vswitch-id`, vSwitchId], [`${folder}/vswitch-cidr-block`, vSwitchCidr],
  ];
};

/** Values by path; a path that ends in a slash lists what is under it. */
function pagesOf({ instanceId, regionId, nics }: InstanceMetadata): ReadonlyMap<string, string> {
  const values = [['instance-id', instanceId], ['region-id', regionId], ...nics.slice(0, 1).map(({ mac, address }) => [['mac', mac], ['private-ipv4', address]]).flat(), ...nics.flatMap(ofNic)] as const;
  const pages = new Map(values.map(([path = '', value = '']) => [path, value]));
  pages.set('network/interfaces/macs/', nics.map(({ mac }) => `${mac}/`).join('\n'));
  return pages;
}

function token(request: IncomingMessage, response: ServerResponse): void {
  const seconds = Number(request.headers[TTL_HEADER]);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > TTL_S_MAX) return void response.writeHead(400).end();
  const value = randomUUID();
  tokens.set(value, Date.now() + seconds * 1_000);
  response.end(value);
}

function page(request: IncomingMessage, response: ServerResponse): void {
  if ((tokens.get(String(request.headers[TOKEN_HEADER])) ?? 0) < Date.now()) return void response.writeHead(403).end('403 - Forbidden');
  const asker = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const instance = known.find(({ nics }) => nics.some(({ address }) => address === asker));
  const value = instance && pagesOf(instance).get((request.url ?? '').replace(/^\/latest\/meta-data\//, ''));
  if (value === undefined) return void response.writeHead(404).end('404 - Not Found');
  response.end(value);
}

createServer((request, response) => {
  const asksForToken = request.method === 'PUT' && request.url === '/latest/api/token';
  (asksForToken ? token : page)(request, response);
}).listen(PORT, METADATA_ADDRESS, () => serve<RouterCalls>({
  know: ({ instances }) => {
    known = instances;
    return true;
  },
}));
