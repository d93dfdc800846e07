import { expect } from 'chai';
import { redact, rememberSecret } from '../../../src/adapters/redact.ts';

const PLAIN = 'jX9vQ2mT7bR4';

describe('What people read', () => {
  const written: readonly (readonly [what: string, text: string])[] = [
    ['JSON', `{"AccessKeySecret":"${PLAIN}"}`],
    ['JSON with spaces', `{ "SecurityToken" : "${PLAIN}" }`],
    ['JSON inside JSON', String.raw`{"body":"{\"AccessKeySecret\":\"${PLAIN}\"}"}`],
    ['a form', `Action=AssumeRoleWithOIDC&OIDCToken=${PLAIN}&Version=1`],
    ['YAML', `users:\n- user:\n    token: ${PLAIN}\n`],
    ['a header', `x-acs-security-token: ${PLAIN}`],
    ['a list of headers', `["host","ecs","x-acs-security-token","${PLAIN}"]`],
    ['headers with several values', `{"x-acs-security-token":["${PLAIN}"]}`],
    ['a key file', `access-key-secret=${PLAIN}`],
    ['a signed header', `Authorization: ACS3-HMAC-SHA256 Credential=some-id,SignedHeaders=host;x-acs-date,Signature=${PLAIN}`],
    ['a signed header in JSON', `{"authorization":"ACS3-HMAC-SHA256 Credential=some-id,Signature=${PLAIN}","host":"x"}`],
    ['a bearer token', `sent Bearer ${PLAIN} to the server`],
    ['a kubeconfig', `client-key-data: ${PLAIN}`],
    ['a private key', `-----BEGIN EC PRIVATE KEY-----\n${PLAIN}\n-----END EC PRIVATE KEY-----`],
  ];
  for (const [what, text] of written) {
    it(`holds no secret by its key: ${what}`, () => expect(redact(text)).to.include('…').and.not.include(PLAIN));
  }

  const patterns: Readonly<Record<string, string>> = {
    'an AccessKey id': 'LTAI5tQnKZ8rWvB3', 'a temporary AccessKey id': 'STS.NUgYrLnoC37mZZCNnAb', 'a session token': 'CAISabcdefghijklmnopqrstuv', 'a service account token': 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln',
  };
  for (const [what, text] of Object.entries(patterns)) {
    it(`holds no secret by its looks: ${what}`, () => expect(redact(`it was ${text}, they say`)).to.match(/^it was \S*…, they say$/));
  }

  it('holds no secret that this process has read, wherever and in whatever shape it turns up', () => {
    rememberSecret('kR+tz/88=plainest');
    expect(redact('a kR+tz/88=plainest b kR%2Btz%2F88%3Dplainest c')).to.equal('a … b … c');
  });

  it('holds no piece of what could not be parsed', () => {
    for (const text of [`{"a":"${PLAIN}`, PLAIN, `{"AccessKeySecret":"${PLAIN}" x}`, `[1,\n"${PLAIN}",\n x]`]) {
      const said = ((): string => {
        try {
          return String(JSON.parse(text));
        } catch (error) {
          return `json parse failed: ${String(error)}`;
        }
      })();
      expect(redact(said), said).to.include('json parse failed: SyntaxError').and.not.match(/jX9v|7bR4/);
    }
  });

  it('is not spoilt by a secret that is as short as a word', () => {
    rememberSecret('');
    rememberSecret('secret');
    expect(redact('the secret of a good sentence')).to.equal('the secret of a good sentence');
  });

  it('keeps what is no secret', () => {
    const sentences = [
      'AssociateEipAddress: User not authorized to operate on the specified resource (Forbidden.RAM). Grant the action vpc:AssociateEipAddress',
      "credentials 'file': keys/access-key-id and keys/access-key-secret must exist and not be empty",
      'attach ENI eni-bp1 to i-bp1', 'the token file /var/run/secrets/ack.alibabacloud.com/rrsa-tokens/token was not there',
      'Not yet signed: x-acs-signature-nonce', 'credentials (rrsa) could not be had: connect ECONNREFUSED 127.0.0.1:443',
    ];
    expect(sentences.map(redact)).to.deep.equal(sentences);
  });
});
