import { isZero } from '../../domain/decimal.ts';
import type { StrategyStatus } from '../slices.ts';
import { UNKNOWN, formatClock, formatDecimal, formatNumber, formatSigned } from '../text/format.ts';
import { type Row, span } from '../text/rows.ts';
import { verdictRow } from '../text/verdicts.ts';
import { fact, wrapped } from './facts.ts';

/** What a strategy is, thinks and last decided, with every rule's answer. */
export function strategyRows(strategy: StrategyStatus, width: number): readonly Row[] {
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

const shown = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? UNKNOWN);
