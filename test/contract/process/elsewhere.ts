// Loaded into a controller before anything else (node --import): what it sends to a host of the table goes to another address, as names and
// gateways can make it. For the hosts that no flag leads elsewhere: the token service and the metadata of an instance.
import http from 'node:http';
import https from 'node:https';
import type { ClientRequest, RequestOptions } from 'node:http';

const table = JSON.parse(process.env['ELSEWHERE'] ?? '{}') as Readonly<Record<string, string>>;

const redirected = (original: (options: RequestOptions) => ClientRequest) => (options: RequestOptions): ClientRequest => {
  const target = table[options.host ?? ''];
  if (target === undefined) return original(options);
  const { hostname, port } = new URL(target);
  // the agent that it brings speaks TLS
  return plain({ ...options, agent: new http.Agent(), protocol: 'http:', host: hostname, port });
};

const plain = http.request.bind(http);
http.request = redirected(plain) as typeof http.request;
https.request = redirected(https.request.bind(https)) as typeof https.request;
