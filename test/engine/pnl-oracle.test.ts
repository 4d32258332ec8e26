// P&L by symbol, strategy and day against a second set of books: cash flows of the journal's fills.
import { expect, test } from 'vitest';

import { SIMULATED_ACCOUNT, toRuntimes } from '../../src/app/simulation.ts';
import { createAccountRun } from '../../src/backtest/account-run.ts';
import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { MarketEvent } from '../../src/domain/event.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { makeView } from '../../src/engine/make-view.ts';
import type { PnlRow } from '../../src/engine/view.ts';
import { demoMarkets } from '../../src/exchange/demo/markets.ts';
import { createDemoFeed } from '../../src/exchange/demo/scenario.ts';
import { createDigest } from '../../src/store/digest.ts';
import { NEXT_OPEN, NO_LIMITS } from '../support/backtest-kit.ts';
import { instance } from '../support/session-kit.ts';

/** What one strategy did in one market: what it received less what it paid, and what is there. */
interface Line {
  readonly strategy: string;
  readonly symbol: string;
  cash: number;
  quantity: number;
  fees: number;
  funding: number;
  trips: number;
}

class SecondBooks {
  readonly lines: Line[] = [];
  /** Realized less fees and funding, by UTC date. */
  readonly days = new Map<string, number>();
  readonly prices = new Map<string, number>();
  private readonly owners = new Map<string, string>();
  /** The account's holding of a market and what it cost, at average cost. */
  private readonly held = new Map<string, { quantity: number; cost: number }>();
  private realized = 0;

  record(body: RecordBody, time: number): void {
    const before = this.realized;
    if (body.kind === 'orderCreated') this.owners.set(body.orderId, body.request.strategyId);
    else if (body.kind === 'fill') this.fill(body);
    else if (body.kind === 'funding') this.pay(body.symbol, toNumber(body.amount));
    else return;
    const day = new Date(time).toISOString().slice(0, 10);
    this.days.set(day, (this.days.get(day) ?? 0) + this.realized - before);
  }

  private fill(body: Extract<RecordBody, { kind: 'fill' }>): void {
    const line = this.line(this.owners.get(body.orderId) ?? '', body.symbol);
    const [price, fee] = [toNumber(body.price), toNumber(body.feeQuote)];
    const change = toNumber(body.quantity) * (body.side === 'buy' ? 1 : -1);
    const before = line.quantity;
    line.cash -= change * price;
    line.fees += fee;
    line.quantity = clean(before + change);
    if (before !== 0 && Math.sign(line.quantity) !== Math.sign(before)) line.trips += 1;
    // What was received for it is realized as far as it does not turn into something held.
    const held = this.held.get(body.symbol) ?? { quantity: 0, cost: 0 };
    const quantity = clean(held.quantity + change);
    let cost = quantity * price;
    if (held.quantity * change >= 0) cost = held.cost + change * price;
    else if (quantity * held.quantity > 0) cost = held.cost * (quantity / held.quantity);
    this.realized += cost - held.cost - change * price - fee;
    this.held.set(body.symbol, { quantity, cost });
  }

  private pay(symbol: string, amount: number): void {
    const holders = this.lines.filter((one) => one.symbol === symbol && one.quantity !== 0);
    const total = holders.reduce((sum, { quantity }) => sum + quantity, 0);
    for (const one of holders) one.funding += amount * (one.quantity / total);
    this.realized -= amount;
  }

  private line(strategy: string, symbol: string): Line {
    const known = this.lines.find((one) => one.strategy === strategy && one.symbol === symbol);
    if (known) return known;
    const line = { strategy, symbol, cash: 0, quantity: 0, fees: 0, funding: 0, trips: 0 };
    this.lines.push(line);
    return line;
  }

  /** What a row of the view must say of the lines picked. */
  sum(pick: (line: Line) => boolean): Pick<PnlRow, 'feesPaid' | 'fundingPaid' | 'netPnl'> & {
    readonly roundTrips: number;
  } {
    const sum = { feesPaid: 0, fundingPaid: 0, netPnl: 0, roundTrips: 0 };
    for (const { symbol, cash, quantity, fees, funding, trips } of this.lines.filter(pick)) {
      sum.feesPaid += fees;
      sum.fundingPaid += funding;
      sum.netPnl += cash + quantity * (this.prices.get(symbol) ?? 0) - fees - funding;
      sum.roundTrips += trips;
    }
    return sum;
  }
}

const clean = (quantity: number): number => (Math.abs(quantity) < 1e-9 ? 0 : quantity);

/** The newest price of a market: its mark where it has one, else its newest print. */
function priceOf(event: MarketEvent): number | null {
  if (event.kind === 'mark') return event.markPrice;
  if (event.kind !== 'trades' || event.symbol.includes(':')) return null;
  return event.trades.at(-1)?.price ?? null;
}

test('P&L by market, strategy and day is what the cash flows of the fills say', () => {
  const books = new SecondBooks();
  const symbols = ['BTC/USDT', 'ETH/USDT'];
  const perpetual = ['BTC/USDT:USDT'];
  // Over a funding at 00:00, which also begins a day.
  const startTime = Date.UTC(2026, 0, 6, 22);
  const feed = createDemoFeed({ seed: 3, startTime });
  const run = createAccountRun({
    feed,
    markets: demoMarkets(),
    runtimes: [
      instance('sma-cross', { fast: 2, slow: 5 }, { symbols, stopFraction: 0.002 }),
      instance('ema-cross', { fast: 2, slow: 7 }, { symbols, targetFraction: 0.002 }),
      instance('breakout', { direction: 'both' }, { symbols: perpetual, trailFraction: 0.003 }),
      instance('macd', { direction: 'both' }, { symbols: perpetual }),
    ].flatMap(toRuntimes),
    limits: NO_LIMITS,
    model: NEXT_OPEN,
    cash: decimal('10000'),
    accountId: SIMULATED_ACCOUNT,
    mode: 'demo',
    seed: 3,
    version: 'test',
    startTime,
    start: true,
    journal: createMemoryJournal(createDigest()),
    onRecord: (body, { t }) => books.record(body, t),
  });
  let looks = 0;
  const end = startTime + 4 * 3_600_000;
  for (let event = feed.next(); event && event.time < end; event = feed.next()) {
    run.drive(event);
    const price = priceOf(event);
    if (price !== null && event.kind !== 'checkpoint') books.prices.set(event.symbol, price);
    if (run.state.market.events % 2000 !== 0) continue;
    const { pnl, positions, account } = makeView(run.state);
    for (const row of pnl.bySymbol) {
      expectRow(
        row,
        books.sum(({ symbol }) => symbol === row.key),
      );
    }
    for (const row of pnl.byStrategy) {
      expectRow(
        row,
        books.sum(({ strategy }) => strategy === row.key),
      );
    }
    const equity = 10_000 + books.sum(() => true).netPnl;
    expect(account.equity).toBeCloseTo(equity, 5);
    for (const { symbol, exposureFraction } of positions) {
      const own = books.lines.filter((line) => line.symbol === symbol);
      const quantity = own.reduce((sum, line) => sum + line.quantity, 0);
      const exposure = Math.abs(quantity * (books.prices.get(symbol) ?? Number.NaN));
      expect(exposureFraction).toBeCloseTo(exposure / equity, 8);
    }
    looks += 1;
  }
  const { byDay, fundingPaid, bySymbol } = makeView(run.state).pnl;
  expect(byDay.map(({ key }) => key)).toEqual(['2026-01-06', '2026-01-07']);
  for (const { key, netPnl } of byDay) expect(netPnl).toBeCloseTo(books.days.get(key) ?? NaN, 6);
  expect(looks).toBeGreaterThan(20);
  expect(bySymbol).toHaveLength(3);
  expect(toNumber(fundingPaid)).not.toBe(0);
});

function expectRow(row: PnlRow, sum: ReturnType<SecondBooks['sum']>): void {
  expect(row.feesPaid).toBeCloseTo(sum.feesPaid, 6);
  expect(row.fundingPaid).toBeCloseTo(sum.fundingPaid, 6);
  expect(row.netPnl).toBeCloseTo(sum.netPnl, 5);
  expect(row.roundTrips).toBe(sum.roundTrips);
}
