import { type PaneDefinition, type RowScene, passes } from './definition.ts';
import { marketRows } from '../why/market.ts';
import type { Mode } from '../../app/session-types.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import type { EpochMs } from '../../domain/time.ts';
import { withSymbol } from '../model.ts';
import type { MarketView, ScopeView } from '../slices.ts';
import { emptyRow, indexOf, listRows } from './list.ts';
import { staleAge } from './stale.ts';
import {
  arrow,
  formatAge,
  formatCompact,
  formatNumber,
  formatPercent,
  formatReach,
  pnlToken,
  shortSymbol,
  sparkline,
} from '../text/format.ts';
import {
  type Pane,
  type Row,
  type Size,
  type Span,
  type Token,
  fitRow,
  fitRows,
  muted,
  rowWidth,
  span,
  windowStart,
} from '../text/rows.ts';
import { type Column, table } from '../text/table.ts';

/** A market, and its own stop where it has one that is stricter than the account's. */
type Shown = MarketView & { readonly stopped?: ScopeView | undefined };

export interface MarketsSlice {
  readonly markets: readonly Shown[];
  readonly selected: string | null;
  readonly filter: string;
  readonly now: EpochMs;
  readonly mode: Mode;
}

/** From here a table with all figures reads better than two lines per market. */
const TABLE_WIDTH = 64;
const SPARK_CELLS = 16;
/** Bid and ask come together, from here. */
const QUOTES_WIDTH = 96;
const QUOTES: ReadonlySet<string> = new Set(['bid', 'ask']);
/** Cells of figures below one another in the second line of a market. */
const SPREAD_CELLS = 4;
const VOLUME_CELLS = 5;

const COLUMNS: readonly Column[] = [
  { title: 'symbol', align: 'left', priority: 1, min: 9, shrinkTo: 13 },
  { title: 'last', align: 'decimal', priority: 2, min: 10 },
  { title: 'chg %', align: 'right', priority: 3, min: 7 },
  { title: 'bid', align: 'decimal', priority: 9 },
  { title: 'ask', align: 'decimal', priority: 8 },
  { title: 'spread bp', align: 'decimal', priority: 5 },
  { title: 'volume', align: 'right', priority: 6, min: 5 },
  { title: '', align: 'left', priority: 7, min: SPARK_CELLS },
  { title: 'age', align: 'right', priority: 4 },
];

/** Below this the contract of a market is said in a word, so that its change fits. */
const TIGHT_WIDTH = 40;
const TIGHT_COLUMNS: readonly Column[] = [
  { title: 'symbol', align: 'left', priority: 1, min: 8, shrinkTo: 9 },
  { title: 'last', align: 'decimal', priority: 2, min: 9 },
  { title: 'chg %', align: 'right', priority: 3, min: 6 },
];

/** Selected market of the list, for the ticket and the highlight. */
export function marketsPane(slice: MarketsSlice, size: Size): Pane {
  const index = indexOf(slice.markets, slice.selected, (market) => market.symbol);
  const rows =
    slice.markets.length === 0
      ? [emptyRow('no market data yet: waiting for the feed', slice.filter)]
      : size.width >= TABLE_WIDTH
        ? tableRows(slice, index, size)
        : pairRows(slice, index, size);
  // The figures of a day reach as far as candles are known: all markets alike, the least is said.
  const reaches = slice.markets.flatMap(({ dayReachMs }) => dayReachMs ?? []);
  const reach = formatReach(reaches.length === 0 ? null : Math.min(...reaches));
  return { title: 'Markets', summary: [muted(reach)], rows: fitRows(rows, size) };
}

function tableRows(slice: MarketsSlice, index: number, size: Size): readonly Row[] {
  // The column is there only while something is stale: a fresh market has no age to read.
  const isStale = slice.markets.some((market) => staleAge(market, slice) !== null);
  const isShown = ({ title }: Column): boolean =>
    (isStale || title !== 'age') && (size.width >= QUOTES_WIDTH || !QUOTES.has(title));
  const shown = COLUMNS.map(isShown);
  return listRows(
    {
      items: slice.markets,
      columns: COLUMNS.filter(isShown),
      selected: index,
      cells: (market) => cellsOf(market, staleAge(market, slice)).filter((_cell, at) => shown[at]),
    },
    size,
  );
}

/** All figures of a market; old ones are dim. */
function cellsOf(market: Shown, age: number | null): readonly Span[] {
  const live = (token: Token): Token => (age === null ? token : 'text.muted');
  const price = (value: number | null): Span =>
    span(formatNumber(value, market.priceDigits), live('text.normal'));
  return [
    market.stopped
      ? span(`■ ${shownSymbol(market.symbol, 24)}`, 'state.tight')
      : span(shownSymbol(market.symbol, 24), live('text.normal')),
    price(market.lastPrice),
    span(changeText(market), live(pnlToken(market.changeFraction))),
    price(market.bid),
    price(market.ask),
    span(formatNumber(market.spreadBps, 2), live('text.normal')),
    span(formatCompact(market.volumeQuote), live('text.normal')),
    span(sparkline(market.closes, SPARK_CELLS), live('accent')),
    span(age === null ? '' : formatAge(age), 'warn'),
  ];
}

/** Narrow: two lines per market, as long as two lines each fit. */
function pairRows(slice: MarketsSlice, index: number, size: Size): readonly Row[] {
  const isTight = size.width < TIGHT_WIDTH;
  const columns = isTight ? TIGHT_COLUMNS : COLUMNS.slice(0, 3);
  const perMarket = slice.markets.length * 2 + 1 <= size.height ? 2 : 1;
  const height = Math.max(0, Math.floor((size.height - 1) / perMarket));
  const start = windowStart({ selected: index, count: slice.markets.length, height });
  const shown = slice.markets.slice(start, start + height);
  const [header, ...lines] = table(
    columns,
    shown.map((market, i) => {
      const token: Token = staleAge(market, slice) === null ? 'text.normal' : 'text.muted';
      const safe = shownSymbol(market.symbol, 24);
      return {
        selected: start + i === index,
        cells: [
          span(isTight ? shortSymbol(safe) : safe, token),
          span(formatNumber(market.lastPrice, market.priceDigits), token),
          span(
            changeText(market),
            token === 'text.muted' ? token : pnlToken(market.changeFraction),
          ),
        ],
      };
    }),
    size.width,
  );
  const out: Row[] = header ? [header] : [];
  lines.forEach((line, i) => {
    out.push(line);
    const market = shown[i];
    if (perMarket === 2 && market) out.push(detail(market, slice, size.width));
  });
  return out;
}

function detail(market: Shown, slice: MarketsSlice, width: number): Row {
  const age = staleAge(market, slice);
  const bps = shortSpread(market.spreadBps).padStart(SPREAD_CELLS);
  const spread = market.spreadBps === null ? '' : `  spr ${bps}bp`;
  const traded = formatCompact(market.volumeQuote).padStart(VOLUME_CELLS);
  const volume = market.volumeQuote === null ? '' : `  vol ${traded}`;
  const { stopped } = market;
  const tail: Row = stopped
    ? [span(`  ■ ${stopped.state}: ${safeText(stopped.reason, 60)}`, 'state.tight')]
    : age === null
      ? [muted(`${spread}${volume}`)]
      : [span(`  stale ${formatAge(age)}`, 'warn')];
  const room = Math.max(0, Math.min(SPARK_CELLS, width - 1 - rowWidth(tail)));
  const bars = sparkline(market.closes, room);
  return fitRow([span(' '), span(bars, age === null ? 'accent' : 'text.muted'), ...tail], width);
}

/** Three digits: the tightest spreads are hundredths of a basis point, and none is 0.0. */
const shortSpread = (bps: number | null): string =>
  formatNumber(bps, bps === null || bps < 9.995 ? 2 : bps < 99.95 ? 1 : 0);

const changeText = (market: MarketView): string =>
  market.changeFraction === null
    ? formatPercent(null, 2)
    : `${arrow(market.changeFraction, 4)} ${formatPercent(Math.abs(market.changeFraction), 2)}`;

const shownMarkets = ({ view, model }: RowScene): readonly Shown[] =>
  view.markets
    .filter((one) => passes(model.panes.markets.filter, one.symbol))
    .map((one) => ({ ...one, stopped: stopOf(view, one.symbol) }));

const stopOf = ({ scopes }: RowScene['view'], symbol: string | null): ScopeView | undefined =>
  scopes.find(({ kind, name }) => kind === 'symbol' && name === symbol);

export const markets: PaneDefinition = {
  draw: (scene, size) => {
    const { now, mode } = scene.view;
    const { selected, filter } = scene.model.panes.markets;
    return marketsPane({ markets: shownMarkets(scene), selected, filter, now, mode }, size);
  },
  leads: true,
  rowKeys: (scene) => shownMarkets(scene).map((one) => one.symbol),
  // The market one looks at is the one that chart, book and tape show.
  select: withSymbol,
  symbolOf: (key) => key,
  unavailable(action, { view }, selected) {
    if (selected === null) return 'no market yet';
    const isReleased = stopOf(view, selected) === undefined;
    return action === 'releaseSymbol' && isReleased ? 'it is not stopped by itself' : null;
  },
  why: (key, { view }) => {
    const market = view.markets.find((one) => one.symbol === key);
    return market ? marketRows(market, view) : null;
  },
};
