/**
 * Stops and targets that the venue cannot hold for us: this program watches the price and closes by
 * itself. They are the bracket of the holding, which the journal has, so a restart goes on with
 * them; while the program is down nobody watches.
 */
import {
  type Decimal,
  abs,
  gt,
  isPositive,
  sub,
  toNumber,
  toReadableText,
} from '../domain/decimal.ts';
import { required } from '../domain/errors.ts';
import type { Market } from '../domain/market.ts';
import { SECOND_MS } from '../domain/time.ts';
import { describeDenial } from '../domain/verdict.ts';
import { isDust } from '../execution/dust.ts';
import { type Ledger, ledgerKey } from '../execution/money.ts';
import { createOrder, exitRequest, isUnheard } from '../execution/orders.ts';
import {
  coverableQuantity,
  hasWorkingExit,
  protect,
  protectiveOrders,
  release,
} from '../execution/protection.ts';
import { trailLevel, watchedOf } from '../execution/watched-parts.ts';
import type { StepContext } from './step-context.ts';

/** A trailing stop is moved when it would be better by this part of its distance. */
const TRAIL_STEP = 0.1;
/** A close that the rules denied is asked for again after this. */
const AGAIN_MS = 30 * SECOND_MS;

/** A new price of a symbol: what is watched here is looked at, in every trading state. */
export function watchTriggers(ctx: StepContext, symbol: string): void {
  const price = ctx.lastPrice(symbol);
  if (!ctx.isOutside || !(price > 0)) return;
  for (const ledger of ctx.money.ledgers.values()) {
    if (ledger.symbol === symbol && ledger.bracket !== null) watchLedger(ctx, ledger, price);
  }
}

function watchLedger(ctx: StepContext, ledger: Ledger, price: number): void {
  const { symbol, position, bracket } = ledger;
  const market = required(ctx.money.markets.get(symbol), symbol);
  if (bracket === null) return;
  const watched = watchedOf(bracket, { abilities: ctx.abilities, market });
  if (!watched.stop && !watched.target && !watched.trail) return;
  if (isDust(ctx, { symbol, quantity: position.quantity })) return;
  const { trailFraction } = bracket;
  if (watched.trail && trailFraction !== null) {
    followTrail(ctx, ledger, { price, fraction: trailFraction, market });
  }
  const { stopPrice = null } = ledger.bracket ?? {};
  const away = isPositive(position.quantity) ? 1 : -1;
  const isBeyond = (level: Decimal | null, sense: number): level is Decimal =>
    level !== null && (price - toNumber(level)) * sense >= 0;
  if (watched.stop && isBeyond(stopPrice, -away)) fire(ctx, ledger, 'stop', stopPrice);
  else if (watched.target && isBeyond(bracket.targetPrice, away)) {
    fire(ctx, ledger, 'target', bracket.targetPrice);
  }
}

/** Moves the stop of a trail with the price, in steps: each is a request to the venue. */
function followTrail(
  ctx: StepContext,
  ledger: Ledger,
  of: { readonly price: number; readonly fraction: number; readonly market: Market },
): void {
  const { strategyId, symbol, position } = ledger;
  const before = ledger.bracket?.stopPrice ?? null;
  const stopPrice = trailLevel(ledger, of);
  if (before !== null) {
    const isNearer = isPositive(position.quantity) ? gt(stopPrice, before) : gt(before, stopPrice);
    const gain = toNumber(abs(sub(stopPrice, before)));
    if (!isNearer || gain < of.price * of.fraction * TRAIL_STEP) return;
    // What is on its way is not overtaken.
    if (protectiveOrders(ctx, ledger).some((one) => isUnheard(one) || isSubmitted(one))) return;
  }
  ctx.record({ kind: 'stopMoved', strategyId, symbol, stopPrice });
  protect(ctx, ledger);
}

const isSubmitted = ({ status }: { readonly status: string }): boolean => status === 'submitted';

/** Closes the holding at the market; as protection, which passes in every state (DECISIONS 13). */
function fire(ctx: StepContext, ledger: Ledger, what: 'stop' | 'target', level: Decimal): void {
  if (ctx.money.trading.state === 'flattening' || hasWorkingExit(ctx, ledger)) return;
  const key = ledgerKey(ledger.strategyId, ledger.symbol);
  const failed = ctx.truth.unprotected.get(key);
  if (failed && Number.isFinite(failed.due) && ctx.now() < failed.due) return;
  // More coins than the account has are refused whole, and with them the close of the rest.
  const quantity = coverableQuantity(ctx.money, ledger);
  if (isDust(ctx, { symbol: ledger.symbol, quantity })) return;
  const reason = `${what} ${toReadableText(level)} reached, watched by this program`;
  const request = exitRequest(ctx.money, ledger, { quantity, reason });
  const verdict = ctx.review({ ...request, role: 'protective' });
  if (!verdict.ok) {
    ctx.truth.unprotected.set(key, { refusals: 1, due: ctx.now() + AGAIN_MS });
    const why = describeDenial(verdict.verdict);
    const text = `${ledger.symbol}: ${reason}, but closing was denied: ${why}`;
    return ctx.send({ kind: 'notice', level: 'error', text });
  }
  release(ctx, ledger, reason);
  createOrder(ctx, verdict.approved);
  ctx.send({ kind: 'notice', level: 'info', text: `${ledger.symbol}: ${reason}` });
}
