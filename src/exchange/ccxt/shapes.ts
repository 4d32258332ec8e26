import { isTriggerType, ORDER_TYPES, type OrderType } from '../../domain/order.ts';
import type { ExchangeRow, OrderShape, Proof } from './row.ts';

/** How far an exchange is proven, in words. */
export const PROOF_WORDS: Readonly<Record<Proof, string>> = {
  emulator: 'end to end, against a local exchange',
  golden: 'recorded requests and answers',
  none: 'market data only',
};

/** A shape in words, such as `limit post-only` or `stopLimit`. */
export function shapeName({ type, timeInForce, postOnly }: OrderShape): string {
  const flags = [
    ...(postOnly ? ['post-only'] : []),
    ...(timeInForce === 'GTC' ? [] : [timeInForce]),
  ];
  return [type, ...flags].join(' ');
}

/** Orders that do not rest at this exchange: Tapedeck watches their trigger itself. */
export function watchedHere({ shapes }: Pick<ExchangeRow, 'shapes'>): readonly OrderType[] {
  const rests = new Set(shapes.map(({ type }) => type));
  // A stop with a limit far beyond it stands in for a plain one.
  if (rests.has('stopLimit')) rests.add('stop');
  return ORDER_TYPES.filter((type) => isTriggerType(type) && !rests.has(type));
}
