import type { SessionView } from '../../app/session-types.ts';
import type { SettingValue } from '../../domain/command.ts';
import { isZero } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { OrderView, StrategyStatus } from '../slices.ts';
import {
  UNKNOWN,
  count,
  formatWhen,
  formatDecimal,
  formatNumber,
  formatSigned,
  words,
} from '../text/format.ts';
import { type Row, muted, span } from '../text/rows.ts';
import { verdictRow } from '../text/verdicts.ts';
import { fact, wrapped, wrappedFact } from './facts.ts';
import { averagePrice } from './order.ts';

/** What a strategy is, thinks and last decided, with every rule's answer. */
export function strategyRows(
  strategy: StrategyStatus,
  view: SessionView,
  width: number,
): readonly Row[] {
  const held = strategy.positions
    .filter(({ quantity }) => !isZero(quantity))
    .map(
      ({ symbol, quantity }) =>
        `${symbol} ${formatDecimal(quantity, quantityDigits(symbol, view))}`,
    );
  const state = !strategy.enabled
    ? 'off'
    : strategy.warmingUp > 0
      ? `on, ${count(strategy.warmingUp, 'candle')} to go`
      : 'on';
  const trips = count(strategy.roundTrips, 'round trip');
  return [
    ...wrapped(strategy.summary, width),
    fact('state', state),
    fact('runs on', `${strategy.symbols.join(', ')}  ${strategy.timeframe}`),
    ...wrappedFact('parameters', paramsText(strategy), width),
    ...wrappedFact('holds', held.join(', ') || 'nothing', width),
    fact('net P&L', `${formatSigned(strategy.netPnl, 2)} over ${trips}`),
    ...strategy.thoughts.flatMap((thought) => [
      ...wrappedFact('thinks', `${thought.symbol}: ${thought.text}`, width),
      ...wrappedFact('', inputsText(thought.inputs), width),
    ]),
    ...decisionRows(strategy, view, width),
  ];
}

/** Of the symbol's market; eight while it is not known. */
export const quantityDigits = (symbol: string, { markets }: Pick<SessionView, 'markets'>): number =>
  markets.find((one) => one.symbol === symbol)?.quantityDigits ?? 8;

/** The trace: what it saw, what it wanted, what every rule said, and the order that came of it. */
function decisionRows(
  { lastDecision }: StrategyStatus,
  view: SessionView,
  width: number,
): readonly Row[] {
  if (lastDecision === null) return [fact('decision', 'none yet')];
  const { orderId } = lastDecision;
  const order = view.orders.find((one) => one.id === orderId);
  const sent =
    orderId === null ? 'none was sent' : order === undefined ? orderId : orderText(order);
  return [
    [],
    ...wrappedFact(
      'decision',
      `${formatWhen(lastDecision.time, view.now)} UTC  ${lastDecision.symbol}  ${lastDecision.what}`,
      width,
    ),
    ...wrappedFact('because', lastDecision.reason, width),
    ...wrappedFact('inputs', inputsText(lastDecision.inputs) || 'none recorded', width),
    ...(lastDecision.verdicts.length === 0 ? [fact('rules', 'none was asked')] : []),
    ...lastDecision.verdicts.map((verdict, i): Row => [
      muted(`  ${(i === 0 ? 'rules' : '').padEnd(12)}`),
      ...verdictRow(verdict),
    ]),
    [
      muted(`  ${'order'.padEnd(12)}`),
      span(safeText(sent, 200), order ? 'text.strong' : 'text.normal'),
    ],
  ];
}

function orderText(order: OrderView): string {
  const price = averagePrice(order);
  const average = price === null ? '' : ` at ${formatDecimal(price, order.priceDigits)}`;
  const quantity = formatDecimal(order.quantity, order.quantityDigits);
  return `${order.side} ${quantity} ${words(order.type, '-')} ${words(order.status, ' ')}${average}  ${order.id}`;
}

/** `fast 12 (default 10)  slow 30` */
const paramsText = ({ paramInfo }: StrategyStatus): string =>
  paramInfo
    .map(({ name, value, standard }) => {
      const changed = paramText(value) === paramText(standard);
      return `${name} ${paramText(value)}${changed ? '' : ` (default ${paramText(standard)})`}`;
    })
    .join('  ') || 'none';

const inputsText = (inputs: Readonly<Record<string, number | string | boolean | null>>): string =>
  Object.entries(inputs)
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'number' ? inputNumber(value) : paramText(value)}`,
    )
    .join('  ');

/** Prices and ratios side by side: whole numbers as they are, others to four decimals. */
const inputNumber = (value: number): string =>
  formatNumber(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 1000 ? 2 : 4);

/** A setting as one types it; `—` for none. */
export function paramText(value: SettingValue): string {
  if (value === null) return UNKNOWN;
  return safeText(typeof value === 'object' ? value.join(',') : String(value), 60);
}
