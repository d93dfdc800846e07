// The program with everything that it imports, as one file. Names are kept, so that a stack says where it was.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

const MODEL_INDEX = /@alicloud[/\\](ecs|vpc)\d+[/\\]dist[/\\]models[/\\]model\.js$/;
const REQUIRE = /^var (\w+) = require\("(\.\/\w+)"\);\n/gm;
const GETTER = /return (\w+)\.(\w+); \} \}\);/g;

/**
 * The SDKs' indexes require two thousand model files each, of which some fifty are used. Each is required when it is asked for instead, which
 * saves 50 MB and half of the start. An index of another shape than expected is an error, not a slow image.
 */
export function lazily(index: string): string {
  const files = new Map([...index.matchAll(REQUIRE)].map(([, variable = '', file = '']) => [variable, file]));
  let getters = 0;
  const lazy = index.replaceAll(REQUIRE, '').replaceAll(GETTER, (_, variable: string, name: string) => {
    const file = files.get(variable);
    if (file === undefined) throw new Error(`the SDK's model index gives ${name} of ${variable}, which it does not require`);
    getters += 1;
    return `return require("${file}").${name}; } });`;
  });
  if (getters < files.size || getters === 0) throw new Error(`the SDK's model index requires ${files.size} files and gives ${getters} models: its shape has changed`);
  return lazy;
}

const lazyModels: Plugin = {
  name: 'lazy-models',
  setup: (building) => building.onLoad({ filter: MODEL_INDEX }, ({ path }) => ({ contents: lazily(readFileSync(path, 'utf8')), loader: 'js' })),
};

/** CommonJS packages in an ES module still ask for Node's own modules by require. */
const BANNER = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** Writes the file; gives the folders of the packages that are in it, from the root of the project. */
export async function bundle(root: string, file: string): Promise<readonly string[]> {
  const { metafile, warnings } = await build({
    entryPoints: [join(root, 'src/main.ts')],
    absWorkingDir: root,
    outfile: file,
    bundle: true,
    platform: 'node',
    target: `node${process.versions.node}`,
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: { js: BANNER },
    legalComments: 'none',
    metafile: true,
    plugins: [lazyModels],
    // debug does without it, and here it would be mocha's: nothing that only development needs is shipped
    external: ['supports-color'],
    logLevel: 'error',
  });
  if (warnings.length > 0) throw new Error(`the bundle has warnings: ${warnings.map(({ text }) => text).join('; ')}`);
  const folders = Object.keys(metafile.inputs).map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}
