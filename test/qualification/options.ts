// The flags of `npm run qualify`. What is wrong with one is one line and exit code 2.
import { Command, InvalidArgumentError, Option } from 'commander';
import { REGION_ID, VPC_ID } from '../../src/api/cloud-fields.ts';
import { idOf, url } from '../../src/cli/flag.ts';

export interface Options {
  readonly region: string;
  readonly vpc: string;
  readonly windows: number;
  readonly out: string;
  readonly network: 'vpc' | 'public';
  readonly cloudEndpoint?: string;
  readonly probePort?: number;
  readonly poll: number;
  readonly fresh: boolean;
  readonly yes: boolean;
}

const within = (least: number, most: number) => (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) throw new InvalidArgumentError(`It must be a number from ${least} to ${most}.`);
  return value;
};

const DESCRIPTION = `Tries the product on the real cloud, in a VPC that nobody needs, and writes a report to commit.
Credentials: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (or RRSA), with deploy/ram/policy.json and deploy/ram/qualification.json.
It tries on instances that carry the tag egress-qualification=scratch, and on no others. Everything that it makes carries the tag egress-qualification,
and is removed in the end; after an accident run it again: it removes what was left, and goes on where it was.
Exit code 0: qualified; 1: not, the report says why; 2: it did not begin.`;

export function parse(argv: readonly string[]): Options {
  return new Command('qualify')
    .description(DESCRIPTION)
    .addOption(new Option('--region <id>', 'region of the VPC').argParser(idOf(REGION_ID)).makeOptionMandatory())
    .addOption(new Option('--vpc <id>', 'the VPC').argParser(idOf(VPC_ID)).makeOptionMandatory())
    .addOption(new Option('--windows <n>', 'windows to measure').argParser(within(1, 90)).default(20))
    .addOption(new Option('--out <folder>', 'where the report goes').default('docs/qualification'))
    .addOption(new Option('--network <vpc|public>', 'which endpoints of the cloud to call').choices(['vpc', 'public']).default('public'))
    .addOption(new Option('--cloud-endpoint <url>', 'call this URL instead of the cloud: a simulator').argParser(url))
    .addOption(new Option('--probe-port <n>', 'a TCP port on which the instances answer here: how long it does not is measured too').argParser(within(1, 65_535)))
    .addOption(new Option('--poll <ms>', 'how often to look while waiting').argParser(within(10, 60_000)).default(1_000))
    .option('--fresh', 'begin anew even if an unfinished trial of this VPC is in the folder', false)
    .option('--yes', 'do not ask; needed where nobody sits at a terminal', false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv)
    .opts<Options>();
}
