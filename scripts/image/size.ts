// How much a tree of files weighs.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const bytesIn = (directory: string): number =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0);

export const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
