/** Enter on a row: what it is, where it came from, what was decided and by which rule. */
import type { SessionView } from '../../app/session-types.ts';
import { isZero, toNumber } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import {
  UNKNOWN,
  formatAge,
  formatClock,
  formatCompact,
  formatDecimal,
  formatNumber,
  formatPercent,
  formatReach,
  formatSigned,
  words,
} from '../text/format.ts';
import type { Dialog } from '../model.ts';
import { logLines } from '../panes/log.ts';
import { type Pane, type Row, fitRows, muted, span, textWidth } from '../text/rows.ts';
import type { MarketView, OrderView, PositionView, StrategyStatus } from '../slices.ts';
import { verdictRow } from '../text/verdicts.ts';

type WhyDialog = Extract<Dialog, { kind: 'why' }>;

const LABEL_CELLS = 12;

export function whyDialog(
  dialog: WhyDialog,
  view: SessionView,
  of: { width: number; maxHeight: number },
): Pane {
  const rows = rowsOf(dialog, view, of.width);
  const room = Math.max(1, of.maxHeight - 1);
  const start = Math.min(dialog.scroll, Math.max(0, rows.length - room));
  const more = rows.length > room ? '  ↑ ↓ more   any other key closes' : '  any key closes';
  const shown: Row[] = [...rows.slice(start, start + room), [muted(more)]];
  return {
    title: safeText(dialog.pane === 'log' ? 'Log line' : titleOf(dialog), 40),
    summary: [],
    rows: fitRows(shown, { width: of.width, height: shown.length }),
  };
}

const titleOf = (dialog: WhyDialog): string =>
  dialog.pane === 'orders' ? `Order ${dialog.key}` : dialog.key;

function rowsOf(dialog: WhyDialog, view: SessionView, width: number): readonly Row[] {
  const { key } = dialog;
  const gone: readonly Row[] = [[muted('  no longer there')]];
  switch (dialog.pane) {
    case 'markets': {
      const market = view.markets.find((one) => one.symbol === key);
      return market ? marketRows(market, view) : gone;
    }
    case 'strategies': {
      const strategy = view.strategies.find((one) => one.id === key);
      return strategy ? strategyRows(strategy, width) : gone;
    }
    case 'positions': {
      const position = view.positions.find((one) => one.symbol === key);
      return position ? positionRows(position, view, width) : gone;
    }
    case 'orders': {
      const order = view.orders.find((one) => one.id === key);
      return order ? orderRows(order, width) : gone;
    }
    case 'log': {
      const line = logLines(view).find((one) => one.key === key);
      if (!line) return gone;
      const head = fact('time', `${formatClock(line.time)} UTC  ${line.category}  ${line.level}`);
      return [head, ...wrapped(line.message, width)];
    }
    case 'pnl':
      return gone;
  }
}

const fact = (name: string, text: string): Row => [
  muted(`  ${name.padEnd(LABEL_CELLS)}`),
  span(safeText(text, 200)),
];

/** Words over as many lines as they need, at most twelve. */
function wrapped(text: string, width: number): readonly Row[] {
  const room = Math.max(8, width - 4);
  const lines: string[] = [''];
  for (const word of safeText(text, 12 * room).split(' ')) {
    const last = lines.at(-1) ?? '';
    if (textWidth(last) + textWidth(word) + 1 <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(` ${word}`);
  }
  return lines.slice(0, 12).map((line) => [span(` ${line}`)]);
}

function marketRows(market: MarketView, view: SessionView): readonly Row[] {
  const { priceDigits } = market;
  const reach = formatReach(market.dayReachMs);
  const price = (value: number | null): string => formatNumber(value, priceDigits);
  const age = market.dataTime === null ? null : view.now - market.dataTime;
  return [
    fact(
      'last',
      `${price(market.lastPrice)}   ${formatPercent(market.changeFraction, 2)} % in ${reach}`,
    ),
    fact('bid / ask', `${price(market.bid)} / ${price(market.ask)}`),
    fact('spread', `${formatNumber(market.spreadBps, 2)} bp`),
    fact('volume', `${formatCompact(market.volumeQuote)} in ${reach}`),
    fact('data', `${formatAge(age)} of market time ago`),
  ];
}

function strategyRows(strategy: StrategyStatus, width: number): readonly Row[] {
  const params = Object.entries(strategy.params).map(([name, value]) => `${name}=${shown(value)}`);
  const held = strategy.positions
    .filter(({ quantity }) => !isZero(quantity))
    .map(({ symbol, quantity }) => `${symbol} ${formatDecimal(quantity, 8)}`);
  const decision = strategy.lastDecision;
  return [
    ...wrapped(strategy.summary, width),
    fact(
      'state',
      strategy.enabled
        ? strategy.warmingUp > 0
          ? `on, ${String(strategy.warmingUp)} candles to go`
          : 'on'
        : 'off',
    ),
    fact('runs on', `${strategy.symbols.join(', ')}  ${strategy.timeframe}`),
    fact('parameters', params.join('  ')),
    fact('holds', held.join(', ') || 'nothing'),
    fact(
      'net P&L',
      `${formatSigned(strategy.netPnl, 2)} over ${String(strategy.roundTrips)} round trips`,
    ),
    ...strategy.thoughts.flatMap((thought): Row[] => [
      fact('thinks', `${thought.symbol}: ${thought.text}`),
      fact(
        '',
        Object.entries(thought.inputs)
          .map(([name, value]) => `${name} ${value === null ? UNKNOWN : formatNumber(value, 4)}`)
          .join('  '),
      ),
    ]),
    ...(decision === null
      ? [fact('decision', 'none yet')]
      : [
          fact('decision', `${formatClock(decision.time)}  ${decision.what}`),
          fact('because', decision.reason),
          fact('order', decision.orderId ?? 'none was sent'),
          ...decision.verdicts.map((verdict): Row => [span('  '), ...verdictRow(verdict)]),
        ]),
  ];
}

function positionRows(position: PositionView, view: SessionView, width: number): readonly Row[] {
  const { protection, priceDigits } = position;
  const guards = view.orders.filter(
    (order) => order.symbol === position.symbol && order.role === 'protective' && isWorking(order),
  );
  return [
    fact(
      'holds',
      `${position.positionSide} ${formatDecimal(position.quantity, position.quantityDigits)} from ${formatDecimal(position.entryPrice, priceDigits)}`,
    ),
    fact('opened', `${formatClock(position.openedTime)} UTC by ${position.strategyIds.join(', ')}`),
    fact('mark', formatNumber(position.markPrice, priceDigits)),
    fact(
      'unrealized',
      `${formatSigned(position.unrealizedPnl, 2)}   ${formatSigned(position.rMultiple, 2)} R`,
    ),
    fact(
      'paid',
      `fees ${formatNumber(toNumber(position.feesPaid), 2)}  funding ${formatNumber(toNumber(position.fundingPaid), 2)}`,
    ),
    fact(
      'stop',
      `${formatDecimal(protection.stopPrice, priceDigits)}  rests: ${protection.rests ?? 'nowhere'}`,
    ),
    fact('target', formatDecimal(protection.targetPrice, priceDigits)),
    fact('worst case', formatSigned(protection.worstCase, 2)),
    ...guards.map((order) =>
      fact(
        'protection',
        `${words(order.type, '-')} ${formatDecimal(order.quantity, order.quantityDigits)} at ${formatDecimal(order.triggerPrice ?? order.price, order.priceDigits)}  ${words(order.status, ' ')}`,
      ),
    ),
    ...(guards.length === 0 && protection.stopPrice === null
      ? wrapped('nothing protects this position: the whole notional is at risk', width)
      : []),
  ];
}

function orderRows(order: OrderView, width: number): readonly Row[] {
  const price = (value: OrderView['price']): string => formatDecimal(value, order.priceDigits);
  const flags = [
    order.timeInForce,
    order.postOnly ? 'post-only' : '',
    order.reduceOnly ? 'reduce-only' : '',
  ];
  return [
    fact(
      'order',
      `${order.side} ${formatDecimal(order.quantity, order.quantityDigits)} ${order.symbol} ${words(order.type, '-')}`,
    ),
    fact('status', words(order.status, ' ')),
    fact(
      'filled',
      `${formatDecimal(order.filled, order.quantityDigits)} for ${formatNumber(toNumber(order.filledNotional), 2)}`,
    ),
    fact('price', `limit ${price(order.price)}  trigger ${price(order.triggerPrice)}`),
    fact('terms', flags.filter(Boolean).join('  ')),
    fact('by', `${order.strategyId}  ${order.role}`),
    fact('decided at', formatNumber(order.decisionPrice, order.priceDigits)),
    fact(
      'created',
      `${formatClock(order.createdTime)}  changed ${formatClock(order.updatedTime)} UTC`,
    ),
    fact(
      'bracket',
      order.bracket === null
        ? 'none'
        : `stop ${price(order.bracket.stopPrice)}  target ${price(order.bracket.targetPrice)}`,
    ),
    ...wrapped(order.reason, width),
    ...(order.statusReason === null ? [] : wrapped(order.statusReason, width)),
  ];
}

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? UNKNOWN);
