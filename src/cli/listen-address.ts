/** Where a server listens, as people write it: :8080, 127.0.0.1:8080, [::1]:8080; 0 or nothing: nowhere. */
import { InvalidArgumentError } from 'commander';
import type { ListenAddress } from '../adapters/health/server.ts';

const PORT_MAX = 65_535;
const ADDRESS = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^:\[\]\s]*)):(?<port>\d{1,5})$/;

/** Of a program that does nothing but listen. */
export function someListenAddress(text: string): ListenAddress {
  const address = listenAddress(text);
  if (address === 'off') throw new InvalidArgumentError('It must be an address such as :8090 or 127.0.0.1:8090.');
  return address;
}

/** `off`: no server. */
export function listenAddress(text: string): ListenAddress | 'off' {
  if (text === '' || text === '0') return 'off';
  const { six, host, port } = ADDRESS.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > PORT_MAX) throw new InvalidArgumentError('It must be an address such as :8080 or 127.0.0.1:8080, or 0 for none.');
  const name = six ?? host;
  return { port: Number(port), ...(name && { host: name }) };
}
