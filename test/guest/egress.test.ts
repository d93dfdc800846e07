// guest/egress.sh against echo services of every kind: a clear answer is taken, everything else is a problem with its reason.
import { expect } from 'chai';
import { ECHO, PRIMARY, Site } from './kit/site.ts';
import { has, skipWhereMissing } from './kit/requirements.ts';
import { hide, lineOf } from './kit/states.ts';

const PATHS: readonly (readonly [path: string, kind: string, address: string, why?: string])[] = [
  ['/', 'the address alone', PRIMARY.address],
  ['/ipip', 'the address among words of another language', PRIMARY.address],
  ['/json', 'the address in JSON', PRIMARY.address],
  ['/twice', 'one address twice, with a full stop', '1.2.3.4'],
  ['/lie', 'another address, which only its reader can tell', '1.2.3.4'],
  ['/long', 'an address and much behind it', '1.2.3.4'],
  ['/quoted', 'an address in quotation marks and shell', '1.2.3.4'],
  ['/page', 'a page', '', 'answered with a page'],
  ['/late-page', 'a piece of a page', '', 'answered with a page'],
  ['/nothing', 'nothing', '', 'answered without an IPv4 address'],
  ['/words', 'what only looks like an address', '', 'answered without an IPv4 address'],
  ['/six', 'an IPv6 address', '', 'answered without an IPv4 address'],
  ['/several', 'several addresses', '', 'answered with several addresses'],
  ['/cut', 'an address that the limit of 512 bytes cuts', '', 'answered without an IPv4 address'],
  ['/missing', 'a refusal with an address in it', '', 'answered 404'],
  ['/elsewhere', 'a redirect', '', 'answered 302'],
  ['/slow', 'half an answer', '', 'no whole answer within 8 s'],
  ['/silent', 'no answer', '', 'no whole answer within 8 s'],
];

/** Without curl the command falls back to GNU wget, which must say the same. */
const PROGRAMS = ['curl', 'wget'] as const;

for (const program of PROGRAMS) {
  describe(`An echo service asked with ${program}`, function () {
    this.timeout(90_000);
    let site: Site;
    before(async function () {
      skipWhereMissing(this);
      if (!has(program)) {
        console.log(`      skipped: ${program} is not installed`);
        this.skip();
      }
      site = await Site.open();
      if (program === 'wget') hide(site, 'curl');
    });
    after(() => { (site as Site | undefined)?.end(); });
    const ask = (services: string): Readonly<Record<string, unknown>> => lineOf(site.command('egress', { services }));

    for (const [path, kind, address, why = ''] of PATHS) {
      it(`that answers with ${kind} ${address === '' ? `is a problem: ${why}` : 'is believed'}`, () => {
        const service = `${ECHO}${path}`;
        expect(ask(service)).to.deep.equal(address === '' ? { address: '', problems: [`${service}: ${why}`] } : { address, service });
      });
    }

    it('that does not listen, has no name or another certificate is a problem', () => {
      site.guest.sh("echo '198.51.100.9 other.example.test' >> /etc/hosts");
      const { problems } = ask('https://echo.example.test:8444/,https://nowhere.example.test/,https://other.example.test:8443/') as { problems: string[] };
      expect(problems).to.have.length(3);
      expect(problems[0]).to.match(/^https:\/\/echo\.example\.test:8444\/: no connection$/);
      expect(problems[1]).to.match(/^https:\/\/nowhere\.example\.test\/: (its name is not resolved|no connection)$/);
      expect(problems[2]).to.match(/^https:\/\/other\.example\.test:8443\/: its certificate is not accepted$/);
    });

    it('is asked after those before it failed, and not when one answered', () => {
      expect(ask(`${ECHO}/page,${ECHO}/nothing,${ECHO}/,${ECHO}/lie`)).to.deep.equal({ address: PRIMARY.address, service: `${ECHO}/` });
    });

    it('is not asked through a proxy', () => {
      const text = site.script('egress', { services: `${ECHO}/` }).replace('set -eu\n', 'export https_proxy=http://10.0.1.99:3128 http_proxy=http://10.0.1.99:3128\nset -eu\n');
      expect(lineOf(site.text(text))).to.deep.include({ address: PRIMARY.address });
    });

    it('leaves nothing behind', () => {
      ask(`${ECHO}/page,${ECHO}/`);
      expect(site.guest.sh('ls -A /tmp')).to.equal('');
    });
  });
}
