// `npm run sbom`: the software bill of materials of the program, CycloneDX, on standard output. npm makes it from the lockfile alone, of everything;
// what only development needs is left out here, because npm's own --omit dev leaves out what both need as well. Added is node, which npm does not
// count as a dependency and which is most of what the image holds. The same lockfile and npm give the same bytes: no time, nothing by chance.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

export interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component; readonly lifecycles: unknown; readonly tools: unknown };
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly [field: string]: unknown;
}

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

function fromNpm(): Bom {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
  return JSON.parse(execFileSync('npm', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Bom;
}

function runtimeOf(version: string): Component {
  return {
    'bom-ref': `node@${version}`, type: 'platform', name: 'node', version, scope: 'required', cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:generic/node@${version}`, licenses: [{ license: { id: 'MIT' } }],
  };
}

/** A name for exactly this content, in the form of a UUID of version 8, which leaves the bits to us. */
function serialNumberOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The program and everything that it reaches from these first steps; node by npm's name would be the package that fetches it. */
function reachable(root: Dependency, runtime: Component, dependencies: readonly Dependency[]): readonly Dependency[] {
  const byRef = new Map([...dependencies, { ref: runtime['bom-ref'], dependsOn: [] }].map((dependency) => [dependency.ref, dependency]));
  const reached = new Map([[root.ref, root]]);
  // a Map gives what is added while it is walked
  for (const { dependsOn } of reached.values()) for (const ref of dependsOn) reached.set(ref, reached.get(ref) ?? byRef.get(ref) ?? { ref, dependsOn: [] });
  return [...reached.values()];
}

/** npm drops a licence whose name is none of SPDX's; the lockfile still has it. */
function licensed(component: Component, declared: ReadonlyMap<string, string>): Component {
  const licence = declared.get(component['bom-ref']);
  return 'licenses' in component || licence === undefined ? component : { ...component, licenses: [{ license: { name: licence } }] };
}

function declaredLicences(): ReadonlyMap<string, string> {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, { readonly version: string; readonly license?: string }>> };
  return new Map(Object.entries(packages).flatMap(([path, { version, license }]) => (license === undefined ? [] : [[`${path.replace(/^.*node_modules\//, '')}@${version}`, license]])));
}

/** The program, with what it depends on as npm says it, and node. */
export function billOfMaterials(): Bom {
  const { name, dependencies: wanted, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
  const said = fromNpm();
  const { component, lifecycles, tools } = said.metadata;
  const runtime = runtimeOf(devDependencies['node'] ?? process.versions.node);
  const root = { ref: component['bom-ref'], dependsOn: [...Object.entries(wanted).map(([title, version]) => `${title}@${version}`), runtime['bom-ref']] };
  const dependencies = reachable(root, runtime, said.dependencies);
  const refs = new Set(dependencies.map(({ ref }) => ref));
  const licences = declaredLicences();
  const libraries = said.components.filter((component) => refs.has(component['bom-ref']) && component.name !== 'node');
  const components = [...libraries.map((component) => licensed(component, licences)), runtime];
  // npm calls the program by its folder
  const bom = { ...said, serialNumber: '', metadata: { lifecycles, tools, component: { ...component, name } }, components, dependencies };
  return { ...bom, serialNumber: serialNumberOf(JSON.stringify(bom)) };
}

if (import.meta.main) console.log(JSON.stringify(billOfMaterials(), null, 2));
