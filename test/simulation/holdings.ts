/** Oracles about what is held: protected where that was promised, flat where that was said. */
import {
  type Decimal,
  ZERO,
  abs,
  add,
  gt,
  isPositive,
  lt,
  min,
  quantize,
  sub,
  toNumber,
  toText,
} from '../../src/domain/decimal.ts';
import { isProtectiveStop } from '../../src/domain/order.ts';
import { type Ledger, type MoneyState, ledgerKey, openLedgers } from '../../src/execution/money.ts';
import { closableQuantity, isAlone } from '../../src/execution/orders.ts';
import { watchedOf } from '../../src/execution/watched-parts.ts';
import type { World } from './world.ts';

/** Less than what the exchange takes, in quote, with room for what its price did since. */
const DUST_QUOTE = 6;

/**
 * What is held with a stop has one at work, over all of it, unless an exit is under way or the
 * operator took it away (`bare`, ledgers by key).
 */
export function protectionFaults(
  money: MoneyState,
  world: World,
  bare: ReadonlySet<string>,
): string[] {
  if (money.trading.state === 'flattening') return [];
  return openLedgers(money).flatMap((ledger) => {
    const { bracket, strategyId, symbol } = ledger;
    const own = [...money.working.values()].filter(
      (order) => order.strategyId === strategyId && order.symbol === symbol,
    );
    const { abilities } = world.exchange.rules;
    const market = world.exchange.markets.get(symbol);
    const isWatched = bracket && market && watchedOf(bracket, { abilities, market }).stop;
    const hasStop = bracket !== null && (bracket.stopPrice ?? bracket.trailFraction) !== null;
    const wantsStop = hasStop && isWatched === false;
    const quantity = coverable(money, world, ledger);
    if (quantity === null) return [];
    const isSmall = toNumber(quantity) * (world.market.last.get(symbol) ?? 0) < DUST_QUOTE;
    if (!wantsStop || isSmall || own.some(({ role }) => role === 'exit')) return [];
    // What the operator knows not to be there cannot be protected there.
    if (bare.has(ledgerKey(strategyId, symbol)) || money.drifts.has(symbol)) return [];
    const stops = own.filter(isProtectiveStop);
    const covered = stops.reduce((sum, one) => add(sum, sub(one.quantity, one.filled)), ZERO);
    if (!gt(abs(sub(covered, quantity)), world.exchange.slack(symbol))) return [];
    const held = `${strategyId} holds ${toText(quantity)} ${symbol}`;
    return [`P: ${held}, its stops cover ${toText(covered)}`];
  });
}

/**
 * What a ledger holds; of coins that another ledger owes, those that the exchange has. Null where
 * it cannot be said whose they are, or where the venue nets what offsets each other.
 */
function coverable(money: MoneyState, world: World, ledger: Ledger): Decimal | null {
  const quantity = closableQuantity(money, ledger);
  if (isAlone(money, ledger)) return quantity;
  const market = world.exchange.markets.get(ledger.symbol);
  const account = world.exchange.account();
  const holders = openLedgers(money).filter(({ symbol, position }) => {
    return symbol === ledger.symbol && isPositive(position.quantity);
  });
  const isSole = holders.length === 1 && holders[0] === ledger;
  if (market?.kind !== 'spot' || !account.ok || !isSole) return null;
  const coins = account.value.positions.get(ledger.symbol) ?? ZERO;
  return min(quantity, quantize(coins, market.stepSize, 'down'));
}

/** Who says that the account is flat is right, but for what the operator knows to be different. */
export function flatFaults(money: MoneyState, world: World): string[] {
  const account = world.exchange.account();
  if (!account.ok) return [];
  return Array.from(account.value.positions).flatMap(([symbol, quantity]) => {
    const value = Math.abs(toNumber(quantity)) * (world.market.last.get(symbol) ?? 0);
    if (value <= DUST_QUOTE || money.drifts.has(symbol)) return [];
    // A coarser grid makes dust of what every ledger has between its steps.
    const least = money.markets.get(symbol)?.minQuantity ?? ZERO;
    const ledgers = openLedgers(money).filter((ledger) => ledger.symbol === symbol);
    if (ledgers.every(({ position }) => lt(abs(position.quantity), least))) return [];
    return [`I3: flat with ${toText(quantity)} ${symbol} at the exchange`];
  });
}
