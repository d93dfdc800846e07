// Guests as the world describes them, answering our commands (guest/*.sh) as those scripts would, without running anything: what
// routing-configure, -confirm and -undo do shows in the guest and so in the verdicts of the data plane, egress answers by the verdict.
// A function of state and time: the same world gives the same answers. A script that is not ours succeeds and says nothing.

import { verdictOf } from '../data-plane/verdict.ts';
import type { CloudState } from '../state/cloud-state.ts';
import type { Guest, GuestRouting, Instance, NetworkInterface } from '../state/entities.ts';
import type { GuestHost, GuestModel, GuestRun, GuestScript } from './executor.ts';

/** How long what was configured waits to be confirmed. */
export const ROLLBACK_MS = 120_000;

type Values = Readonly<Record<string, string>>;

interface Scene {
  readonly state: CloudState;
  readonly instance: Instance;
  readonly values: Values;
  readonly later: GuestHost['later'];
}

const says = (line: object, exitCode = 0): GuestRun => ({ exitCode, output: `${JSON.stringify(line)}\n` });
const refuses = (problem: string): GuestRun => says({ done: false, problem }, 1);

/** The interface that the command is about, with the name that the guest has for it. */
function interfaceOf({ instance, values }: Scene): { readonly nic: NetworkInterface; readonly name: string } | undefined {
  const attached = [...instance.interfaces].filter(({ type, status }) => type === 'Secondary' && status === 'InUse');
  const index = attached.findIndex(({ mac }) => mac === values['mac']);
  const nic = attached[index];
  return nic && { nic, name: `eth${index + 1}` };
}

const without = (guest: Guest): Guest => ({ ...guest, ...guest.saved, saved: undefined, armed: undefined });

/** The world's echo services: what each answers to whoever comes from this address, as a line of the problems when it is no address. */
function answerOf(state: CloudState, service: string, from: string): { readonly address: string } | { readonly problem: string } {
  const said = state.echoServices.get(service) ?? from;
  const problems: Readonly<Record<string, string>> = { nothing: 'answered nothing', slow: 'did not answer in time', html: 'answered without an address' };
  const problem = problems[said];
  return problem === undefined ? { address: said } : { problem: `${service}: ${problem}` };
}

/** Of several addresses (two default routes of the same metric) it shows the last: the one that gives the fault away. */
function egress({ state, instance, values }: Scene): GuestRun {
  const services = (values['services'] ?? '').split(',').filter((service) => service !== '');
  const from = verdictOf(state, instance).egressIps.at(-1);
  if (from === undefined) return says({ address: '', problems: services.map((service) => `${service}: could not be reached`) });
  const problems: string[] = [];
  for (const service of services) {
    const answer = answerOf(state, service, from);
    if ('address' in answer) return says({ address: answer.address, service });
    problems.push(answer.problem);
  }
  return says({ address: '', problems });
}

function check(scene: Scene): GuestRun {
  const { guest } = scene.instance;
  const { nic, name } = interfaceOf(scene) ?? {};
  const up = nic !== undefined && guest.secondNic === 'auto';
  return says({
    interface: name ?? '', up, address: up && nic.privateIps[0] === scene.values['address'], sourceRouting: up && guest.sourceRouting,
    defaultRoute: up && guest.equalMetric ? 'both' : 'primary', rpFilter: guest.rpFilter, managed: guest.saved !== undefined, armed: guest.armed === true, systemd: guest.systemd,
  });
}

/** What is missing is installed, and a guest that lacks nothing is left alone; the default routes are left as they are, and an interface that we bring up gets none. */
function configured(guest: Guest): Guest {
  const { secondNic, sourceRouting, equalMetric } = guest;
  const saved: GuestRouting = { secondNic, sourceRouting, equalMetric };
  return { ...guest, saved, armed: true, secondNic: 'auto', sourceRouting: true, equalMetric: equalMetric && secondNic === 'auto' };
}

function configure(scene: Scene): GuestRun {
  const { instance, values, later } = scene;
  const found = interfaceOf(scene);
  if (!instance.guest.systemd) return refuses('this guest has no systemd');
  if (!found) return refuses(`no interface has the MAC address ${values['mac'] ?? ''}`);
  const { secondNic, sourceRouting, saved } = instance.guest;
  if (saved ?? (secondNic === 'auto' && sourceRouting)) return says({ done: true, changed: false, interface: found.name });
  if (values['dryrun'] === 'yes') return says({ done: true, changed: false, dryRun: true, interface: found.name });
  const made = configured(instance.guest);
  instance.guest = made;
  later(ROLLBACK_MS, 'guest routing rolled back', () => {
    const { guest } = instance;
    if (guest.armed === true && guest.saved === made.saved) instance.guest = without(guest);
  });
  return says({ done: true, changed: true, interface: found.name });
}

function confirm({ instance }: Scene): GuestRun {
  const { guest } = instance;
  if (!guest.saved) return refuses('nothing is installed that could be confirmed');
  instance.guest = { ...guest, armed: undefined };
  return says({ done: true, changed: guest.armed === true });
}

function undo({ instance }: Scene): GuestRun {
  const changed = instance.guest.saved !== undefined;
  instance.guest = without(instance.guest);
  return says({ done: true, changed });
}

const COMMANDS: Readonly<Record<string, (scene: Scene) => GuestRun>> = {
  egress, 'routing-check': check, 'routing-configure': configure, 'routing-confirm': confirm, 'routing-undo': undo,
};

/** The guests of a world. */
export const modelledGuests = (state: CloudState, later: GuestHost['later']): GuestModel => (instanceId: string, { name, parameters: values }: GuestScript): GuestRun => {
  const instance = state.instances.get(instanceId);
  if (!instance) return { exitCode: 255, output: '' };
  if (instance.guest.refusesScripts) return { exitCode: 126, output: 'Permission denied\n' };
  return COMMANDS[name]?.({ state, instance, values, later }) ?? { exitCode: 0, output: '' };
};
