// deploy/observability/dashboard.json: the panels of panels.ts as Grafana wants them, laid out from left to right. Pure.
import { ROWS } from './panels.ts';
import type { Panel, Row, Target } from './panels.ts';

const COLUMNS = 24;
const HEIGHT = { stat: 4, timeseries: 8, stacked: 8 } as const;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Panels side by side; a line ends when it is full. */
function placed(panels: readonly Panel[], top: number): readonly Place[] {
  let [x, y, tallest] = [0, top, 0];
  return panels.map(({ kind, width }) => {
    if (x + width > COLUMNS) [x, y, tallest] = [0, y + tallest, 0];
    const place = { x, y, w: width, h: HEIGHT[kind] };
    [x, tallest] = [x + width, Math.max(tallest, place.h)];
    return place;
  });
}

const bottomOf = (places: readonly Place[]): number => Math.max(...places.map(({ y, h }) => y + h));

const targetOf = ({ expr, legend }: Target, index: number) => ({ refId: String.fromCharCode('A'.charCodeAt(0) + index), datasource: DATASOURCE, expr, legendFormat: legend === '' ? '__auto' : legend, ...(expr.includes('$__rate_interval') ? {} : { interval: '30s' }) });

function thresholdsOf({ limits }: Panel): object {
  const [orange, red] = limits ?? [];
  const steps = [{ color: 'green', value: null }, ...(orange === undefined ? [] : [{ color: 'orange', value: orange }]), ...(red === undefined ? [] : [{ color: 'red', value: red }])];
  return { mode: 'absolute', steps };
}

const OPTIONS = {
  stat: { colorMode: 'value', graphMode: 'area', reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false } },
  timeseries: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
} as const;

function panelOf(panel: Panel, gridPos: Place, id: number): object {
  const { title, description, kind, unit, targets } = panel;
  const type = kind === 'stat' ? 'stat' : 'timeseries';
  const custom = kind === 'stacked' ? { custom: { fillOpacity: 30, stacking: { mode: 'normal', group: 'A' } } } : {};
  const defaults = { unit, min: 0, thresholds: thresholdsOf(panel), ...custom };
  return { id, type, title, description, gridPos, datasource: DATASOURCE, targets: targets.map(targetOf), options: OPTIONS[type], fieldConfig: { defaults, overrides: [] } };
}

interface Laid {
  readonly panels: readonly object[];
  readonly y: number;
}

function laidOut({ panels, y }: Laid, { title, panels: inRow }: Row): Laid {
  const places = placed(inRow, y + 1);
  const row = { id: panels.length + 1, type: 'row', title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] };
  const inside = inRow.map((panel, index) => panelOf(panel, places[index] as Place, panels.length + 2 + index));
  return { panels: [...panels, row, ...inside], y: bottomOf(places) };
}

const variable = { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus', current: {}, hide: 0, refresh: 1, regex: '' };

/** The dashboard as Grafana imports it. */
export const dashboard = () => ({
  uid: 'egress-unification',
  title: 'EgressUnification',
  description: 'What leaves by the NAT gateway, what is under way, what the cloud and the API server answer.',
  tags: ['alibaba-cloud', 'egress'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'browser',
  templating: { list: [variable] },
  annotations: { list: [] },
  links: [],
  panels: ROWS.reduce(laidOut, { panels: [], y: 0 }).panels,
});

export const dashboardFile = (): string => `${JSON.stringify(dashboard(), null, 2)}\n`;
