// The metadata service of one instance, at the cloud's address: metadata-service.ts JSON with `versions` (1, 2) and `texts` by path.
// With version 2 alone a request without a token is refused; with version 1 alone there is no token to be had.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';

const TOKEN = 'AQAEAOqTZ0c-token_of/the+guest==';
const { versions, texts } = JSON.parse(process.argv[2] ?? '{}') as { versions: readonly number[]; texts: Readonly<Record<string, string>> };
const HEADER = 'x-aliyun-ecs-metadata-token';

/** A token can be had where version 2 is spoken, by PUT and with a time to live. */
const grantsToken = ({ method, headers }: IncomingMessage): boolean => method === 'PUT' && versions.includes(2) && headers[`${HEADER}-ttl-seconds`] !== undefined;
const isKnown = ({ headers }: IncomingMessage): boolean => headers[HEADER] === TOKEN || (headers[HEADER] === undefined && versions.includes(1));

createServer((request, response) => {
  const { url = '' } = request;
  const answer = (status: number, text: string): void => void response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
  const text = url === '/latest/api/token' ? TOKEN : texts[url.replace('/latest/meta-data/', '')];
  const allowed = text === TOKEN ? grantsToken(request) : isKnown(request);
  if (!allowed) answer(text === TOKEN ? 404 : 403, '<html>refused</html>');
  else answer(text === undefined ? 404 : 200, text ?? '<html>404 - Not Found</html>');
}).listen(80, '100.100.100.200', () => console.log('ready'));
