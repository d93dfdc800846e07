// `npm run sim`: reads flags and a world file, starts the HTTP rim, prints one line with its URL, stops on SIGINT or SIGTERM.
// The only file of the simulator that touches the process; a flag or a file that is wrong is one clear line and exit code 2.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { Command, InvalidArgumentError } from 'commander';
import { SimulatedCloud } from './engine/cloud.ts';
import { fastClock, machineTime } from './wire/clock.ts';
import { cloudServer } from './wire/server.ts';
import { buildState } from './world/build.ts';
import { parseWorld } from './world/parse.ts';
import { WorldProblem } from './world/problem.ts';

interface Options {
  readonly port: number;
  readonly world: string;
  readonly speed: number;
  readonly host: string;
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError('must be a port between 0 and 65535.');
  return value;
}

function speed(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1000)) throw new InvalidArgumentError('must be above 0 and at most 1000.');
  return value;
}

const command = new Command('sim')
  .description('A simulated Alibaba Cloud region for the unmodified SDKs: ECS and VPC over plain HTTP.')
  .requiredOption('--world <file>', 'world file (YAML, see docs/simulator.md)')
  .option('--port <number>', 'port to listen on; 0 takes any free one', port, 0)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--speed <factor>', 'how many times faster the world\'s time runs', speed, 1)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function readWorld(path: string, nowMs: number): ReturnType<typeof buildState> {
  try {
    return buildState(parseWorld(readFileSync(path, 'utf8')), nowMs);
  } catch (error) {
    if (error instanceof WorldProblem) fail(`world file ${path}: ${error.message.split('\n').join('; ')}`);
    if (error instanceof Error && 'code' in error) fail(`world file ${path}: cannot be read (${String(error.code)})`);
    throw error;
  }
}

function main(): void {
  const options = command.parse().opts<Options>();
  const clock = fastClock(machineTime, options.speed);
  const cloud = new SimulatedCloud(readWorld(options.world, clock.now()), { clock, random: Math.random });
  const server = cloudServer({ cloud, realNow: () => machineTime.now() });
  server.on('error', (error) => fail(`cannot listen on ${options.host}:${options.port}: ${error.message}`));
  server.listen(options.port, options.host, () => {
    const { port: actual } = server.address() as AddressInfo;
    process.stdout.write(`simulated cloud (${cloud.state.region}) listening on http://${options.host}:${actual}\n`);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
}

main();
