// The report of a trial for people, to be committed beside its figures. Pure.
import type { Answer, Trial, Window } from './book.ts';
import { STATEMENTS, type Statement } from './statements.ts';

const row = (cells: readonly (string | number)[]): string => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string => [head, head.map(() => '---'), ...rows].map(row).join('\n');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The value below which this share of the values is. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function spread(values: readonly number[]): string {
  return values.length === 0 ? '–' : `median ${seconds(quantile(values, 0.5))}, least ${seconds(Math.min(...values))}, longest ${seconds(Math.max(...values))}`;
}

type Line = readonly [string, boolean];

function contractLine({ contract = { passed: 0, failed: [], skipped: 0 } }: Trial): Line {
  const { passed, failed, skipped } = contract;
  return [`the contract suite: ${passed} passed, ${failed.length} failed, ${skipped} need a simulated world`, passed > 0 && failed.length === 0];
}

function killLine({ kill }: Trial): Line {
  return kill === undefined ? ['the controller was not killed in a window', false] : [`killed with -9 in a window, the EIP was bound ${seconds(kill.boundAfterMs)} after the kill`, true];
}

function revertLine({ revert = { home: [], away: [] } }: Trial): Line {
  return [`Revert: ${revert.home.length} EIPs at home, not as before: ${revert.away.join(', ') || 'none'}`, revert.home.length > 0 && revert.away.length === 0];
}

/** In one line each: what must hold for the product to be called qualified in this region. */
export function verdicts(trial: Trial, windowsWanted: number): readonly Line[] {
  const { windows, leftBehind = ['it was not looked'], problems } = trial;
  return [
    contractLine(trial),
    [`${windows.length} of ${windowsWanted} windows measured, every one closed`, windows.length >= windowsWanted],
    killLine(trial),
    revertLine(trial),
    [`left behind: ${leftBehind.join(', ') || 'nothing'}`, leftBehind.length === 0],
    [`problems on the way: ${problems.join('; ') || 'none'}`, problems.length === 0],
  ];
}

export const isQualified = (trial: Trial, windowsWanted: number): boolean => verdicts(trial, windowsWanted).every(([, holds]) => holds);

const ORIGIN = (trial: Trial): string =>
  trial.endpoint === undefined
    ? `On the real cloud, region ${trial.regionId}.`
    : `**This was not the cloud.** The calls went to ${trial.endpoint}, a simulator: the report shows that the qualification itself works, and nothing about Alibaba Cloud.`;

function windowsOf({ windows }: Trial): string {
  const of = (direction: Window['direction']): readonly Window[] => windows.filter((window) => window.direction === direction && window.isKilled !== true);
  const line = (direction: Window['direction']): readonly string[] => [direction, String(of(direction).length), spread(of(direction).map(({ ms }) => ms)), spread(of(direction).flatMap(({ probeMs }) => probeMs ?? []))];
  const all = windows.map(({ instanceId, direction, ms, probeMs, isKilled }, index) => [index + 1, instanceId, direction, seconds(ms), probeMs === undefined ? '–' : seconds(probeMs), isKilled ? 'the controller was killed in it' : '']);
  return [
    'By the looks of the API: from the first that showed the EIP leaving to the first that showed it bound. By the port: from the last answer before to the first after.',
    table(['direction', 'windows', 'by the API', 'by the port'], [line('to the interface'), line('to the instance')]),
    table(['#', 'instance', 'direction', 'by the API', 'by the port', ''], all),
  ].join('\n\n');
}

const answerOf = ({ id, asked }: Statement, answers: Trial['answers']): Answer =>
  answers[id] ?? { verdict: 'not shown', seen: asked === undefined ? 'no program asks this' : 'not asked in this trial' };

function statementsOf({ answers }: Trial): string {
  return table(['statement', 'facts', 'seen', 'as expected'], STATEMENTS.map((statement) => {
    const { seen, verdict } = answerOf(statement, answers);
    return [statement.statement, statement.facts, seen, verdict === 'as expected' ? 'yes' : verdict === 'otherwise' ? '**no**' : 'not shown'];
  }));
}

const howOf = (): string => STATEMENTS.map(({ id, statement, how }) => `- **${id}** ${statement} ${how}`).join('\n');

export function report(trial: Trial, windowsWanted: number): string {
  const { contract, instances, startedAt, finishedAt, version } = trial;
  return [
    `# Qualification of ${startedAt.slice(0, 10)}, ${trial.regionId}`,
    ORIGIN(trial),
    `egress-unification ${version}, begun ${startedAt}, ${finishedAt === undefined ? '**not finished**' : `finished ${finishedAt}`}. Instances: ${instances.map(({ type }) => type).join(', ') || 'none'}.`,
    `**${isQualified(trial, windowsWanted) ? 'Qualified' : 'Not qualified'}**, because:`,
    verdicts(trial, windowsWanted).map(([what, holds]) => `- ${holds ? 'yes' : '**no**'}: ${what}`).join('\n'),
    ...(contract && contract.failed.length > 0 ? ['Failed in the contract suite:', contract.failed.map((title) => `- ${title}`).join('\n')] : []),
    '## Windows',
    windowsOf(trial),
    '## What the documentation leaves open',
    'No code depends on any of these; an answer that is not as expected is worth an issue.',
    statementsOf(trial),
    '## How each was asked',
    howOf(),
  ].join('\n\n') + '\n';
}
