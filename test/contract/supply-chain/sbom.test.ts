// `npm run sbom`: of the form that CycloneDX 1.5 describes, as far as it is used; complete; the same each time.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { bundle } from '../../../scripts/image/bundle.ts';
import { billOfMaterials } from '../../../scripts/sbom.ts';
import { ROOT, runToEnd } from '../../apiserver/kit/child.ts';
import { lockedPackages, manifest, nameOf } from './manifest.ts';

const text = { type: 'string', minLength: 1 } as const;
const list = (items: object): object => ({ type: 'array', uniqueItems: true, items });
const object = (required: readonly string[], properties: object): object => ({ type: 'object', required, properties, additionalProperties: false });

const LICENCE = { oneOf: [object(['license'], { license: { anyOf: [object(['id'], { id: text }), object(['name'], { name: text })] } }), object(['expression'], { expression: text })] };
const COMPONENT = object(['bom-ref', 'type', 'name', 'version', 'purl'], {
  'bom-ref': text, name: text, version: text, description: text, author: text,
  type: { enum: ['application', 'framework', 'library', 'container', 'platform', 'operating-system', 'device', 'device-driver', 'firmware', 'file', 'machine-learning-model', 'data'] },
  scope: { enum: ['required', 'optional', 'excluded'] },
  purl: { type: 'string', pattern: '^pkg:(npm|generic)/[^@]+@[0-9]' },
  cpe: { type: 'string', pattern: '^cpe:2\\.3:a:' },
  hashes: list(object(['alg', 'content'], { alg: { const: 'SHA-512' }, content: { type: 'string', pattern: '^[a-f0-9]{128}$' } })),
  licenses: list(LICENCE),
  properties: list(object(['name', 'value'], { name: text, value: text })),
  externalReferences: list(object(['type', 'url'], { type: text, url: text })),
});
const BOM = object(['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'], {
  $schema: text, bomFormat: { const: 'CycloneDX' }, specVersion: { const: '1.5' }, version: { const: 1 },
  serialNumber: { type: 'string', pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' },
  metadata: object(['component', 'tools'], { component: COMPONENT, lifecycles: list(object(['phase'], { phase: text })), tools: list(object(['name', 'version'], { vendor: text, name: text, version: text })) }),
  components: list(COMPONENT),
  dependencies: list(object(['ref', 'dependsOn'], { ref: text, dependsOn: list(text) })),
});

/** Free to pass on in a bundle with its text. */
const LICENCES = ['0BSD', 'Apache License 2.0', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'PSF-2.0', 'Unlicense'];

describe('The bill of materials', function () {
  this.timeout(60_000);
  const bom = billOfMaterials();
  const refs = bom.components.map((component) => component['bom-ref']);

  it('has the form of CycloneDX', () => {
    const validate = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(BOM);
    validate(bom);
    expect(validate.errors ?? []).to.deep.equal([]);
  });

  it('names exactly the packages that the lockfile has for production, and node', () => {
    const locked = [...lockedPackages()].filter(([, { dev, optional }]) => dev !== true && optional !== true).map(([path, { version }]) => `${nameOf(path)}@${version}`);
    expect(new Set(refs)).to.deep.equal(new Set([...locked, `node@${manifest().devDependencies['node']}`]));
    expect(new Set(refs).size).to.equal(refs.length);
  });

  it('names every package that is in the program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'egress-unification-sbom-'));
    const packages = await bundle(ROOT, join(folder, 'program.mjs')).finally(() => rmSync(folder, { recursive: true, force: true }));
    expect(packages.length).to.be.above(10);
    const named = new Set(bom.components.map(({ name }) => name));
    expect(packages.map(nameOf).filter((name) => !named.has(name))).to.deep.equal([]);
  });

  it('says of each what it depends on, and nothing that it does not name', () => {
    const known = new Set([...refs, bom.metadata.component['bom-ref']]);
    expect(new Set(bom.dependencies.map(({ ref }) => ref))).to.deep.equal(known);
    expect(bom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !known.has(ref))).to.deep.equal([]);
  });

  it('shows a licence of each that lets it be passed on', () => {
    const licences = bom.components.map((component) => {
      const [first] = component['licenses'] as readonly { readonly license?: { readonly id?: string; readonly name?: string } }[];
      return [component['bom-ref'], first?.license?.id ?? first?.license?.name ?? 'none'] as const;
    });
    expect(licences.filter(([, id]) => !LICENCES.includes(id))).to.deep.equal([]);
  });

  it('is printed by the command, the same bytes each time', async () => {
    const { code, stdout, stderr } = await runToEnd(['scripts/sbom.ts']);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.equal(`${JSON.stringify(bom, null, 2)}\n`);
  });
});
