/** One glance: which mode, is it trading, today's result, distance to the limits, is the data alive. */
import type { HealthView, SessionView } from '../../app/session-types.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import type { TradingState } from '../slices.ts';
import {
  arrow,
  change,
  count,
  formatAge,
  formatClock,
  formatDate,
  formatLimit,
  formatNumber,
  formatPercent,
  formatSigned,
  formatSpeed,
  pnlToken,
} from '../text/format.ts';
import { bindingOf } from '../input/keymap.ts';
import { PANES, PANE_NAMES, type PaneId } from '../layout/panes.ts';
import { hasMarketClock, isLive, modeWord } from '../mode.ts';
import type { Scene } from '../scene.ts';
import { dataGroup, venueGroups } from './venue-words.ts';
import {
  type Row,
  type Token,
  fitRow,
  muted,
  rowWidth,
  span,
  spread,
  whole,
} from '../text/rows.ts';

/** Beyond these the age of the data is said in color and word. */
const LATE_MS = 3_000;
const STALE_MS = 10_000;

const stateToken = (state: TradingState): Token =>
  state === 'running'
    ? 'state.running'
    : state === 'halted' || state === 'flattening'
      ? 'state.stopped'
      : 'state.tight';

const stateWord = (state: TradingState): string =>
  `${state === 'running' ? '●' : '■'} ${state.toUpperCase()}`;

/** A part of the header; the highest priorities leave first on a narrow screen. */
interface Group {
  readonly row: Row;
  readonly priority: number;
}

export function headerLine(view: SessionView, ageMs: number | null, width: number): Row {
  const { account } = view;
  const wide = width >= 110;
  const day: Row = [...(wide ? [muted('day ')] : []), ...change(account.dayPnl, 2)];
  const percent = `${formatSigned(account.dayPnlFraction * 100, 2)} %`;
  const equity: Row = [
    ...(wide ? [muted('equity ')] : []),
    span(formatNumber(account.equity, 2).padStart(10), 'text.strong'),
  ];
  const groups: Group[] = [
    { row: [span('TAPEDECK', 'accent')], priority: wide ? 6 : 9 },
    { row: [modeSpan(view)], priority: 1 },
    ...accountGroup(view, wide),
    {
      row: [span(stateWord(account.tradingState).padEnd(9), stateToken(account.tradingState))],
      priority: 0,
    },
    { row: equity, priority: 4 },
    { row: day, priority: 2 },
    { row: [span(percent, pnlToken(account.dayPnl))], priority: 3 },
    { row: limit('dd', account.drawdownFraction, account.drawdownLimit, wide), priority: 5 },
  ];
  const risk = limit('risk', account.openRiskFraction, account.openRiskLimit, wide);
  // That no rule watches is no figure that may give way.
  const { unknownOrders, drifts } = view.truth;
  const doubts = unknownOrders + drifts.filter((one) => !one.ignored).length;
  // The second line says which; a screen without it at least says that.
  if (!wide && doubts > 0) groups.push({ row: [span(`? ${doubts}`, 'danger')], priority: 2.2 });
  groups.push(
    account.riskEnabled
      ? { row: risk, priority: wide ? 7 : 8.5 }
      : { row: [span('risk rules off', 'warn')], priority: 2.5 },
  );
  if (!wide) {
    // What is stale is said before anything else gives way to it.
    const stale = ageMs !== null && ageMs >= STALE_MS && !view.feed.held && !view.feed.ended;
    groups.push({ row: ageGroup(view, ageMs, false), priority: stale ? 1.5 : 8 });
  }
  return byPriority(groups, width);
}

/** Which account: with real orders it stands on every frame. */
function accountGroup({ exchange, mode, accounts }: SessionView, wide: boolean): Group[] {
  if (exchange === undefined) return [];
  const place = accounts === undefined ? '' : ` ${accounts.shown + 1}/${accounts.lines.length}`;
  const name = `${safeText(`${exchange.id}:${exchange.account}`, 40)}${place}`;
  const isReal = mode !== 'paper';
  const doubt: Row = exchange.isProven ? [] : [span(' unproven', 'warn')];
  return [
    {
      row: [span(name, isReal ? 'text.strong' : 'text.muted'), ...doubt],
      // A name may give way on paper, a doubt about every figure may not.
      priority: isReal || !exchange.isProven ? 1.2 : wide ? 4.5 : 9.5,
    },
  ];
}

/** The second line where there is room: what feeds it and how it is kept. */
export function statusLine(view: SessionView, ageMs: number | null, width: number): Row {
  const working = view.orders.filter(isWorking).length;
  const { store, feed } = view;
  const end = clock(view, true);
  const data: Row = [muted(' '), ...ageGroup(view, ageMs, true)];
  if (store.failed !== null) {
    const failed = span(`   journal failed: ${safeText(store.failed, 90)}`, 'danger');
    return spread([...data, failed], end, width);
  }
  const parts: Row[] = [
    data,
    ...truthGroups(view),
    ...(view.exchange ? venueGroups(view.exchange) : []),
    [muted('   positions '), span(String(view.positions.length))],
    [muted('   orders '), span(`${String(working)} open`)],
  ];
  if (!feed.hasBook) parts.push([muted('   no book in this recording')]);
  // A market that stands still leaves nothing to measure: old figures would pose as new ones.
  const health = feed.held || feed.ended ? view.health && UNMEASURED : view.health;
  if (width >= HEALTH_WIDTH) parts.push(...healthGroups(health));
  if (store.commitMs !== null) {
    parts.push([muted('  disk '), span(`${formatNumber(store.commitMs, 1).padStart(4)} ms`)]);
  }
  parts.push([muted('   journal '), span(`${formatNumber(view.records, 0)} records`)]);
  const left = Math.max(0, width - rowWidth(end) - 1);
  return spread(whole(parts, left), end, width);
}

/** What waits for the venue's word or the operator's; nothing while all is certain. */
function truthGroups({ truth, store }: SessionView): readonly Row[] {
  const { recovering, unknownOrders, drifts, externalOrders, stopUnproven } = truth;
  const open = externalOrders.filter((one) => !one.ignored).length;
  const words: (readonly [string, Token])[] = [];
  const { space } = store;
  if (space !== undefined && space.level !== 'enough') {
    const left = `${formatNumber(space.freeBytes / 1e6, 0)} MB left on the disk`;
    words.push([left, space.level === 'low' ? 'warn' : 'danger']);
  }
  if (recovering !== null) {
    words.push([`recovering: ${recovering.blocked ?? recovering.reason}`, 'warn']);
  }
  if (stopUnproven) words.push(['the venue has not shown the end of the stop', 'warn']);
  if (unknownOrders > 0) words.push([`${count(unknownOrders, 'order')} unknown`, 'danger']);
  for (const { symbol } of drifts.filter((one) => !one.ignored)) {
    words.push([`${shownSymbol(symbol, 24)} differs at the venue`, 'danger']);
  }
  if (open > 0) words.push([`${count(open, 'order')} not ours`, 'warn']);
  return words.map(([text, token]) => [muted('   '), span(safeText(text, 90), token)]);
}

/** From here there is room for how well the process keeps up. */
const HEALTH_WIDTH = 110;
const UNMEASURED: HealthView = { eventMicros: null, loopDelayMs: null };
/** A loop that comes so late is felt under the fingers; so late, orders are late, too. */
const LOOP_SLOW_MS = 50;
const LOOP_BAD_MS = 250;

function healthGroups(health: HealthView | null): readonly Row[] {
  if (health === null) return [];
  const { eventMicros, loopDelayMs } = health;
  const late = loopDelayMs ?? 0;
  const token: Token =
    late >= LOOP_BAD_MS ? 'danger' : late >= LOOP_SLOW_MS ? 'warn' : 'text.normal';
  const cells = (value: number | null): string => formatNumber(value, 0).padStart(3);
  return [
    [muted('   engine '), span(`${cells(eventMicros)} µs`)],
    [muted('  loop '), span(`${cells(loopDelayMs)} ms`, token)],
  ];
}

/** Names of all panes, the focused one in brackets, as long as they fit; the clock at the end. */
export function tabLine({ view, model, keymap }: Scene, width: number): Row {
  const tabs = (words: Readonly<Record<PaneId, string>>, gap: string): Row =>
    PANES.flatMap((id): Row => {
      const isFocused = id === model.focus;
      const key = bindingOf(keymap, id)?.keys[0] ?? '';
      const name = [key, isFocused ? words[id] || PANE_NAMES[id] : words[id]].filter(Boolean);
      if (name.length === 0) return [];
      const text = name.join(' ');
      if (isFocused) return [span(`[${text}]`, 'title.focus')];
      const raised = id === 'alerts' && view.alerts.some((alert) => alert.active);
      return [span(`${gap}${text}${gap}`, raised ? 'warn' : 'text.muted')];
    });
  const tight = (words: Readonly<Record<PaneId, string>>): Row =>
    tabs(words, '').flatMap((one) => [muted(' '), one]);
  const time = span(`${formatClock(view.now)} `);
  const ways: readonly (readonly [Row, Row])[] = [
    [tabs(PANE_NAMES, ' '), clock(view, false)],
    [tight(SHORT_NAMES), [time]],
    [tight(NO_NAMES), [time]],
  ];
  const fits = ways.find(([row, end]) => rowWidth(row) + rowWidth(end) <= width);
  return fits ? spread(fits[0], fits[1], width) : fitRow(tight(NO_NAMES), width);
}

/** A pane without a key of its own has no short name: Tab finds it. */
const SHORT_NAMES: Readonly<Record<PaneId, string>> = {
  markets: 'Mkt',
  strategies: 'Strat',
  chart: 'Chart',
  book: 'Book',
  tape: '',
  positions: 'Pos',
  orders: 'Ord',
  log: 'Log',
  pnl: 'P&L',
  risk: 'Risk',
  alerts: 'Alert',
};
const NO_NAMES = Object.fromEntries(PANES.map((id) => [id, ''])) as Record<PaneId, string>;

/** All that fits where nothing fits: state, P&L and how to stop. */
export function tinyLine(view: SessionView, width: number): Row {
  const { account } = view;
  const digits = width < 26 ? 0 : 2;
  const day = formatSigned(account.dayPnl, digits);
  const groups: Group[] = [
    {
      row: [span(account.tradingState.toUpperCase(), stateToken(account.tradingState))],
      priority: 0,
    },
    {
      row: [span(`${arrow(account.dayPnl, digits)}${day}`, pnlToken(account.dayPnl))],
      priority: 2,
    },
    { row: [span('H halts', 'key.danger')], priority: 1 },
    { row: [modeSpan(view)], priority: 3 },
  ];
  return byPriority(groups, width, { lead: '', gap: ' ' });
}

function modeSpan(view: SessionView) {
  const { feed } = view;
  const pace = !hasMarketClock(view)
    ? ''
    : feed.seeking !== null
      ? ` to ${formatClock(feed.seeking)}`
      : feed.ended
        ? ' ended'
        : feed.held
          ? ' held'
          : ` ${formatSpeed(feed.speed)}`;
  return span(`${modeWord(view)}${pace}`, isLive(view) ? 'mode.live' : 'mode.simulated');
}

function limit(name: string, value: number, max: number, wide: boolean): Row {
  const used = max > 0 ? value / max : 0;
  const token: Token = used >= 0.8 ? 'danger' : used >= 0.5 ? 'warn' : 'text.normal';
  const text = `${formatPercent(value, 1)}${wide ? ' of ' : '/'}${formatLimit(max)} %`;
  return [muted(`${name} `), span(text, token)];
}

function ageGroup(view: SessionView, ageMs: number | null, long: boolean): Row {
  const label = muted('data ');
  if (view.feed.ended) return [label, muted('ended')];
  if (view.feed.held) return [label, muted('held')];
  if (ageMs === null) return [label, span('none yet', 'warn')];
  if (view.exchange) return dataGroup(view.exchange);
  const token: Token = ageMs >= STALE_MS ? 'danger' : ageMs >= LATE_MS ? 'warn' : 'text.normal';
  const stale = ageMs >= STALE_MS ? (long ? ' stale: no new entries' : ' stale') : '';
  return [label, span(`${formatAge(ageMs)}${stale}`.padEnd(5), token)];
}

function clock(view: SessionView, long: boolean): Row {
  const progress =
    long && view.feed.length !== null && view.feed.length > 0
      ? `${formatPercent(view.feed.events / view.feed.length, 0)} % of recording  `
      : '';
  const seed = long && view.mode === 'demo' ? `seed ${String(view.seed)}  ` : '';
  const day = long ? `${formatDate(view.now)} ` : '';
  return [muted(`${progress}${seed}${day}`), span(`${formatClock(view.now)} UTC `)];
}

function byPriority(
  groups: readonly Group[],
  width: number,
  of: { lead: string; gap: string } = { lead: ' ', gap: '  ' },
): Row {
  let kept = groups;
  const joined = (): Row => [
    span(of.lead),
    ...kept.flatMap((group, i) => (i === 0 ? group.row : [span(of.gap), ...group.row])),
  ];
  while (rowWidth(joined()) > width && kept.length > 1) {
    const worst = Math.max(...kept.map((group) => group.priority));
    kept = kept.filter((group) => group.priority !== worst);
  }
  return fitRow(joined(), width);
}
