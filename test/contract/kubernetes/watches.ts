// Watches: every change after a version, in order; bookmarks; an end in time; 410 for a version that is too old.
import { expect } from 'chai';
import { COLLECTION } from './client.ts';
import { FINALIZER, resource } from './objects.ts';
import type { Bench } from './suite.ts';
import { openWatch } from './watch.ts';
import type { OpenWatch, WatchLine } from './watch.ts';

export function describeWatches(onBench: () => Bench): void {
  describe('watches', () => {
    const watch = (parameters: Record<string, string>): Promise<OpenWatch> => openWatch(onBench().request, COLLECTION, parameters);
    const now = async (): Promise<string> => (await onBench().resources.list({ limit: 1 })).metadata.resourceVersion;
    const about = (name: string) => (line: WatchLine): boolean => line.object.metadata.name === name;

    it('tell every change after the version given, in order, once', async () => {
      const { resources, name } = onBench();
      const subject = name();
      const resourceVersion = await now();
      const created = await resources.create(resource(subject, {}, { finalizers: [FINALIZER] }));
      const edited = await resources.merge(subject, { spec: { mode: 'Observe' } });
      await using open = await watch({ resourceVersion });
      await resources.delete(subject);
      await resources.merge(subject, { metadata: { finalizers: null } });
      const lines = (await open.until((line) => line.type === 'DELETED')).filter(about(subject));
      expect(lines.map((line) => line.type)).to.deep.equal(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
      const versions = lines.map((line) => Number(line.object.metadata.resourceVersion));
      expect(versions.slice(0, 2)).to.deep.equal([Number(created.metadata.resourceVersion), Number(edited.metadata.resourceVersion)]);
      expect(versions).to.deep.equal([...versions].sort((a, b) => a - b));
    });

    it('tell what is there first when no version is given', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      await using open = await watch({});
      const lines = await open.until(about(created.metadata.name));
      expect(lines.every((line) => line.type === 'ADDED')).to.equal(true);
    });

    it('tell nothing of a write that changed nothing', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name()));
      await using open = await watch({ resourceVersion: created.metadata.resourceVersion });
      await resources.applyStatus(created.metadata.name, { summary: '0/1' }, 'controller');
      await resources.applyStatus(created.metadata.name, { summary: '0/1' }, 'controller');
      await resources.merge(created.metadata.name, { spec: { mode: 'Observe' } });
      const lines = (await open.until((line) => about(created.metadata.name)(line) && line.object.spec?.['mode'] === 'Observe')).filter(about(created.metadata.name));
      expect(lines.map((line) => line.type)).to.deep.equal(['MODIFIED', 'MODIFIED']);
    });

    it('tell a resource that leaves the selection as deleted', async () => {
      const { resources, name } = onBench();
      const created = await resources.create(resource(name(), {}, { labels: { watched: 'yes' } }));
      await using open = await watch({ resourceVersion: created.metadata.resourceVersion, labelSelector: 'watched=yes' });
      await resources.merge(created.metadata.name, { metadata: { labels: { watched: 'no' } } });
      expect((await open.until(() => true)).map((line) => [line.type, line.object.metadata.name])).to.deep.equal([['DELETED', created.metadata.name]]);
    });

    it('show a resource that was deleted and created again under another uid', async () => {
      const { resources, name } = onBench();
      const first = await resources.create(resource(name()));
      await resources.delete(first.metadata.name);
      const second = await resources.create(resource(first.metadata.name));
      await using open = await watch({ resourceVersion: first.metadata.resourceVersion });
      const lines = (await open.until((line) => line.object.metadata.uid === second.metadata.uid)).filter(about(first.metadata.name));
      expect(lines.map((line) => [line.type, line.object.metadata.uid])).to.deep.equal([['DELETED', first.metadata.uid], ['ADDED', second.metadata.uid]]);
    });

    it('bring bookmarks when asked, of later versions than they began with, and end when their time is over', async () => {
      const { resources, name } = onBench();
      const marked = { allowWatchBookmarks: 'true', timeoutSeconds: '4' };
      const first = await resources.create(resource(name()));
      await using behind = await watch({ resourceVersion: first.metadata.resourceVersion, ...marked });
      const last = await resources.create(resource(name()));
      await using level = await watch({ resourceVersion: last.metadata.resourceVersion, ...marked });
      const [lines, none] = await Promise.all([behind.rest(), level.rest()]);
      const bookmarks = lines.filter((line) => line.type === 'BOOKMARK');
      expect(bookmarks.length).to.be.greaterThan(0);
      expect(bookmarks.map((line) => line.object.kind)).to.include('EgressUnification');
      expect(Number(bookmarks.at(-1)?.object.metadata.resourceVersion)).to.be.at.least(Number(last.metadata.resourceVersion));
      expect(none).to.deep.equal([]);
    });

    it('mark the end of what is there when bookmarks are asked for and no version is given', async () => {
      await using open = await watch({ allowWatchBookmarks: 'true' });
      const lines = await open.until((line) => line.type === 'BOOKMARK');
      expect(lines.at(-1)?.object.metadata.annotations).to.deep.equal({ 'k8s.io/initial-events-end': 'true' });
    });

    it('say 410 Expired of a version that is too old, and end', async () => {
      await using open = await watch({ resourceVersion: '1' });
      const lines = await open.rest();
      expect(lines.map((line) => [line.type, line.object.kind, line.object.code, line.object.reason])).to.deep.equal([['ERROR', 'Status', 410, 'Expired']]);
    });
  });
}
