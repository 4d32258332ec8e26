import { type Decimal, ZERO } from '../../domain/decimal.ts';
import type { OrderId } from '../../domain/ids.ts';
import type { Order, OrderType } from '../../domain/order.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { Side } from '../../domain/trade.ts';

/** An order somebody else makes on the account: a person on the web, another program. */
export interface OutsideOrder {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal;
  readonly price?: Decimal;
  readonly triggerPrice?: Decimal;
  readonly reduceOnly?: boolean;
  readonly clientOrderId?: string;
}

/** What matching needs of an order that nobody's engine made. */
export function toOrder(asked: OutsideOrder, accountId: string, now: EpochMs): Order {
  return {
    id: '' as OrderId,
    accountId,
    symbol: asked.symbol,
    strategyId: '',
    role: 'exit',
    side: asked.side,
    type: asked.type,
    quantity: asked.quantity,
    price: asked.price ?? null,
    triggerPrice: asked.triggerPrice ?? null,
    trailFraction: null,
    timeInForce: 'GTC',
    postOnly: false,
    reduceOnly: asked.reduceOnly ?? false,
    cutToFunds: false,
    groupId: null,
    bracket: null,
    tag: null,
    reason: '',
    status: 'submitted',
    filled: ZERO,
    filledNotional: ZERO,
    venueOrderId: null,
    createdTime: now,
    updatedTime: now,
    statusReason: null,
    decisionPrice: 0,
    fillIds: [],
  };
}
