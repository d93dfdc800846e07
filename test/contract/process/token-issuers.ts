// Where temporary keys come from: the token service, and the metadata of an instance. Before they give any they fail in the ways in which
// an answer can hold what must not be told: refused with the request quoted, and spoilt right at the secret.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const EXPIRATION = '2036-01-01T00:00:00Z';
const fieldsOf = ({ accessKeyId, accessKeySecret, securityToken }: TemporaryKeys): Readonly<Record<string, string>> =>
  ({ AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken, Expiration: EXPIRATION });

const failures = (json: string, quote: string): readonly Answer[] => [
  { status: 400, body: JSON.stringify({ Code: 'ServiceUnavailable', Message: `quoted: ${quote}` }) },
  { status: 200, body: json.replace('"AccessKeySecret":"', '"AccessKeySecret":"x" "') },
];
export const FAILURES = failures('', '').length;

/** One of them; `url` leads to it whatever the path. */
export class TokenIssuer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  /** How often it failed and how often it gave keys. */
  failed = 0;
  given = 0;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** AssumeRoleWithOIDC. */
  static sts(keys: TemporaryKeys): Promise<TokenIssuer> {
    const json = JSON.stringify({ RequestId: 'R', Credentials: fieldsOf(keys) });
    return TokenIssuer.#open(async (request, issuer) => issuer.#failing(json, await textOf(request)) ?? { status: 200, body: json });
  }

  /** The metadata service of an instance with a role; `session` opens it. */
  static metadata(keys: TemporaryKeys, session: string): Promise<TokenIssuer> {
    const json = JSON.stringify({ Code: 'Success', ...fieldsOf(keys) });
    return TokenIssuer.#open((request, issuer) => {
      if (request.method === 'PUT') return { status: 200, body: session };
      if (request.headers['x-aliyun-ecs-metadata-token'] !== session) return { status: 403, body: 'no session' };
      if (request.url?.endsWith('/') === true) return { status: 200, body: 'a-role' };
      return issuer.#failing(json, JSON.stringify(request.headers)) ?? { status: 200, body: json };
    });
  }

  static async #open(answer: (request: IncomingMessage, issuer: TokenIssuer) => Answer | Promise<Answer>): Promise<TokenIssuer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = new TokenIssuer(server);
    server.on('request', (request, response) => {
      Promise.resolve(answer(request, issuer)).then(({ status, body }) => response.writeHead(status, { 'content-type': 'application/json' }).end(body), () => response.destroy());
    });
    return issuer;
  }

  #failing(json: string, quote: string): Answer | undefined {
    const failure = failures(json, quote)[this.failed];
    if (failure === undefined) this.given += 1;
    else this.failed += 1;
    return failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
