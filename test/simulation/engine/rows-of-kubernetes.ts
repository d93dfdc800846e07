// Faults of an API server, of watches, of the lease and of the machine on which a replica runs; and users who edit, delete and create.
import type { ApiServer, Stream } from './api-server.ts';
import type { Passage } from './passage.ts';
import { all, anywhere, isWatch, only, onKubernetes, type Row, type Site } from './row.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const UNTIL_A_HUMAN = 300 * SECOND;
/** A silent watch is found out by the silence. */
const SILENCE = 75 * SECOND;

const SERVER = onKubernetes('an API server\'s own');
const NOT_LEASE = only(({ verb }) => !verb.endsWith(' leases'), 'the lease is taken by its own rules: lease-down and conflicts reach it');
const refused = (status: number, reason: string, message: string): Passage => ({ refused: { status, reason, message } });

const serverOf = ({ lab, leaving: { cluster } }: Site): ApiServer => lab.cluster(cluster).server;

const FOLLOWED = only(({ verb }) => !verb.startsWith('LIST ') && !verb.startsWith('WATCH ') && verb !== 'POST leases', 'no watch is open yet when it is sent; later it is as at the next call');

/** Something that happens to every stream that the replica has open. */
const toStreams = (id: string, says: string, lastsMs: number, happen: (stream: Stream) => void): Row => ({
  id, says, cannot: FOLLOWED,
  happen: (site) => {
    const streams = serverOf(site).streamsOf(site.leaving.replica).filter(({ silent }) => !silent);
    for (const stream of streams) happen(stream);
    return streams.length === 0 ? undefined : lastsMs;
  },
});

const errorEvent = (code: number, reason: string, message: string): string => JSON.stringify({ type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code } });

const restarts = (seconds: number): Row => ({
  id: `api-restart-${seconds}s`, says: `the API server restarts: every connection breaks, new ones are refused for ${seconds} s`, cannot: anywhere,
  happen: (site) => {
    serverOf(site).restart(site.lab.clock.monotonic() + seconds * SECOND);
    return seconds * SECOND;
  },
});

const leaseDown = (seconds: number): Row => ({
  id: `lease-down-${seconds}s`, says: `requests about leases vanish for ${seconds} s`, cannot: anywhere,
  happen: (site) => {
    if (!site.lab.elects) return undefined;
    serverOf(site).swallowLeases(site.lab.clock.monotonic() + seconds * SECOND);
    return seconds * SECOND;
  },
});

const jumps = (id: string, ms: number, says: string): Row => ({
  id, says, cannot: anywhere,
  happen: ({ lab, leaving: { replica } }) => {
    lab.replicaOf(replica).jump(ms);
    return 0;
  },
});

export const ROWS_OF_KUBERNETES: readonly Row[] = [
  { id: 'conflict', says: '409: somebody else wrote since', cannot: all(SERVER, only(({ verb }) => verb.startsWith('PATCH ') || verb.startsWith('PUT '), 'only an update has a version that can be old')), bend: refused(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version and try again') },
  { id: 'gone', says: '410: the version to watch from is forgotten', cannot: all(SERVER, only(isWatch, 'only a watch names a version that can be forgotten (lists here have one page)')), bend: refused(410, 'Expired', 'too old resource version') },
  { id: 'too-many-requests', says: '429 with Retry-After', cannot: SERVER, bend: { refused: { status: 429, reason: 'TooManyRequests', message: 'the server has received too many requests', retryAfterSeconds: 5 } }, lastsMs: 5 * SECOND },
  { id: 'unauthorized', says: '401, once: a token that was about to be rotated', cannot: SERVER, bend: refused(401, 'Unauthorized', 'Unauthorized') },
  { id: 'forbidden-write', says: 'writes to the resources are forbidden until a human acts', cannot: all(SERVER, only(({ verb, mutates }) => mutates && verb.includes('egressunifications'), 'the call writes no EgressUnification')), happen: (site) => { serverOf(site).forbidWrites(site.lab.clock.monotonic() + UNTIL_A_HUMAN); return UNTIL_A_HUMAN; } },
  { id: 'crd-away', says: '404 for the resources for half a minute: their definition is not served', cannot: all(SERVER, NOT_LEASE, only(({ verb }) => verb.includes('egressunifications'), 'the call is about something else')), happen: (site) => { serverOf(site).withdraw('/egressunifications', site.lab.clock.monotonic() + 30 * SECOND); return 30 * SECOND; } },
  toStreams('watch-drop', 'the connections of the watches break', 0, (stream) => stream.cut()),
  toStreams('watch-end', 'the server ends the watches', 0, (stream) => stream.end()),
  toStreams('watch-silent', 'the watches stay open and say nothing any more', SILENCE, (stream) => { stream.silent = true; }),
  toStreams('watch-malformed', 'a line of each watch is cut off in the middle', 0, (stream) => stream.line('{"type":"MODIFIED","object":{"metadata":{"name":"w')),
  toStreams('watch-error', 'an ERROR event with 500 on each watch', 0, (stream) => stream.line(errorEvent(500, 'InternalError', 'etcdserver: leader changed'))),
  toStreams('watch-gone', 'an ERROR event with 410 on each watch', 0, (stream) => stream.line(errorEvent(410, 'Expired', 'too old resource version'))),
  restarts(5), restarts(60),
  leaseDown(12), leaseDown(30),
  { id: 'pause-20s', says: 'the process gets no turn for 20 s', cannot: anywhere, happen: ({ lab, leaving: { replica } }) => { lab.clock.after(0, () => lab.replicaOf(replica).pause(20 * SECOND)); return 20 * SECOND; } },
  jumps('clock-forward', HOUR, 'the machine\'s wall clock jumps an hour forward'),
  jumps('clock-back', -HOUR, 'the machine\'s wall clock jumps an hour back'),
  { id: 'sigterm', says: 'SIGTERM, with a minute of grace', cannot: anywhere, happen: ({ lab, leaving: { replica } }) => (lab.replicaOf(replica).terminate() ? 60 * SECOND : undefined) },
];
