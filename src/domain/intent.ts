import type { OrderType, TimeInForce } from './order.ts';
import type { PositionSide } from './position.ts';
import type { Side } from './trade.ts';

/** Stop, target and trail a strategy wants attached, as floats in quote per base. */
export interface WantedProtection {
  readonly stopPrice?: number;
  readonly targetPrice?: number;
  /** Fraction of the price, e.g. 0.02. */
  readonly trailFraction?: number;
}

/**
 * What a strategy or the operator wants done: plain JSON, with a reason for the journal and the
 * screen. Sizes come from the sizing rule unless `share` or `quantity` says otherwise.
 */
export type Intent =
  | ({
      /** Hold this side; nothing happens when we (with working orders) already do. */
      readonly kind: 'target';
      readonly symbol: string;
      readonly positionSide: PositionSide;
      readonly reason: string;
    } & WantedProtection)
  | ({
      readonly kind: 'place';
      readonly symbol: string;
      readonly side: Side;
      readonly type: OrderType;
      readonly price?: number;
      readonly triggerPrice?: number;
      readonly timeInForce?: TimeInForce;
      /** Epoch ms at which a GTD order ends by itself. */
      readonly expireTime?: number;
      readonly postOnly?: boolean;
      readonly reduceOnly?: boolean;
      /** Part of what the sizing rule gives, 0 to 1; default 1. */
      readonly share?: number;
      /** Base units as decimal text, instead of the sizing rule. */
      readonly quantity?: string;
      readonly tag?: string;
      readonly reason: string;
    } & WantedProtection)
  | {
      /** Cancel this strategy's working orders of the symbol: one tag, or all. */
      readonly kind: 'cancel';
      readonly symbol: string;
      readonly tag?: string;
      readonly reason: string;
    };
