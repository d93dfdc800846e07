import { expect } from 'chai';
import { fetch } from 'undici';
import { start } from '../../../../sim/kubernetes/server.ts';
import type { RunningServer } from '../../../../sim/kubernetes/server.ts';
import type { JsonObject } from '../../../../sim/kubernetes/json.ts';
import { VirtualRuntime } from './virtual-runtime.ts';

const node = (name: string, created = {}): JsonObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, ...created } });

describe('the simulated Kubernetes server', () => {
  const runtime = new VirtualRuntime();
  let server: RunningServer;
  before(async () => {
    server = await start({ crds: [], runtime, seed: [node('n-1'), node('n-2')] });
  });
  after(() => server.close());

  it('serves seeds', async () => {
    const list = (await (await fetch(`${server.url}/api/v1/nodes`)).json()) as { items: { metadata: { name: string } }[] };
    expect(list.items.map((item) => item.metadata.name)).to.deep.equal(['n-1', 'n-2']);
  });

  it('refuses a body that is larger than three mebibytes', async () => {
    const response = await fetch(`${server.url}/api/v1/nodes`, { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024 + 1) });
    expect([response.status, ((await response.json()) as JsonObject)['reason']]).to.deep.equal([413, 'RequestEntityTooLarge']);
  });

  it('refuses a method that a collection does not know', async () => {
    const response = await fetch(`${server.url}/api/v1/nodes`, { method: 'DELETE' });
    expect([response.status, ((await response.json()) as JsonObject)['reason']]).to.deep.equal([405, 'MethodNotAllowed']);
  });

  it('prints a table for who wants one, with ages by its own clock', async () => {
    runtime.advance(300_000);
    const response = await fetch(`${server.url}/api/v1/nodes/n-1`, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } });
    const table = (await response.json()) as { kind: string; columnDefinitions: { name: string }[]; rows: { cells: unknown[] }[] };
    expect(table.kind).to.equal('Table');
    expect(table.columnDefinitions.map((column) => column.name)).to.deep.equal(['Name', 'Age']);
    expect(table.rows.map((row) => row.cells)).to.deep.equal([['n-1', '5m']]);
  });

  it('ends a watch when its time on the injected clock is over', async () => {
    const response = await fetch(`${server.url}/api/v1/nodes?watch=true&timeoutSeconds=30&fieldSelector=metadata.name%3Dn-2`);
    runtime.advance(30_000);
    const lines = (await response.text()).trim().split('\n').map((line) => JSON.parse(line) as { type: string; object: { metadata: { name: string } } });
    expect(lines.map((line) => [line.type, line.object.metadata.name])).to.deep.equal([['ADDED', 'n-2']]);
  });

  it('closes with open watches', async () => {
    const other = await start({ crds: [] });
    const watch = await fetch(`${other.url}/api/v1/nodes?watch=true`);
    await other.close();
    expect(await watch.text().then(() => 'ended', () => 'cut off')).to.be.oneOf(['ended', 'cut off']);
    expect(await fetch(other.url).then(() => 'served', () => 'refused')).to.equal('refused');
  });
});
