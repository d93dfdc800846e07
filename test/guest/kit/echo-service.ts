// An echo service over TLS, and the ways in which one can be bad, each at its own path: echo-service.ts KEY CERTIFICATE.
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';

const [, , key = '', certificate = ''] = process.argv;

const text = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}) => (_: IncomingMessage, response: ServerResponse): void =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(body);
const own = ({ socket }: IncomingMessage): string => socket.remoteAddress ?? '';

const PATHS: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  '/': (request, response) => text(`${own(request)}\n`)(request, response),
  '/ipip': (request, response) => text(`当前 IP：${own(request)}  来自于：中国 浙江 杭州  阿里云\n`)(request, response),
  '/json': (request, response) => text(JSON.stringify({ ip: own(request), country: 'CN' }))(request, response),
  '/page': (request, response) => text(`<!DOCTYPE html>\n<html><body>Your IP: ${own(request)}</body></html>`, 200, { 'content-type': 'text/html' })(request, response),
  '/late-page': text('\n  <p>1.2.3.4</p>'),
  '/nothing': text(''),
  '/words': text('hello, you come from somewhere near 1.2.3 or v1.2.3.4 or 1.2.3.4.5 or 256.1.1.1 or 01.2.3.4'),
  '/several': text('1.2.3.4, 10.0.0.1'),
  '/twice': text('1.2.3.4 is 1.2.3.4.'),
  '/lie': text('1.2.3.4'),
  '/missing': text('no page about 1.2.3.4', 404),
  '/elsewhere': text('1.2.3.4', 302, { location: 'https://echo.example.test:8443/' }),
  '/six': text(`ip 2001:db8::1`),
  // 512 bytes end inside the address
  '/cut': text(`${'x'.repeat(504)} 1.2.3.45 and more`),
  '/long': text(`1.2.3.4 ${' and'.repeat(200_000)}`),
  '/quoted': text('"1.2.3.4"},"$(reboot)'),
  '/slow': (_, response) => void response.writeHead(200).write('1.2.3.4'),
  '/silent': () => undefined,
};

createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
  const answer = PATHS[request.url ?? ''];
  if (answer) answer(request, response);
  else response.writeHead(404).end();
}).listen(8443, '0.0.0.0', () => console.log('ready'));
