// `npm run bench`: the figures that the product is held to, each against its floor, measured on the simulated cloud with the controller
// as its own process. Exit 0 when all goals are met, 1 when not or when a scenario failed, 2 for wrong flags.
import { Command, Option } from 'commander';
import { crowd } from './crowd.ts';
import { endurance } from './endurance.ts';
import { exactly, figureLine, type Figure } from './figure.ts';
import { idlePasses } from './idle.ts';
import { imageFigures } from './image.ts';
import { memoryFigures } from './memory.ts';
import { windows, writesPerInstance } from './unify.ts';

/** In the order in which they run, one after the other, so that none disturbs the other's times. */
const SCENARIOS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  writes: writesPerInstance,
  windows,
  idle: idlePasses,
  crowd,
  endurance,
  image: imageFigures,
  memory: memoryFigures,
};

interface Options {
  readonly json: boolean;
  readonly scenario: readonly string[];
}

const command = new Command('bench')
  .description('Measures the controller on a simulated cloud. Takes ten minutes.')
  .option('--json', 'print one JSON line at the end: the figures', false)
  .addOption(new Option('--scenario <name...>', 'only these').choices(Object.keys(SCENARIOS)).default(Object.keys(SCENARIOS)))
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

/** A scenario that broke off is a goal not met; the others still run. */
function failed(name: string, error: unknown): readonly Figure[] {
  process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  return [exactly(`${name}: scenarios that broke off`, 1, 0, 'scenarios')];
}

async function measure(name: string, scenario: () => Promise<readonly Figure[]>): Promise<readonly Figure[]> {
  const beganMs = performance.now();
  const figures = await scenario().catch((error: unknown) => failed(name, error));
  process.stdout.write(`${name} (${((performance.now() - beganMs) / 1_000).toFixed(0)} s)\n${figures.map((figure) => `${figureLine(figure)}\n`).join('')}`);
  return figures;
}

async function main(): Promise<void> {
  const { json, scenario } = command.parse().opts<Options>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const figures: Figure[] = [];
  for (const [name, run] of Object.entries(SCENARIOS)) if (scenario.includes(name)) figures.push(...(await measure(name, run)));
  if (json) process.stdout.write(`${JSON.stringify({ figures })}\n`);
  process.exitCode = figures.every(({ met }) => met) ? 0 : 1;
}

await main();
