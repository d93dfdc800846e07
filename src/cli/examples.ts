/** What each command teaches by example: shown by --help and in docs/reference/command-line.md. `$` stands for the name of the program. */

export interface Example {
  readonly line: string;
  readonly says: string;
}

export const COMMAND_NAMES = ['run', 'instances', 'plan', 'restore', 'guest-commands', 'prober'] as const;
export type CommandName = (typeof COMMAND_NAMES)[number];

export const EXAMPLES: Readonly<Record<CommandName, readonly Example[]>> = {
  run: [
    { line: '$ run --kubeconfig ~/.kube/config --observe-only', says: 'look, judge and report; begin nothing' },
    { line: '$ run --network vpc --allow-region cn-hangzhou --allow-vpc vpc-bp1opxu1zkhn00gzv', says: 'in a pod, by the VPC endpoints of the cloud, for one VPC and no other' },
    { line: '$ run --allow-guest-commands --prober https://prober.example', says: 'ask guests which address they show, and let somebody outside the VPC try their ports' },
    { line: 'EGRESS_LOG_LEVEL=debug $ run --kubeconfig ~/.kube/config', says: 'a setting as an environment variable' },
  ],
  instances: [
    { line: '$ instances web', says: 'what is the matter with each instance of the resource web' },
    { line: '$ instances web -o json', says: 'the same for scripts' },
  ],
  plan: [
    { line: '$ plan -f web.yaml', says: 'before the first apply, without a cluster: what would be done, interrupted and paid' },
    { line: '$ plan -f web.yaml --kubeconfig ~/.kube/config', says: 'the same, knowing the nodes of the cluster and its other resources' },
    { line: '$ plan web -o json', says: 'what is still to be done for the resource web, for scripts' },
    { line: '$ plan -f - --eip-hourly-fee 0.02CNY < web.yaml', says: 'with the price of your region, from the billing page of EIPs' },
  ],
  restore: [
    { line: '$ restore --region cn-hangzhou --vpc vpc-bp1opxu1zkhn00gzv', says: 'show what would come home, and ask' },
    { line: '$ restore --region cn-hangzhou --vpc vpc-bp1opxu1zkhn00gzv --instance i-bp1a --yes', says: 'one instance, without asking' },
    { line: '$ restore --region cn-hangzhou --vpc vpc-bp1opxu1zkhn00gzv --max-in-progress 20% --yes', says: 'a fifth of the fleet at a time' },
    { line: '$ restore --region cn-hangzhou --vpc vpc-bp1opxu1zkhn00gzv --kubeconfig ~/.kube/config', says: 'where the cluster lives still: not beside a controller that acts' },
  ],
  'guest-commands': [
    { line: '$ guest-commands list --region cn-hangzhou', says: 'which of the commands of this version are registered there, and under which ids' },
    { line: '$ guest-commands register --region cn-hangzhou', says: 'before --allow-guest-commands, and again with each version that brings other commands' },
  ],
  prober: [
    { line: '$ prober --listen 127.0.0.1:8090', says: 'on a machine on the Internet, behind a proxy that lets only the controllers through' },
    { line: '$ prober --allow-cidr 47.98.0.0/16', says: 'knock at the addresses of the fleet alone' },
  ],
};

/** The lines below the flags of a command's help. */
export function helpOf(name: CommandName, program: string): string {
  const lines = EXAMPLES[name].flatMap(({ line, says }) => [`  # ${says}`, `  ${line.replace('$', () => program)}`]);
  return ['', 'Examples:', ...lines].join('\n');
}
