import type { EpochMs } from './time.ts';

export type Side = 'buy' | 'sell';

/** A public print on the tape. `side` is the taker's. Quantity in base units. */
export interface Trade {
  readonly time: EpochMs;
  readonly price: number;
  readonly quantity: number;
  readonly side: Side;
}

export const oppositeSide = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
