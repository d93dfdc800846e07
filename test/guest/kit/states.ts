// The state of a guest that its commands may change, as text, and states of it to begin with.
import { guestReading } from '../../../src/core/guest.ts';
import type { GuestReading } from '../../../src/core/guest.ts';
import { SECONDARY } from './site.ts';
import type { Site } from './site.ts';

/** Rules, routes, addresses, flags and settings of the whole guest, and our files. */
export const stateOf = ({ guest }: Site): string => guest.sh(`
  ip rule
  ip -4 route show table all | sort
  ip -6 route show table all | grep -v '^fe80\\|^local fe80\\|^multicast\\|linkdown' | sort
  ip -4 -o address
  for name in eth0 eth1; do echo "$name $(cat /sys/class/net/$name/flags) $(cat /sys/class/net/$name/operstate)"; done
  for file in /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv4/conf/*/arp_* /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/*/accept_ra; do echo "$file $(cat $file)"; done
  find /etc/systemd /usr/local /var/lib | sort`);

/** An image whose DHCP client brings the second interface up, as most do. Its default route has the higher metric. */
export const DHCP = `
  ip link set eth1 up
  ip address add ${SECONDARY.address}/24 dev eth1
  ip route add default via 10.0.1.253 dev eth1 metric 101`;

/** As DHCP, and what arrives by a way that the answer would not take is dropped. */
export const STRICT = `${DHCP}
  echo 1 > /proc/sys/net/ipv4/conf/eth1/rp_filter`;

/** Waits until a line of shell succeeds in the guest; throws after so many seconds. */
export function until({ guest }: Site, line: string, seconds = 15): void {
  guest.sh(`
    tries=0
    until ${line}; do
      tries=$((tries + 1))
      [ $tries -lt ${seconds * 10} ]
      sleep 0.1
    done >/dev/null 2>&1`);
}

export const PARAMETERS = { mac: SECONDARY.mac, address: SECONDARY.address };

/** What a command printed, as the record that its one line is. */
export function lineOf({ output }: { readonly output: string }): Readonly<Record<string, unknown>> {
  if (!/^\{[^\n]*\}\n$/.test(output)) throw new Error(`no single line of JSON: ${output}`);
  return JSON.parse(output) as Readonly<Record<string, unknown>>;
}

/** What the controller understands of the guest. */
export const readingOf = (site: Site): GuestReading => guestReading(site.command('routing-check', PARAMETERS).output);

export const configure = (site: Site): Readonly<Record<string, unknown>> => lineOf(site.command('routing-configure', { ...PARAMETERS, dryRun: 'no' }));
export const confirm = (site: Site): Readonly<Record<string, unknown>> => lineOf(site.command('routing-confirm', PARAMETERS));
export const undo = (site: Site): Readonly<Record<string, unknown>> => lineOf(site.command('routing-undo', PARAMETERS));

/** Makes a program of this machine unknown to the guest. */
export const hide = ({ guest }: Site, program: string): void => void guest.sh(`mount --bind /etc/hosts "$(readlink -f "$(command -v ${program})")"; ! command -v ${program}`);
