/** IPv4 prefixes, as far as SNAT needs them. Pure. */

interface Prefix {
  readonly base: number;
  readonly length: number;
}

const OCTET = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

function address(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => OCTET.test(octet))) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function prefix(cidr: string): Prefix | undefined {
  const [ip = '', bits = '32'] = cidr.split('/');
  const base = address(ip);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : 33;
  return base === undefined || length > 32 ? undefined : { base, length };
}

/** The prefix length of `cidr` if it contains `ip`; undefined if it does not, or if one of them is malformed. */
export function coveringPrefixLength(cidr: string, ip: string): number | undefined {
  const range = prefix(cidr);
  const point = address(ip);
  if (range === undefined || point === undefined) return undefined;
  const size = 2 ** (32 - range.length);
  return Math.floor(point / size) === Math.floor(range.base / size) ? range.length : undefined;
}

/** Ranges that nobody shows to the Internet (RFC 1122, 1918, 3927, 5771, 6598). */
const NOT_PUBLIC = ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '224.0.0.0/3'];

/** Whether it is an IPv4 address that the Internet can see. */
export const isPublicIpv4 = (ip: string): boolean => address(ip) !== undefined && NOT_PUBLIC.every((range) => coveringPrefixLength(range, ip) === undefined);
