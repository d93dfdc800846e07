// What the process of the Internet can be asked, and who is where there.
import type { Sample } from '../run/series.ts';

/** What an echo service answers with. */
export type Manner = 'plain' | 'sentence' | 'lie' | 'slow' | 'html' | 'nothing';

interface Echo {
  readonly address: string;
  readonly manner: Manner;
}

/** Clients of the Internet, and the controller, connect from here. */
export const CLIENT_ADDRESS = '203.0.113.1';

/** The lying service says this. */
export const LIE = '8.8.8.8';

export const ECHO_HOSTS: Readonly<Record<string, Echo>> = {
  'myip.ipip.net': { address: '203.0.113.10', manner: 'sentence' },
  'plain.echo.example': { address: '203.0.113.11', manner: 'plain' },
  'liar.echo.example': { address: '203.0.113.12', manner: 'lie' },
  'slow.echo.example': { address: '203.0.113.13', manner: 'slow' },
  'html.echo.example': { address: '203.0.113.14', manner: 'html' },
  'nothing.echo.example': { address: '203.0.113.15', manner: 'nothing' },
};

/** Where anybody is told its address in a line of TCP. */
export const LINE_ECHO = { host: '203.0.113.11', port: 7 } as const;

export interface InternetCalls {
  /** Who answers on these addresses as sshd would: the instance, '' for nobody. */
  readonly knock: { readonly ask: { readonly addresses: readonly string[]; readonly times: number; readonly timeoutMs: number }; readonly answer: readonly (readonly string[])[] };
  /** A session each, with a line there and back. */
  readonly sessions: { readonly ask: { readonly addresses: readonly string[]; readonly timeoutMs: number }; readonly answer: readonly string[] };
  readonly beginStreams: { readonly ask: { readonly addresses: readonly string[]; readonly everyMs: number; readonly timeoutMs: number }; readonly answer: boolean };
  readonly endStreams: { readonly ask: object; readonly answer: readonly { readonly address: string; readonly samples: readonly Sample[] }[] };
}
