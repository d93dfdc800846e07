/** Flags that several commands have, in groups with a heading. */
import { Option, type Command } from 'commander';
import { CREDENTIAL_KINDS } from '../adapters/alicloud/credentials.ts';
import { REGION_ID, VPC_ID } from '../api/cloud-fields.ts';
import { clusterId, instanceTags, namesOf, namespaceName, setting, url } from './flag.ts';

export const ofCluster = (command: Command, without: string): Command => command.optionsGroup('Cluster:')
  .addOption(setting('kubeconfig', 'path', `kubeconfig of the cluster; without it ${without}`))
  .addOption(setting('context', 'name', 'context of the kubeconfig; default its current one'));

export const leaseNamespace = (): Option =>
  setting('lease-namespace', 'name', 'namespace of the lease; the same for all controllers of a cluster, wherever they run').argParser(namespaceName).default('kube-system');

export const ofCloud = (command: Command): Command => command.optionsGroup('Cloud:')
  .addOption(setting('network', 'vpc|public', 'which endpoints of the cloud to call').choices(['vpc', 'public']).default('public'))
  .addOption(setting('cloud-endpoint', 'url', 'call ECS and VPC at this URL instead (simulator, private gateway)').argParser(url))
  .addOption(setting('credentials', 'kind', 'where the cloud credentials come from; auto: RRSA, else the ALIBABA_CLOUD_ACCESS_KEY_* environment, else mounted files').choices([...CREDENTIAL_KINDS]).default('auto'))
  .addOption(setting('credentials-directory', 'path', 'directory with access-key-id, access-key-secret and security-token'))
  .addOption(setting('ecs-role-name', 'name', 'instance role for --credentials ecs-role'));

export const ofFences = (command: Command): Command => command.optionsGroup('Fences:')
  .addOption(setting('allow-region', 'id', 'work for no other region (repeatable, or several between commas)').argParser(namesOf(REGION_ID)))
  .addOption(setting('allow-vpc', 'id', 'work for no other VPC (repeatable, or several between commas)').argParser(namesOf(VPC_ID)))
  .addOption(setting('require-instance-tag', 'key=value', 'write to no instance without this tag, but to close a window (repeatable: all of them)').argParser(instanceTags));

export const ofIdentity = (command: Command, otherwise: string): Command => command.optionsGroup('Identity and billing:')
  .addOption(setting('cluster-id', 'id', `whose tags are ours; ${otherwise}`).argParser(clusterId));

export const withBilling = (command: Command): Command => command
  .addOption(setting('allow-billing-changes', '', 'let spec.subscriptionBilling ChangeToPayAsYouGo take effect; it is irreversible and costs money').default(false));

export const withLog = (command: Command, level: string): Command => command.optionsGroup('Log:')
  .addOption(setting('log-level', 'level', 'least severe line that is logged').choices(['debug', 'info', 'warn', 'error']).default(level));

export const output = (): Option => new Option('-o, --output <format>', 'table or json').choices(['table', 'json']).default('table');

export const KUBE_SYSTEM = 'default the UID of the namespace kube-system';
export const FOR_PEOPLE = 'the first file of KUBECONFIG, else ~/.kube/config, else the service account of the pod';
