/** The session as text lines, for pipes, logs and screen readers. */
import { toText } from '../domain/decimal.ts';
import { isWorking } from '../domain/order.ts';
import { safeText, shownSymbol } from '../domain/safe-text.ts';
import { inSeconds } from '../domain/time.ts';
import type { SessionView } from './session-types.ts';

/** Characters of a line: as many positions as may be open. */
const MAX_LINE = 4_000;

/** One line that stands on its own: time, state, equity, day, drawdown, what is held. */
export function statusLine(view: SessionView): string {
  const { account, positions, orders, feed } = view;
  const working = orders.filter(isWorking).length;
  const held = positions.map(
    (one) => `${shownSymbol(one.symbol)} ${one.positionSide} ${toText(one.quantity)}`,
  );
  const words = [
    timeText(view.now),
    view.drill === undefined ? view.mode.toUpperCase() : `DRILL ${view.drill}`,
    account.tradingState.toUpperCase(),
    `equity ${account.equity.toFixed(2)} ${account.currency}`,
    `day ${signed(account.dayPnl)}`,
    `drawdown ${(account.drawdownFraction * 100).toFixed(2)} %`,
    `orders ${working}`,
    held.length === 0 ? 'flat' : held.join(', '),
    feed.ended ? 'recording ended' : `data ${ageText(view.dataAgeMs)}`,
  ];
  return safeText(words.join('  '), MAX_LINE);
}

/** One line of the log, in words only. */
export function logLine({ time, level, category, message }: SessionView['log'][number]): string {
  const mark = level === 'warn' || level === 'error' ? `${level}  ` : '';
  return `${timeText(time)}  ${category}  ${mark}${safeText(message)}`;
}

/** Everything the console shows first, without a screen. */
export function screenText(view: SessionView): string {
  const lines = [statusLine(view), `state: ${view.account.stateReason}`];
  const { recovered } = view;
  if (recovered !== null) {
    const { records, positions, openOrders } = recovered;
    lines.push(`recovered: ${records} records, ${positions} positions, ${openOrders} orders`);
  }
  lines.push('', 'markets');
  for (const market of view.markets) {
    const price = market.lastPrice?.toFixed(market.priceDigits) ?? '-';
    const change = market.changeFraction;
    lines.push(`  ${market.symbol}  ${price}  ${change === null ? '-' : percent(change)}`);
  }
  lines.push('', 'positions', ...orNone(view.positions.map(positionText)));
  const working = view.orders.filter(isWorking);
  lines.push('', 'orders', ...orNone(working.map(orderText)));
  lines.push('', 'strategies', ...orNone(view.strategies.map(strategyText)));
  return lines.map((line) => safeText(line)).join('\n');
}

function positionText(one: SessionView['positions'][number]): string {
  const { stopPrice, rests } = one.protection;
  const stop = stopPrice === null ? 'no stop' : `stop ${toText(stopPrice)} (${rests ?? 'nowhere'})`;
  const open = one.unrealizedPnl === null ? '-' : signed(one.unrealizedPnl);
  const size = `${one.positionSide} ${toText(one.quantity)}`;
  return `${one.symbol}  ${size}  entry ${toText(one.entryPrice)}  P&L ${open}  ${stop}`;
}

function orderText(order: SessionView['orders'][number]): string {
  const price = order.price ?? order.triggerPrice;
  const at = price === null ? '' : ` at ${toText(price)}`;
  const what = `${order.side} ${toText(order.quantity)} ${order.type}${at}`;
  return `${order.id}  ${order.symbol}  ${what}  ${order.status}  ${order.strategyId}`;
}

function strategyText(one: SessionView['strategies'][number]): string {
  const state = one.enabled ? (one.warmingUp > 0 ? `warming up ${one.warmingUp}` : 'on') : 'off';
  return `${one.id}  ${state}  ${one.symbols.join(',')} ${one.timeframe}  P&L ${signed(one.netPnl)}`;
}

const orNone = (lines: readonly string[]): string[] =>
  lines.length === 0 ? ['  none'] : lines.map((line) => `  ${line}`);

const timeText = (time: number): string => new Date(time).toISOString().slice(0, 19) + 'Z';
const signed = (value: number): string => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(2)}`;
const percent = (fraction: number): string => `${signed(fraction * 100)} %`;
const ageText = (ms: number | null): string => (ms === null ? '-' : inSeconds(ms));
