// Lists page by page: all pages show one moment.
import { expect } from 'chai';
import { COLLECTION } from './client.ts';
import { resource } from './objects.ts';
import type { Bench } from './suite.ts';

export function describeLists(onBench: () => Bench): void {
  describe('lists', () => {
    const labels = { list: 'pages' };
    const labelSelector = 'list=pages';
    const names: string[] = [];

    before(async () => {
      const { resources, name } = onBench();
      for (let count = 0; count < 5; count += 1) names.push((await resources.create(resource(name(), {}, { labels }))).metadata.name);
      names.sort();
    });

    it('gives what a selector selects, by name', async () => {
      const { resources } = onBench();
      expect((await resources.list({ labelSelector })).items.map((item) => item.metadata.name)).to.deep.equal(names);
    });

    it('gives pages that together are the list, with what is created meanwhile left out', async () => {
      const { resources, name } = onBench();
      const first = await resources.list({ limit: 2 });
      const late = (await resources.create(resource(`z-${name()}`))).metadata.name;
      const pages = [first];
      for (let next = first.metadata.continue; next !== undefined && next !== ''; next = pages.at(-1)?.metadata.continue) {
        pages.push(await resources.list({ limit: 2, _continue: next }));
      }
      const listed = pages.flatMap((page) => page.items.map((item) => item.metadata.name));
      expect(listed).to.deep.equal([...listed].sort());
      expect(listed).to.include.members(names);
      expect(listed).not.to.include(late);
      expect(pages.slice(0, -1).every((page) => page.items.length === 2)).to.equal(true);
      expect(new Set(pages.map((page) => page.metadata.resourceVersion)).size).to.equal(1);
    });

    it('says how many items remain', async () => {
      const { resources } = onBench();
      const all = (await resources.list()).items.length;
      expect((await resources.list({ limit: 2 })).metadata.remainingItemCount).to.equal(all - 2);
    });

    it('refuses a token that it did not give', async () => {
      const { request } = onBench();
      const response = await request(`${COLLECTION}?limit=2&continue=surprise`);
      expect([response.status, ((await response.json()) as { reason: string }).reason]).to.deep.equal([400, 'BadRequest']);
    });

    it('gives one object by its name as a field selector', async () => {
      const { request } = onBench();
      const response = await request(`${COLLECTION}?fieldSelector=metadata.name%3D${names[1] ?? ''}`);
      const { items } = (await response.json()) as { items: { metadata: { name: string } }[] };
      expect(items.map((item) => item.metadata.name)).to.deep.equal([names[1]]);
    });

    it('calls the list by the kind', async () => {
      const { request } = onBench();
      expect(await (await request(`${COLLECTION}?labelSelector=list%3Dnone`)).json()).to.deep.include({ kind: 'EgressUnificationList', apiVersion: 'egressunification.io/v1alpha1', items: [] });
    });
  });
}
