// What the controller saw and did: the schema of `status`. Its size is bounded whatever the size of the fleet, and it holds no
// time that moves while nothing happens.
import { z } from 'zod';
import { prose } from './fields.ts';

/** The states that one instance can be in, as counted and listed in status. */
export const INSTANCE_STATES = ['Unified', 'NothingToMove', 'Progressing', 'InWindow', 'Blocked', 'Degraded', 'Unknown'] as const;

const time = (description: string) => z.string().max(64).meta({ description, format: 'date-time' });

const count = (description: string) => z.int().min(0).max(1_000_000).meta({ description });

const reason = (description: string) => z.string().min(1).max(1_024).regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/).meta({ description });

export const CONDITION = z
  .object({
    type: z.string().max(316).meta({ description: 'Ready; Reconciling and Stalled are there only while they are true; InboundVerified and EgressVerified only while spec.verification asks for them.' }),
    status: z.enum(['True', 'False', 'Unknown']).meta({ description: 'True, False or Unknown.' }),
    observedGeneration: z.int().min(0).exactOptional().meta({ description: 'The generation of the spec that this was judged for.' }),
    lastTransitionTime: time('When the status of this condition last changed.'),
    reason: reason('One word for why; docs/reference/reasons.md says what each means and what to do.'),
    message: prose(32_768, 'The same in a sentence, with the remedy where there is one.'),
  })
  .meta({ description: 'One aspect of the state, as of observedGeneration.' });

const PORT = z.int().min(1).max(65_535).meta({ description: 'A TCP port.' });

const tested = (what: string) => z.enum(['Passed', 'Failed', 'Unverified']).meta({ description: what }).exactOptional();

const TESTED = z
  .object({
    inbound: tested('Connections to its public IP.'),
    egress: tested('The address that it shows to the Internet.'),
  })
  .meta({ description: 'What its last tests came to, where spec.verification asks for them.' });

export const UNSETTLED_INSTANCE = z
  .object({
    instanceId: prose(64, 'The ECS instance.'),
    state: z.enum(INSTANCE_STATES).meta({ description: 'Progressing: on its way. InWindow: its EIP is between two bindings. Blocked: somebody must act. Degraded: was unified and is not. Unknown: could not be read.' }),
    publicIp: prose(64, 'The public IP that it is to stay reachable on.').exactOptional(),
    eipId: prose(64, 'The EIP with that address.').exactOptional(),
    networkInterfaceId: prose(64, 'The network interface made for it.').exactOptional(),
    reason: reason('One word for why it is not settled.'),
    message: prose(4_096, 'What is missing or wrong and what to do about it.'),
    since: time('When it came into this state for this reason.'),
    answeredPorts: z.array(PORT).max(10).exactOptional()
      .meta({ description: 'Ports of spec.verification.inbound that answered before the cut-over and must answer after it.', 'x-kubernetes-list-type': 'set' }),
    verification: TESTED.exactOptional(),
  })
  .meta({ description: 'One instance that is not settled.' });

const INSTANCES = z
  .object({
    selected: count('Instances that the selector matches.'),
    unified: count('Leave by the way out and are reached on their own public IP.'),
    nothingToMove: count('Have no public IP of their own and leave by the way out.'),
    progressing: count('Are on their way.'),
    inWindow: count('Have their EIP between two bindings just now.'),
    blocked: count('Cannot go on until somebody acts.'),
    degraded: count('Were unified and are not.'),
    unknown: count('Could not be read.'),
    verified: count('Settled, and passed every test of spec.verification that applies to them; absent where nothing is tested.'),
  })
  .partial()
  .meta({ description: 'How many instances are in each state.' });

export const STATUS = z
  .object({
    observedGeneration: z.int().min(-1).meta({ description: 'The generation of the spec that this status was made for; -1: the controller has said nothing yet.' }),
    conditions: z.array(CONDITION).max(16)
      .meta({ description: 'Ready is True when every selected instance is unified or has nothing to move.', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] }),
    egressPublicIps: z.array(prose(45, 'A public IP address.')).max(64)
      .meta({ description: 'The addresses by which the instances leave.', 'x-kubernetes-list-type': 'set' }),
    natGatewayId: prose(64, 'The NAT gateway by which the instances leave.'),
    instances: INSTANCES,
    summary: prose(32, 'Settled and selected instances, such as 11/12.'),
    unsettled: z.array(UNSETTLED_INSTANCE).max(1_000)
      .meta({ description: 'Instances that are not settled, worst first, at most 50; one in its window is always among them.', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['instanceId'] }),
    lastHandledReconcileAt: prose(1_024, 'The last value of the annotation egressunification.io/reconcile-requested-at that was answered by a complete look.'),
  })
  .partial()
  // by the rules of kstatus an object without any status is settled: Flux would call a resource ready before anybody had looked at it
  .meta({ description: 'What was seen and done. Written by the controller alone.', default: { observedGeneration: -1 } });
