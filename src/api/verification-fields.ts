// spec.verification and spec.guestRouting: what is asked of the packets themselves, and of the guests that send them.
import { z } from 'zod';
import { ECHO_SERVICE } from './cloud-fields.ts';
import { choice, durationBetween, setOf, text } from './fields.ts';

const PORTS_MAX = 10;
const PORT = z.int({ error: 'write a port from 1 to 65535' }).min(1, { error: 'write a port from 1 to 65535' }).max(65_535, { error: 'write a port from 1 to 65535' })
  .meta({ description: 'A TCP port.' });
const NO_PORTS = 'an empty list tests nothing: name at least one port, or leave inbound out';

const INBOUND = z
  .object({
    ports: z.array(PORT).min(1, { error: NO_PORTS }).max(PORTS_MAX, { error: `holds more than ${PORTS_MAX} ports` })
      .refine((ports) => new Set(ports).size === ports.length, { error: 'holds a port twice: name each once' })
      .meta({ description: "TCP ports to connect to on each instance's own public IP, before its cut-over and after it: what answered before must answer after.", 'x-kubernetes-list-type': 'set' }),
  })
  .meta({ description: 'Connections from outside. They need no access to the guest.' });

const EGRESS = z
  .object({
    echoServices: setOf(text(ECHO_SERVICE, 'An https URL that answers with the address it is asked from.'), 5, 'Services that the instance asks which address it shows; the first that answers with one counts.').default(['https://myip.ipip.net']),
  })
  .meta({ description: 'Each instance is asked, through Cloud Assistant, which address it shows to the Internet. It runs a command in the guest, so the controller must also run with --allow-guest-commands.' });

export const VERIFICATION = z
  .object({
    inbound: INBOUND.exactOptional(),
    egress: EGRESS.exactOptional(),
    interval: durationBetween('1m', '24h', 'How often a settled instance is tested again.').default('30m'),
  })
  .meta({ description: 'What is tested with packets. Without it Ready rests on what the API says, and its message says so.' });

export const GUEST_ROUTING = choice(
  ['Ignore', 'Check', 'Configure'],
  'Answers to what arrives on the second network interface leave by the first unless the guest routes by source. Ignore: that is left to you. Check: the guest is read through Cloud Assistant before its cut-over, which waits until it is ready. Configure: what is missing is installed in the guest (systemd Linux). Both need --allow-guest-commands.',
).default('Ignore');
