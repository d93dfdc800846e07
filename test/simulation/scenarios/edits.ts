// What people wish, well or not, by name: edits that the faults 'edit:NAME' and the chains of the random campaign apply. Those that the API
// must refuse are marked, and a test proves that it does.
import type { JsonObject } from '../../../sim/kubernetes/json.ts';
import { ANNOTATION } from '../../../src/api/names.ts';
import type { Edit } from '../engine/contract.ts';
import { patchSpec } from './admission.ts';
import { DECLARATIONS, INTERLUDES } from './declared.ts';

export interface Wish {
  readonly edit: Edit;
  /** The API server must refuse it. */
  readonly refused?: boolean;
}

const change = (spec: JsonObject): Wish => ({ edit: (lab, { cluster, name }) => patchSpec(lab.cluster(cluster), name, spec) });
const refused = (spec: JsonObject): Wish => ({ ...change(spec), refused: true });

const SELECTOR: JsonObject = { instanceIds: null, tags: null, vSwitchIds: null, maxInstances: null };
const select = (selector: JsonObject): Wish => change({ instanceSelector: { ...SELECTOR, ...selector } });

const annotate = (key: string, value: (uid: string) => string): Wish => ({
  edit: (lab, { cluster, name }) => lab.cluster(cluster).patch(name, { metadata: { annotations: { [key]: value(lab.cluster(cluster).stored(name).metadata.uid) } } }),
});

const flipped = (policy: unknown): string => (policy === 'Revert' ? 'Retain' : 'Revert');

/** Of the world around, as somebody leaves it who misunderstood. */
const around = (edit: (lab: Parameters<Edit>[0]) => void): Wish => ({ edit });

export const WISHES: Readonly<Record<string, Wish>> = {
  'empty-selector': { ...select({}), refused: true },
  'empty-list': refused({ instanceSelector: { instanceIds: [] } }),
  'wrong-region': refused({ regionId: 'cn-shanghai' }),
  'wrong-vpc': refused({ vpcId: 'vpc-2' }),
  'none-in-progress': refused({ rollout: { maxInProgress: 0 } }),
  'none-percent-in-progress': refused({ rollout: { maxInProgress: '0%' } }),
  'select-nothing': select({ tags: { egress: 'nothing' } }),
  'select-everything': select({ vSwitchIds: ['vsw-h', 'vsw-i'] }),
  'select-usual': select({ tags: { egress: 'unified' } }),
  'select-one': select({ instanceIds: ['i-a'] }),
  'too-few-allowed': change({ instanceSelector: { maxInstances: 1 } }),
  'unknown-gateway': change({ egress: { natGatewayId: 'ngw-other' } }),
  'usual-gateway': change({ egress: { natGatewayId: null, publicIps: null } }),
  'own-address-as-way-out': change({ egress: { publicIps: ['47.98.1.1'] } }),
  'many-in-progress': change({ rollout: { maxInProgress: 9_999 } }),
  'all-in-progress': change({ rollout: { maxInProgress: '100%' } }),
  'one-in-progress': change({ rollout: { maxInProgress: 1 } }),
  observe: change({ mode: 'Observe' }),
  enforce: change({ mode: 'Enforce' }),
  report: change({ drift: { action: 'Report' } }),
  correct: change({ drift: { action: 'Correct' } }),
  'deselect-reverting': change({ deselectionPolicy: 'Revert', instanceSelector: { ...SELECTOR, tags: { egress: 'nothing' } } }),
  'flip-deletion-policy': { edit: (lab, { cluster, name }) => lab.cluster(cluster).patch(name, { spec: { deletionPolicy: flipped((lab.cluster(cluster).stored(name)['spec'] as JsonObject)['deletionPolicy']) } }) },
  delete: { edit: (lab, { cluster, name }) => lab.cluster(cluster).delete(name) },
  'remove-finalizer': { edit: (lab, { cluster, name }) => lab.cluster(cluster).patch(name, { metadata: { finalizers: null } }) },
  'forge-status': { edit: (lab, { cluster, name }) => lab.cluster(cluster).patch(name, { status: { summary: '0/0', unsettled: [], conditions: [] } }, 'status') },
  // a condition of somebody else's in the same list
  'foreign-condition': {
    edit: (lab, { cluster, name }) => {
      const { conditions = [] } = (lab.cluster(cluster).stored(name)['status'] ?? {}) as { conditions?: JsonObject[] };
      const audited = { type: 'Audited', status: 'True', reason: 'Audited', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' };
      lab.cluster(cluster).patch(name, { status: { conditions: [...conditions.filter(({ type }) => type !== audited.type), audited] } }, 'status');
    },
  },
  'ask-for-a-look': annotate(ANNOTATION.reconcileRequestedAt, (uid) => `asked-${uid.slice(0, 4)}`),
  'abandon-another': annotate(ANNOTATION.abandon, () => 'not-the-uid'),
  abandon: annotate(ANNOTATION.abandon, (uid) => uid),
  'gateway-without-address': around((lab) => lab.meddle({ op: 'unbindEip', eip: 'eip-nat' })),
  'gateway-with-two-addresses': around((lab) => lab.meddle({ op: 'rebindEip', eip: 'eip-spare', to: 'ngw-1' })),
  'another-way-out-for-one-zone': around((lab) => {
    lab.meddle({ op: 'rebindEip', eip: 'eip-spare', to: 'ngw-1' });
    lab.meddleIfPossible({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-i' });
    lab.meddleIfPossible({ op: 'addSnatEntry', natGateway: 'ngw-1', entry: 'snat-other', vSwitch: 'vsw-i', ips: ['47.96.1.2'] });
  }),
  'way-out-for-some': around((lab) => {
    lab.meddleIfPossible({ op: 'deleteSnatEntry', natGateway: 'ngw-1', entry: 'snat-h' });
    lab.meddleIfPossible({ op: 'addSnatEntry', natGateway: 'ngw-1', entry: 'snat-half', cidr: '192.168.1.0/30' });
  }),
  'select-twice': { edit: (lab, { cluster, name }) => lab.cluster(cluster).create(`${name}-again`, lab.cluster(cluster).stored(name)['spec'] as JsonObject) },
};

/** Every edit by its name. */
export const EDITS: Readonly<Record<string, Edit>> = { ...Object.fromEntries(Object.entries(WISHES).map(([name, { edit }]) => [name, edit])), ...DECLARATIONS, ...INTERLUDES };
