import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connect } from '../../../../src/adapters/kubernetes/connection.ts';
import { ConfigurationError } from '../../../../src/adapters/kubernetes/configuration.ts';
import { VirtualClock } from '../../../kit/virtual-clock.ts';
import { bench, errorOf, kubeconfig, status } from './connection-bench.ts';

describe('the connection to the API server', () => {
  it('sends what is asked with who asks, and gives the parsed answer', async () => {
    await using open = await bench();
    open.handler = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const { method, url, headers } = request;
        response.end(JSON.stringify({ method, url, body: Buffer.concat(chunks).toString(), type: headers['content-type'], agent: headers['user-agent'], who: headers.authorization }));
      });
    };
    const answer = await open.connection.request({ method: 'PATCH', path: '/apis/x', query: { force: 'true' }, body: { a: 1 }, contentType: 'application/merge-patch+json' });
    expect(answer).to.deep.equal({ method: 'PATCH', url: '/apis/x?force=true', body: '{"a":1}', type: 'application/merge-patch+json', agent: 'egress-unification/test', who: 'Bearer secret-1' });
  });

  it('keeps its sockets for calls one after another, and no more than sixteen at once', async () => {
    await using open = await bench();
    for (let call = 0; call < 50; call += 1) await open.connection.request({ method: 'GET', path: '/x' });
    expect(open.sockets()).to.be.within(1, 2);
    await Promise.all(Array.from({ length: 100 }, () => open.connection.request({ method: 'GET', path: '/x' })));
    expect(open.sockets()).to.be.within(2, 16);
  });

  it('ends a call after ten seconds, before the headers and in the body', async () => {
    for (const begin of [false, true]) {
      await using open = await bench();
      const arrived = Promise.withResolvers<undefined>();
      open.handler = (_request, response) => {
        if (begin) response.writeHead(200).write('{"half":');
        arrived.resolve(undefined);
      };
      const call = errorOf(open.connection.request({ method: 'PATCH', path: '/x' }));
      await arrived.promise;
      await open.clock.pass(10_000);
      expect(await call).to.deep.include({ kind: 'unavailable', httpStatus: 0, message: 'PATCH /x: no answer within 10 s' });
      expect(open.clock.pending).to.equal(0);
    }
  });

  it('ends a call that its caller gives up', async () => {
    await using open = await bench();
    open.handler = () => undefined;
    const giveUp = new AbortController();
    const call = errorOf(open.connection.request({ method: 'GET', path: '/x', signal: giveUp.signal }));
    giveUp.abort();
    expect((await call).message).to.equal('GET /x: the call was given up');
    expect((await errorOf(open.connection.request({ method: 'GET', path: '/x', signal: giveUp.signal }))).message).to.equal('GET /x: the call was given up');
  });

  it('gives every refusal its kind', async () => {
    const wanted = [
      [409, status(409, 'Conflict'), 'conflict'],
      [409, status(409, 'AlreadyExists'), 'conflict'],
      [404, status(404, 'NotFound'), 'notFound'],
      [404, '404 page not found', 'notFound'],
      [401, status(401, 'Unauthorized'), 'forbidden'],
      [403, status(403, 'Forbidden'), 'forbidden'],
      [403, '<html>', 'forbidden'],
      [422, status(422, 'Invalid'), 'invalid'],
      [400, status(400, 'BadRequest'), 'invalid'],
      [415, status(415, 'UnsupportedMediaType'), 'invalid'],
      [410, status(410, 'Expired'), 'unavailable'],
      [429, status(429, 'TooManyRequests'), 'unavailable'],
      [500, status(500, 'InternalError'), 'unavailable'],
      [502, '<html>bad gateway</html>', 'unavailable'],
      [302, '', 'unavailable'],
      [200, '<html>a login page</html>', 'unavailable'],
    ] as const;
    await using open = await bench();
    for (const [code, body, kind] of wanted) {
      open.handler = (_request, response) => void response.writeHead(code).end(body);
      expect((await errorOf(open.connection.request({ method: 'GET', path: '/x' }))).kind, `${code} ${body}`).to.equal(kind);
    }
  });

  it('says when to come back, from the header or from the details', async () => {
    await using open = await bench();
    open.handler = (_request, response) => void response.writeHead(429, { 'retry-after': '7' }).end(status(429, 'TooManyRequests'));
    expect((await errorOf(open.connection.request({ method: 'GET', path: '/x' }))).retryAfterMs).to.equal(7_000);
    await open.clock.pass(7_000);
    open.handler = (_request, response) => void response.writeHead(504).end(status(504, 'Timeout', { retryAfterSeconds: 1 }));
    expect((await errorOf(open.connection.request({ method: 'GET', path: '/x' }))).retryAfterMs).to.equal(1_000);
  });

  it('reads its credentials anew after a 401, and sends again only if they changed', async () => {
    await using open = await bench();
    const seen: (string | undefined)[] = [];
    open.handler = ({ headers }, response) => {
      seen.push(headers.authorization);
      if (headers.authorization === 'Bearer secret-2') response.end('{"fine":true}');
      else response.writeHead(401).end(status(401, 'Unauthorized'));
    };
    expect((await errorOf(open.connection.request({ method: 'PATCH', path: '/x' }))).kind).to.equal('forbidden');
    expect(seen).to.have.lengthOf(1);
    await open.configure({ token: 'secret-2' });
    expect(await open.connection.request({ method: 'PATCH', path: '/x' })).to.deep.equal({ fine: true });
  });

  it('gives the lines of a watch as they come, and fails when the stream breaks within one', async () => {
    await using open = await bench();
    open.handler = (_request, response) => {
      response.write('{"a":"é');
      response.write('"}\n{"b"');
      response.write(':1}\n\n');
      response.end('{"c":1}\n');
    };
    const lines: string[] = [];
    const watch = { path: '/x', query: { watch: 'true' }, signal: new AbortController().signal };
    await open.connection.watch(watch, (line) => lines.push(line));
    expect(lines).to.deep.equal(['{"a":"é"}', '{"b":1}', '{"c":1}']);
    open.handler = (_request, response) => void response.end('{"a":1}\n{"b":');
    expect((await errorOf(open.connection.watch(watch, () => undefined))).message).to.include('in the middle of a line');
    open.handler = (_request, response) => void response.writeHead(410).end(status(410, 'Expired'));
    expect((await errorOf(open.connection.watch(watch, () => undefined))).httpStatus).to.equal(410);
  });

  it('lets no time-out of its own end a watch', async () => {
    await using open = await bench();
    const leave = new AbortController();
    const begun = Promise.withResolvers<undefined>();
    open.handler = (_request, response) => void response.write('{}\n');
    const watch = errorOf(open.connection.watch({ path: '/x', query: {}, signal: leave.signal }, () => begun.resolve(undefined)));
    await begun.promise;
    expect(open.clock.pending).to.equal(0);
    leave.abort();
    expect((await watch).kind).to.equal('unavailable');
  });

  it('names the place and no secret when nothing answers', async () => {
    const open = await bench();
    await open[Symbol.asyncDispose]();
    const { message } = await errorOf(open.connection.request({ method: 'GET', path: '/x' }));
    expect(message).to.match(/^GET \/x: /);
    expect(message).to.not.include('secret');
  });
});

describe('a configuration that cannot be used', () => {
  const server = 'https://127.0.0.1:6443';
  const cases: Record<string, { text?: string; context?: string; wanted: RegExp }> = {
    'with no file': { wanted: /^kubeconfig .*config cannot be read: ENOENT/ },
    'that is no YAML': { text: '{', wanted: /^kubeconfig .* cannot be read: / },
    'that is empty': { text: '', wanted: /^kubeconfig .* cannot be read: / },
    'that is something else': { text: 'a: 1', wanted: /has no current-context; it has no contexts$/ },
    'without the context that was asked for': { text: kubeconfig(server, {}), context: 'y', wanted: /has no context "y" that names a cluster in it; it has x$/ },
    'of which the certificate is missing': { text: kubeconfig(server, {}, { 'certificate-authority': 'ca.crt' }), wanted: /credentials cannot be read: ENOENT.*ca\.crt/ },
    'of which the plugin fails': { text: kubeconfig(server, { exec: { command: 'false' } }), wanted: /credentials cannot be read: / },
    'with plain HTTP that nobody meant': { text: kubeconfig('http://127.0.0.1:1', {}, {}), wanted: /cluster c at http:\/\/127\.0\.0\.1:1 cannot be used: HTTP protocol is not allowed/ },
    'with a SOCKS proxy': { text: kubeconfig(server, {}, { 'proxy-url': 'socks5://127.0.0.1:1' }), wanted: /SOCKS proxies are not supported/ },
  };

  for (const [name, { text, context, wanted }] of Object.entries(cases)) {
    it(`${name} is one line that says so, for exit code 2`, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'egress-unification-'));
      const path = join(directory, 'config');
      if (text !== undefined) await writeFile(path, text);
      const error: unknown = await connect({ kubeconfig: path, context, clock: new VirtualClock(), userAgent: 'x' }).then(() => undefined, (reason: unknown) => reason);
      await rm(directory, { recursive: true });
      expect(error).to.be.instanceOf(ConfigurationError);
      const { message, exitCode } = error as ConfigurationError;
      expect([exitCode, message.includes('\n')]).to.deep.equal([2, false]);
      expect(message).to.match(wanted);
    });
  }

  it('outside a pod and without a file names the flag', async () => {
    const error: unknown = await connect({ clock: new VirtualClock(), userAgent: 'x' }).then(() => undefined, (reason: unknown) => reason);
    expect((error as Error).message).to.include('--kubeconfig');
  });
});
