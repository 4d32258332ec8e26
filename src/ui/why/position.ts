import type { SessionView } from '../../app/session-types.ts';
import { toNumber } from '../../domain/decimal.ts';
import { isWorking } from '../../domain/order.ts';
import { isOnPaper } from '../mode.ts';
import type { PositionView } from '../slices.ts';
import {
  formatAge,
  formatWhen,
  formatDecimal,
  formatNumber,
  formatPercent,
  formatSigned,
  words,
} from '../text/format.ts';
import type { Row } from '../text/rows.ts';
import { fact, wrapped } from './facts.ts';

/** A position, what it has cost and what protects it. */
export function positionRows(
  position: PositionView,
  view: SessionView,
  width: number,
): readonly Row[] {
  const { protection, priceDigits } = position;
  const price = (value: PositionView['entryPrice'] | null): string =>
    formatDecimal(value, priceDigits);
  const guards = view.orders.filter(
    (order) => order.symbol === position.symbol && order.role === 'protective' && isWorking(order),
  );
  const inR = (value: number | null): string =>
    value === null ? '' : `   ${formatSigned(value, 2)} R`;
  const trail =
    protection.trailFraction === null
      ? ''
      : `  trails by ${formatPercent(protection.trailFraction, 2)} %`;
  return [
    fact(
      'holds',
      `${position.positionSide} ${formatDecimal(position.quantity, position.quantityDigits)} from ${price(position.entryPrice)}`,
    ),
    fact(
      'opened',
      `${formatWhen(position.openedTime, view.now)} UTC, ${formatAge(view.now - position.openedTime)} ago, by ${position.strategyIds.join(', ')}`,
    ),
    fact(
      'mark',
      `${formatNumber(position.markPrice, priceDigits)}   ${formatPercent(position.exposureFraction, 1)} % of equity`,
    ),
    fact('unrealized', `${formatSigned(position.unrealizedPnl, 2)}${inR(position.rMultiple)}`),
    fact('MFE', `${formatSigned(position.maxFavorable, 2)}${inR(position.maxFavorableR)}`),
    fact('MAE', `${formatSigned(position.maxAdverse, 2)}${inR(position.maxAdverseR)}`),
    fact(
      'paid',
      `fees ${formatNumber(toNumber(position.feesPaid), 2)}  funding ${formatNumber(toNumber(position.fundingPaid), 2)}`,
    ),
    fact('stop', `${price(protection.stopPrice)}  rests: ${protection.rests ?? 'nowhere'}${trail}`),
    fact(
      'target',
      `${price(protection.targetPrice)}${protection.watchesTarget === true ? '  watched by this program, only while it runs' : ''}`,
    ),
    fact('worst case', `${formatSigned(protection.worstCase, 2)}   ${slippageNote(position)}`),
    ...guards.map((order) =>
      fact(
        'protection',
        `${words(order.type, '-')} ${formatDecimal(order.quantity, order.quantityDigits)} at ${price(order.triggerPrice ?? order.price)}  ${words(order.status, ' ')}`,
      ),
    ),
    ...(guards.length === 0 && protection.stopPrice === null
      ? wrapped(
          position.isDust ? DUST : 'nothing protects this position: the whole notional is at risk',
          width,
        )
      : []),
    ...(guards.length > 0 && protection.worstCase === null && position.markPrice !== null
      ? wrapped('a part of this position has no stop: its notional is at risk', width)
      : []),
    ...wrapped(downText(view, protection.rests), width),
  ];
}

/** A rest that no order of the venue's size can be made for (F25). */
export const DUST = 'dust: smaller than any order the venue takes; it closes with a larger order';

/** What a stop does not promise: the price it fills at. */
export function slippageNote({ protection, markPrice, quantity }: PositionView): string {
  if (protection.worstCase === null) return 'without a stop the whole notional is at risk';
  const { slippageBps } = protection;
  if (slippageBps === null || markPrice === null) return 'slippage and gaps come on top';
  const cost = (-slippageBps / 10_000) * markPrice * toNumber(quantity);
  return `slippage comes on top: ${formatNumber(slippageBps, 1)} bp lately, ${formatSigned(cost, 2)}`;
}

/** What becomes of protection when this process ends (DECISIONS 33). */
export function downText(
  session: Pick<SessionView, 'mode' | 'drill' | 'account'>,
  rests: PositionView['protection']['rests'],
): string {
  if (isOnPaper(session)) return 'simulated: nothing runs while this process is down';
  const dies = 'if this process dies now:';
  if (rests === 'engine') return `${dies} the stop dies with it, nothing protects the position`;
  if (rests === 'unknown') return `${dies} perhaps nothing protects it: the stop is not confirmed`;
  const { deadManSeconds } = session.account;
  if (rests === null) return `${dies} nothing protects the position`;
  if (deadManSeconds === null) return `${dies} the stop stays at the venue`;
  return `${dies} the stop stays at the venue for ${String(deadManSeconds)} s, then its dead-man timer may cancel it too`;
}
