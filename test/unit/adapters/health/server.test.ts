import { expect } from 'chai';
import { ListenProblem, openEndpoint, type Endpoint, type ListenAddress } from '../../../../src/adapters/health/server.ts';
import { KeptLog } from '../../../kit/log.ts';

const HERE: ListenAddress = { host: '127.0.0.1', port: 0 };

describe('The server for probes and scrapes', () => {
  const log = new KeptLog();
  const routes = {
    '/metrics': async () => ({ status: 200, contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    '/readyz': () => ({ status: 503, contentType: 'text/plain', body: 'no\n' }),
    '/broken': () => { throw new Error('a mistake'); },
  };
  let endpoint: Endpoint;
  beforeEach(async () => { endpoint = await openEndpoint(HERE, { routes, flag: '--metrics-address', log }); });
  afterEach(() => endpoint.close());
  const ask = (path: string, method = 'GET'): Promise<Response> => fetch(`http://${endpoint.address}${path}`, { method });

  it('answers its paths, with or without a query', async () => {
    for (const path of ['/metrics', '/metrics?name[]=up']) {
      const answer = await ask(path);
      expect([answer.status, answer.headers.get('content-type'), await answer.text()]).to.deep.equal([200, 'text/plain; version=0.0.4', 'up 1\n']);
    }
    expect((await ask('/readyz')).status).to.equal(503);
  });

  it('answers HEAD without a body', async () => {
    const answer = await ask('/metrics', 'HEAD');
    expect([answer.status, await answer.text()]).to.deep.equal([200, '']);
  });

  it('takes nothing but reads of what it serves', async () => {
    expect((await ask('/metrics', 'POST')).status).to.equal(405);
    expect([(await ask('/')).status, (await ask('/constructor')).status, (await ask('/metrics/../metrics/x')).status]).to.deep.equal([404, 404, 404]);
  });

  it('says in the log, and not to whoever asks, what went wrong', async () => {
    const answer = await ask('/broken');
    expect([answer.status, await answer.text()]).to.deep.equal([500, 'see the log\n']);
    expect(log.lines.join('\n')).to.include('a mistake');
  });

  it('that finds its port taken says which flag to change', async () => {
    const port = Number(endpoint.address.split(':')[1]);
    const error: unknown = await openEndpoint({ ...HERE, port }, { routes, flag: '--metrics-address', log }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(ListenProblem).and.to.have.property('message').that.match(/^--metrics-address: cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE.*; give another address, or 0 for none$/);
  });
});
