// The floors of docs/architecture.md: a file imports its own floor or a lower one, and only the rims know the packages they wrap.
import { expect } from 'chai';
import { CODE_FILES, importsOf } from './sources.ts';
import type { Import } from './sources.ts';

/** What the files of one place may import: of the project's own, and of packages. The first place that fits a file is its place. */
interface Floor {
  readonly place: RegExp;
  readonly own: RegExp;
  readonly packages: RegExp;
}

const ANYTHING = /^/;

const FLOORS: readonly Floor[] = [
  { place: /^src\/api\//, own: /^src\/api\//, packages: /^zod$/ },
  // a hash is a function like any other; nothing else of Node's is
  { place: /^src\/core\//, own: /^src\/(api|core)\//, packages: /^node:crypto$/ },
  { place: /^src\/ports\//, own: /^src\/(api|core|ports)\//, packages: /^$/ },
  { place: /^src\/adapters\/alicloud\//, own: /^src\/(api|core|ports|adapters\/alicloud|adapters\/[^/]+$)/, packages: /^(@alicloud\/|@darabonba\/|ipaddr\.js$|zod$|node:)/ },
  { place: /^src\/adapters\/kubernetes\//, own: /^src\/(api|core|ports|adapters\/kubernetes|adapters\/[^/]+$)/, packages: /^(@kubernetes\/client-node$|undici$|zod$|node:)/ },
  { place: /^src\/adapters\/metrics\//, own: /^src\/(api|core|ports|adapters)\//, packages: /^(prom-client$|node:)/ },
  { place: /^src\/adapters\//, own: /^src\/(api|core|ports|adapters)\//, packages: /^(winston$|zod$|node:)/ },
  { place: /^src\/controller\//, own: /^src\/(api|core|ports|controller)\//, packages: /^node:(crypto|util)$/ },
  { place: /^src\/options\.ts$/, own: /^src\//, packages: /^(commander|zod|node:.*)$/ },
  { place: /^src\/(main\.ts$|cli\/)/, own: /^src\//, packages: /^(commander|zod|yaml|node:.*)$/ },
  // the simulator is judged by itself: what it shared with the product it could not contradict
  { place: /^sim\//, own: /^sim\//, packages: /^(?!@alicloud\/|@darabonba\/|@kubernetes\/)/ },
  // the lab drives the simulator and the product from outside, as processes
  { place: /^lab\//, own: /^(lab|sim)\//, packages: /^(?!@alicloud\/|@darabonba\/|@kubernetes\/)/ },
  // the reference of the command line is made from the commands themselves
  { place: /^scripts\//, own: /^(scripts\/|src\/api\/|src\/cli\/(command-line|examples)\.ts$)/, packages: ANYTHING },
  { place: /^(test|bench)\//, own: ANYTHING, packages: ANYTHING },
];

function offence({ from, to, isOwn }: Import): string[] {
  const floor = FLOORS.find(({ place }) => place.test(from));
  if (floor === undefined) return [`${from} has no floor`];
  return (isOwn ? floor.own : floor.packages).test(to) ? [] : [`${from} imports ${to}`];
}

describe('The floors', () => {
  it('have files on them', () => expect(CODE_FILES.length).to.be.greaterThan(50));

  it('are kept by every import', () => expect(CODE_FILES.flatMap(importsOf).flatMap(offence)).to.deep.equal([]));

  it('give every file of src a place', () => {
    const homeless = CODE_FILES.filter(({ path }) => path.startsWith('src/') && !FLOORS.some(({ place }) => place.test(path)));
    expect(homeless.map(({ path }) => path)).to.deep.equal([]);
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ['the core to read files', 'src/core/plan.ts', 'node:fs'],
    ['the core to know a port', 'src/core/plan.ts', '../ports/cloud.ts'],
    ['the API to know the core', 'src/api/spec.ts', '../core/plan.ts'],
    ['the controller to know an adapter', 'src/controller/loop.ts', '../adapters/clock.ts'],
    ['an adapter to know the controller', 'src/adapters/clock.ts', '../controller/loop.ts'],
    ['one adapter to know the other', 'src/adapters/kubernetes/events.ts', '../alicloud/calls.ts'],
    ['the SDK outside its adapter', 'src/adapters/kubernetes/events.ts', '@alicloud/ecs20140526'],
    ['client-node outside its adapter', 'src/main.ts', '@kubernetes/client-node'],
    ['the simulator to know the product', 'sim/cloud/main.ts', '../../src/core/plan.ts'],
    ['the product to know the simulator', 'src/main.ts', '../sim/cloud/main.ts'],
    ['a dynamic import any more than a static one', 'src/core/plan.ts', 'undici'],
  ];
  for (const [title, path, specifier] of refused) {
    it(`do not allow ${title}`, () => expect(importsOf({ path, text: `export const it = await import('${specifier}');` }).flatMap(offence)).to.have.length(1));
  }
});
