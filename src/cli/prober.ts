/** The command `prober`: knocks for controllers elsewhere until it is told to end. */
import { once } from 'node:events';
import { systemClock as clock } from '../adapters/clock.ts';
import { openLog, type LogLevel } from '../adapters/log.ts';
import { TcpProber } from '../adapters/prober.ts';
import { serveProber } from '../adapters/prober-server.ts';
import type { ProberRequest } from './command-line.ts';

/** Rejects with ListenProblem. */
export async function prober(level: LogLevel, { listen, allowCidrs }: ProberRequest): Promise<void> {
  const log = openLog({ level, now: () => clock.now() });
  const endpoint = await serveProber(listen, { prober: new TcpProber({ clock }), allowCidrs });
  log.info('knocking for whoever asks', { address: endpoint.address, note: allowCidrs.length === 0 ? 'at addresses of the Internet' : `within ${allowCidrs.join(', ')}` });
  await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal)));
  await endpoint.close();
}
