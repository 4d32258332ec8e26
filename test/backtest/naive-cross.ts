/**
 * A second opinion on `backtest`: the cross of two averages with fills at the next open, written
 * straight from its words with floats and arrays, sharing no line with the program.
 */
export interface NaiveInput {
  readonly times: readonly number[];
  readonly opens: readonly number[];
  readonly closes: readonly number[];
  readonly fast: number;
  readonly slow: number;
  readonly cash: number;
  readonly feeRate: number;
  /** Part of equity in every entry. */
  readonly part: number;
  readonly short: boolean;
  /** Grid of quantities. */
  readonly step: number;
}

export interface NaiveTrade {
  readonly openTime: number;
  readonly closeTime: number;
  readonly side: 'long' | 'short';
  readonly quantity: number;
  readonly entryPrice: number;
  readonly exitPrice: number;
  readonly pnl: number;
  readonly fees: number;
}

export interface NaiveResult {
  readonly trades: readonly NaiveTrade[];
  readonly equity: readonly number[];
  readonly held: number;
  /** Signed quantity and its entry notional at the end. */
  readonly open: { readonly quantity: number; readonly notional: number };
  readonly feesPaid: number;
}

export function naiveCross(input: NaiveInput): NaiveResult {
  const { times, opens, closes, cash, feeRate, step } = input;
  const trades: NaiveTrade[] = [];
  const equity: number[] = [];
  let realized = 0;
  let feesPaid = 0;
  let held = 0;
  let position = { quantity: 0, price: 0, time: 0, fee: 0 };
  let wanted: { quantity: number } | null = null;
  const worth = (price: number): number =>
    cash + realized - feesPaid + position.quantity * (price - position.price);
  for (let i = 0; i < closes.length; i++) {
    const open = opens[i] ?? 0;
    const close = closes[i] ?? 0;
    const time = times[i] ?? 0;
    let wasHeld = position.quantity !== 0;
    if (wanted !== null) {
      if (position.quantity !== 0) {
        const size = Math.abs(position.quantity);
        const fee = size * open * feeRate;
        const gain = position.quantity * (open - position.price);
        trades.push({
          openTime: position.time,
          closeTime: time,
          side: position.quantity > 0 ? 'long' : 'short',
          quantity: size,
          entryPrice: position.price,
          exitPrice: open,
          pnl: gain - fee - position.fee,
          fees: fee + position.fee,
        });
        realized += gain;
        feesPaid += fee;
        position = { quantity: 0, price: 0, time: 0, fee: 0 };
      }
      if (wanted.quantity !== 0) {
        const fee = Math.abs(wanted.quantity) * open * feeRate;
        feesPaid += fee;
        position = { quantity: wanted.quantity, price: open, time, fee };
        wasHeld = true;
      }
      wanted = null;
    }
    const cross = crossAt(closes, i, input);
    const side = cross === 1 ? 1 : cross === -1 && input.short ? -1 : 0;
    if (cross !== 0 && side !== Math.sign(position.quantity)) {
      const size = Math.floor((worth(close) * input.part) / close / step + 1e-6) * step;
      wanted = { quantity: side * size };
    }
    if (wasHeld) held += 1;
    equity.push(worth(close));
  }
  const { quantity, price } = position;
  return { trades, equity, held, open: { quantity, notional: quantity * price }, feesPaid };
}

/** 1 where the fast mean crosses above the slow one at this close, -1 below, strictly on both. */
function crossAt(
  closes: readonly number[],
  i: number,
  of: { readonly fast: number; readonly slow: number },
): number {
  if (i < of.slow) return 0;
  const mean = (end: number, count: number): number => {
    let sum = 0;
    for (let k = end - count + 1; k <= end; k++) sum += closes[k] ?? 0;
    return sum / count;
  };
  const before = mean(i - 1, of.fast) - mean(i - 1, of.slow);
  const now = mean(i, of.fast) - mean(i, of.slow);
  // Prices have cents: means that differ by less than this are equal.
  const noise = 1e-9 * (closes[i] ?? 1);
  if (before < -noise && now > noise) return 1;
  return before > noise && now < -noise ? -1 : 0;
}
