import { DAY_MS, HOUR_MS, dayStart } from '../domain/time.ts';
import { watchAccount } from './breakers.ts';
import { measureEquity } from './reduce.ts';
import type { StepContext } from './step-context.ts';

/** A higher peak is journaled once it rose by this much: a restart loosens by no more. */
const PEAK_STEP = 0.0005;

/**
 * Values the account at the newest prices and lets the breakers look. What a restart must
 * remember of it (day, peak, hourly sample, trips) leaves as records.
 */
export function markToMarket(ctx: StepContext): void {
  const { state, money } = ctx;
  const { market } = state;
  if (money.run === null) return;
  market.equity = measureEquity(state);
  // After a restart a holding counts at cost until its first price: no measure of a loss.
  if (!isPriced(state)) return;
  if (market.now >= market.nextDay) openDay(ctx);
  const { equity } = market;
  if (equity > market.peak) raisePeak(ctx);
  market.drawdownFraction = market.peak > 0 ? Math.max(0, 1 - equity / market.peak) : 0;
  if (market.drawdownFraction > market.maxDrawdownFraction) {
    market.maxDrawdownFraction = market.drawdownFraction;
  }
  watchAccount(ctx);
}

function isPriced(state: StepContext['state']): boolean {
  for (const symbol of state.market.symbols.values()) {
    if (symbol.quantity !== 0 && symbol.markPrice === 0) return false;
  }
  return true;
}

/** A new trading day (00:00 UTC): daily limits count from the equity it opens with. */
function openDay(ctx: StepContext): void {
  const { accountId } = ctx.money;
  const { now, equity } = ctx.state.market;
  const day = dayStart(now);
  ctx.state.market.nextDay = day + DAY_MS;
  ctx.record({ kind: 'dayOpened', accountId, day, equity });
}

/**
 * The live peak moves with every price; the journal hears of it in steps. The difference is at
 * most PEAK_STEP of the peak.
 */
function raisePeak(ctx: StepContext): void {
  const { market } = ctx.state;
  const { money } = ctx;
  if (market.journaledPeak === 0 || market.equity > market.journaledPeak * (1 + PEAK_STEP)) {
    market.journaledPeak = market.equity;
    ctx.record({ kind: 'equityPeak', accountId: money.accountId, equity: market.equity });
  }
  market.peak = market.equity;
}

/** Journals the equity of a closed hour when it changed since the last sample. */
export function sampleEquity(ctx: StepContext): void {
  const { market } = ctx.state;
  const hour = Math.floor(market.now / HOUR_MS) * HOUR_MS;
  if (hour <= market.sampledHour) return;
  const isFirst = market.sampledHour === 0;
  market.sampledHour = hour;
  if (isFirst || market.equity === market.sampledEquity) return;
  market.sampledEquity = market.equity;
  const { accountId } = ctx.money;
  ctx.record({ kind: 'equitySample', accountId, hour, equity: market.equity });
}
