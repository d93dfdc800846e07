// Preloaded with `node --import hook.ts?bug=NAME`: from then on the files of src that the bug touches are loaded with the bug in them, in
// this process and in its worker threads. The tree stays as it is.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bugNamed, withBug } from './patching.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const bug = bugNamed(new URL(import.meta.url).searchParams.get('bug') ?? '');

registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith('file:')) return nextLoad(url, context);
    const path = fileURLToPath(url);
    const file = relative(ROOT, path).replaceAll('\\', '/');
    if (!bug.patches.some((patch) => patch.file === file)) return nextLoad(url, context);
    return { format: 'module-typescript', source: withBug(bug, file, readFileSync(path, 'utf8')) ?? '', shortCircuit: true };
  },
});
