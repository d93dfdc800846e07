// A guest as the lab sees it: the process inside, and what its interfaces and rules really are.
import { join } from 'node:path';
import type { Instance } from '../../sim/cloud/state/entities.ts';
import { attempt, inside } from '../run/shell.ts';
import { Remote } from '../run/remote.ts';
import type { GuestCalls } from './calls.ts';

const HERE = import.meta.dirname;

export interface GuestFiles {
  /** The guest's own part of the file system. */
  readonly folder: string;
  readonly hosts: string;
  readonly ca: string;
  /** Whether it looks as if systemd ran. */
  readonly systemd: boolean;
}

/** How many times as fast timers in guests run. */
const TIME_FACTOR = 4;

/** Starts the process of a guest; resolves when it answers. */
export async function bootGuest(namespace: string, instanceId: string, { folder, hosts, ca, systemd }: GuestFiles): Promise<Remote<GuestCalls>> {
  const remote = new Remote<GuestCalls>(
    [...inside(namespace), 'unshare', '--mount', '--propagation', 'private', 'sh', join(HERE, 'boot.sh'), folder, process.execPath, instanceId],
    { LAB_HOSTS: hosts, LAB_CA: ca, LAB_SYSTEMD: systemd ? 'yes' : 'no', LAB_TIME_FACTOR: String(TIME_FACTOR) },
  );
  await remote.ready;
  return remote;
}

/** Whether a line such as `eth1@if7 UP 192.168.1.5/24` says that the device is up with an address. */
const up = (device: string, links: string): boolean => links.split('\n').some((line) => line.split(/[@ ]/)[0] === device && / \d+\.\d+\.\d+\.\d+\//.test(line) && !/ DOWN /.test(line));

/** What commands have made of a guest: its kind as it is now, read from its namespace. `device`: of its newest secondary interface. */
export function readGuest(namespace: string, { guest, interfaces }: Instance, device: string): Instance['guest'] {
  if (device === '') return guest;
  const said = attempt(namespace, 'ip -br -4 addr; echo --; ip -4 rule');
  const [links = '', rules = ''] = said.split('--\n');
  const addresses = [...interfaces].filter(({ type }) => type === 'Secondary').map(({ privateIps }) => privateIps[0] ?? '');
  return {
    ...guest,
    secondNic: up(device, links) ? 'auto' : 'manual',
    sourceRouting: addresses.every((address) => new RegExp(`from ${address.replaceAll('.', '\\.')}(/32)? lookup`).test(rules)),
  };
}
