// npm run sim:kubernetes -- --port N [--host H] [--crds PATH] [--seed FILE] [--kubeconfig FILE]: the simulated Kubernetes
// API as a process. It keeps everything in memory and forgets it when it ends.
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from './json.ts';
import { kubeconfigFor } from './kubeconfig.ts';
import { start } from './server.ts';

interface Options {
  port: string;
  host: string;
  crds: string[];
  seed?: string;
  kubeconfig?: string;
}

const CRDS = resolve(import.meta.dirname, '../../crds');

const options = new Command('sim:kubernetes')
  .description('A Kubernetes API in memory, for laptops. CEL rules of CustomResourceDefinitions are not evaluated.')
  .option('--port <number>', 'port to listen on; 0 takes any', '0')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--crds <path...>', 'CustomResourceDefinitions: files or directories', [CRDS])
  .option('--seed <file>', 'YAML objects that are there from the start, nodes for example')
  .option('--kubeconfig <file>', 'write a kubeconfig for this server to the file')
  .parse()
  .opts<Options>();

const { seed, kubeconfig } = options;
const objects = seed === undefined ? [] : parseAllDocuments(readFileSync(seed, 'utf8')).map((document) => document.toJS() as JsonObject);
const server = await start({ port: Number(options.port), host: options.host, crds: options.crds, seed: objects });
if (kubeconfig !== undefined) writeFileSync(kubeconfig, kubeconfigFor(server.url), { mode: 0o600 });
process.stdout.write(`Kubernetes API (simulated, CEL rules are not evaluated) on ${server.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
