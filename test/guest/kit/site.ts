// A guest with two network interfaces, the router between it and a client, the cloud's metadata service and an echo service. Each
// interface of the guest has its own cable to the router, and the router takes from a cable only packets from the address that belongs
// there, as a VPC does (strict reverse path): what leaves by the wrong interface is lost.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Namespace } from './namespace.ts';
import type { Said } from './namespace.ts';

const KIT = import.meta.dirname;
const SCRIPTS = join(KIT, '../../../guest');
const SITE_PORT = 2222;

export const PRIMARY = { mac: '00:16:3e:00:00:07', address: '10.0.1.7' };
export const SECONDARY = { mac: '00:16:3e:00:00:08', address: '10.0.1.8' };
export const ECHO = 'https://echo.example.test:8443';
export type Command = 'egress' | 'routing-check' | 'routing-configure' | 'routing-confirm' | 'routing-undo';

export interface SiteOptions {
  /** The shell that runs the commands, and stands for /bin/sh. */
  readonly shell?: readonly string[];
  /** systemd: the real one is the first process; else its stand-in in the lab. */
  readonly manager?: 'systemd';
  /** Of the metadata service. */
  readonly versions?: readonly number[];
  readonly texts?: Readonly<Record<string, string>>;
  /** Times as fast as in a guest, for the rollback. */
  readonly factor?: number;
}

const METADATA = {
  mac: PRIMARY.mac,
  [`network/interfaces/macs/${SECONDARY.mac}/primary-ip-address`]: SECONDARY.address,
  [`network/interfaces/macs/${SECONDARY.mac}/netmask`]: '255.255.255.0',
  [`network/interfaces/macs/${SECONDARY.mac}/gateway`]: '10.0.1.253',
};

/** Cables the guest: its primary interface is set up, the second one is down and bare. */
const CABLES = (router: number, guest: number): string => `
  for n in 0 1; do
    ip link add r$n type veth peer name eth$n netns ${guest}
    ip link set r$n up
    ip address add 10.0.1.253/32 dev r$n
    ip route add 10.0.1.$((n + 7)) dev r$n
    echo 1 > /proc/sys/net/ipv4/conf/r$n/rp_filter
    echo 1 > /proc/sys/net/ipv4/conf/r$n/proxy_arp
    echo 0 > /proc/sys/net/ipv4/neigh/r$n/proxy_delay
  done
  : ${router}`;
const FIRST_INTERFACE = `
  ip link set lo up
  ip link set eth0 address ${PRIMARY.mac}
  ip link set eth1 address ${SECONDARY.mac}
  for name in all default eth0 eth1; do echo 0 > /proc/sys/net/ipv4/conf/$name/rp_filter; done
  ip link set eth0 up
  ip address add ${PRIMARY.address}/24 dev eth0
  ip route add default via 10.0.1.253 dev eth0`;

export class Site {
  readonly #folder: string;
  readonly #options: SiteOptions;
  readonly router: Namespace;
  readonly client: Namespace;
  guest!: Namespace;

  private constructor(folder: string, router: Namespace, client: Namespace, options: SiteOptions) {
    this.#folder = folder;
    this.router = router;
    this.client = client;
    this.#options = options;
  }

  static async open(options: SiteOptions = {}): Promise<Site> {
    const folder = mkdtempSync(join(tmpdir(), 'guest-'));
    authority(folder);
    const [router, client] = await Promise.all([Namespace.ofNetwork(), Namespace.ofNetwork()]);
    router.sh(`
      echo 1 > /proc/sys/net/ipv4/ip_forward
      echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
      ip address add 100.100.100.200/32 dev lo
      ip link add out type veth peer name eth0 netns ${client.pid}
      ip link set out up
      ip address add 198.51.100.1/24 dev out`);
    client.sh(`
      ip link set eth0 up
      ip address add 198.51.100.9/24 dev eth0
      ip route add default via 198.51.100.1`);
    const site = new Site(folder, router, client, options);
    await site.#boot();
    await client.start(join(KIT, 'echo-service.ts'), [join(folder, 'key.pem'), join(folder, 'certificate.pem')]);
    await router.start(join(KIT, 'metadata-service.ts'), [JSON.stringify({ versions: options.versions ?? [1, 2], texts: { ...METADATA, ...options.texts } })]);
    return site;
  }

  async #boot(): Promise<void> {
    this.guest = await Namespace.ofMachine(join(KIT, 'boot.sh'), [this.#folder, this.#options.manager ?? 'stand-in']);
    this.router.sh(CABLES(this.router.pid, this.guest.pid));
    this.guest.sh(FIRST_INTERFACE);
    const [shell] = this.#options.shell ?? [];
    if (shell !== undefined) this.guest.sh(`mount --bind "$(readlink -f "$(command -v ${shell})")" "$(readlink -f /bin/sh)"`);
    await this.guest.start(join(KIT, 'listen.ts'), [String(SITE_PORT)]);
  }

  /** The disk stays; network, processes and /run are gone. `early`: what the image itself sets up before our unit starts. */
  async reboot(early = ''): Promise<void> {
    this.guest.end();
    await this.#boot();
    if (early !== '') this.guest.sh(early);
    if (this.#options.manager !== 'systemd') this.guest.sh('systemctl lab-boot');
  }

  /** Runs a command as the cloud's agent does: values put in as they are, the file run by its shell. */
  command(name: Command, parameters: Readonly<Record<string, string>>): Said {
    return this.text(this.script(name, parameters));
  }

  script(name: Command, parameters: Readonly<Record<string, string>>): string {
    return readFileSync(join(SCRIPTS, `${name}.sh`), 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => parameters[key] ?? '');
  }

  /** Runs a text as a script in the guest. */
  text(text: string): Said {
    const path = join(this.#folder, 'run/command.sh');
    writeFileSync(path, text);
    const [shell = 'sh', ...args] = this.#options.shell ?? [];
    return this.guest.run([shell, ...args, '/run/command.sh'], { LAB_TIME_FACTOR: String(this.#options.factor ?? 1) });
  }

  /** What a client behind the router gets when it connects to an address of the guest. */
  knock(address: string, port = SITE_PORT): string {
    return this.client.run(['env', process.execPath, '--no-warnings', join(KIT, 'knock.ts'), address, String(port)]).output.trim();
  }

  end(): void {
    for (const namespace of [this.guest, this.router, this.client]) namespace.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A certificate for the echo service, and the authority that signed it: itself. */
function authority(folder: string): void {
  const names = ['-subj', '/CN=echo.example.test', '-addext', 'subjectAltName=DNS:echo.example.test'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'certificate.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', ...names, ...files], { stdio: 'ignore' });
  execFileSync('cp', [join(folder, 'certificate.pem'), join(folder, 'authority.pem')]);
}
