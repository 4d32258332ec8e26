import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  type Decimal,
  ZERO,
  abs,
  add,
  decimal,
  isNegative,
  lte,
  max,
  mul,
  sign,
  sub,
  toText,
} from '../../../src/domain/decimal.ts';
import {
  ORDER_TYPES,
  type Order,
  hasLimitPrice,
  isTriggerType,
} from '../../../src/domain/order.ts';
import { type Position, applyFill, createPosition } from '../../../src/domain/position.ts';
import type { AccountRecord } from '../../../src/domain/record.ts';
import { Harness, type OrderText, PERPETUAL, SPOT } from './harness.ts';

type Step =
  | { readonly kind: 'submit'; readonly order: OrderText }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'prices'; readonly prices: readonly [number, number, number, number] };

const SYMBOL = { spot: SPOT.symbol, perpetual: PERPETUAL.symbol } as const;
const price = fc.integer({ min: 80, max: 120 });

const order: fc.Arbitrary<OrderText> = fc
  .record({
    type: fc.constantFrom(...ORDER_TYPES),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    quantity: fc.constantFrom('0.5', '1', '2', '7'),
    at: price,
    trigger: price,
    timeInForce: fc.constantFrom('GTC' as const, 'GTC' as const, 'IOC' as const, 'FOK' as const),
    reduceOnly: fc.boolean(),
    cutToFunds: fc.boolean(),
    groupId: fc.constantFrom(null, null, 'g', 'h'),
    role: fc.constantFrom('entry' as const, 'exit' as const, 'protective' as const),
  })
  .map(({ at, trigger, cutToFunds, ...rest }) => ({
    ...rest,
    cutToFunds: cutToFunds && rest.type === 'market',
    ...(hasLimitPrice(rest.type) ? { price: String(at) } : {}),
    ...(rest.type === 'trailingStop' ? { trailFraction: 0.05 } : {}),
    ...(isTriggerType(rest.type) && rest.type !== 'trailingStop'
      ? { triggerPrice: String(trigger) }
      : {}),
  }));

const prices = fc.tuple(price, price, price, price).map(([open, a, b, close]) => {
  const all = [open, a, b, close];
  return [open, Math.max(...all), Math.min(...all), close] as const;
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('submit' as const), order }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat({ max: 9 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('prices' as const), prices }) },
);
const script = fc.array(step, { minLength: 5, maxLength: 60 });

type Kind = keyof typeof SYMBOL;
type Play = (harness: Harness, of: readonly [number, number, number, number]) => void;

const playCandle =
  (kind: Kind): Play =>
  (harness, ohlc) =>
    harness.candle(ohlc, { symbol: SYMBOL[kind] });

/** The same numbers as a small book around one price, then prints at the others. */
const playDepth =
  (kind: Kind): Play =>
  (harness, [open, high, low, close]) => {
    const levels = (sign: 1 | -1): (readonly [number, number])[] =>
      [1, 2, 3].map((n) => [open + sign * n, n / 2] as const);
    harness.book(levels(-1), levels(1), SYMBOL[kind]);
    for (const at of [high, low, close])
      harness.trade(at, 1.5, at > open ? 'buy' : 'sell', SYMBOL[kind]);
  };

function apply(harness: Harness, of: Step, at: { kind: Kind; play: Play; n: number }): void {
  if (of.kind === 'submit')
    harness.submit({ ...of.order, id: `s${at.n}`, symbol: SYMBOL[at.kind] });
  else if (of.kind === 'prices') at.play(harness, of.prices);
  else {
    const open = harness.openOrders();
    const picked = open[of.pick % Math.max(1, open.length)];
    if (picked) harness.cancel(picked);
  }
}

const START = { USDT: decimal('300'), BTC: decimal('3') };
const BALANCES = { USDT: '300', BTC: '3' };
const MODEL = { leverage: 3, slippageBps: 5, spreadFraction: 0.0005 };

/** What a spot account must keep free for its working orders, computed from our side only. */
function reserved(orders: readonly Order[], side: Order['side']): Decimal {
  const groups = new Map<string, Decimal>();
  let sum = ZERO;
  for (const one of orders) {
    if (one.reduceOnly || one.type === 'market' || one.side !== side) continue;
    if (side === 'buy' && one.type === 'trailingStop') continue;
    const rest = sub(one.quantity, one.filled);
    const value = mul(one.price ?? one.triggerPrice ?? ZERO, rest);
    const need = side === 'sell' ? rest : add(value, mul(value, SPOT.takerFeeRate));
    if (one.groupId === null) sum = add(sum, need);
    else groups.set(one.groupId, max(groups.get(one.groupId) ?? ZERO, need));
  }
  for (const need of groups.values()) sum = add(sum, need);
  return sum;
}

const MODES = [
  ['spot', 'candles', playCandle('spot')],
  ['spot', 'book and trades', playDepth('spot')],
  ['perpetual', 'candles', playCandle('perpetual')],
  ['perpetual', 'book and trades', playDepth('perpetual')],
] as const;

describe.each(MODES)('%s on %s, any script of orders, cancels and prices', (kind, _, play) => {
  test('spot never spends what it has not: working orders included', () => {
    if (kind !== 'spot') return;
    fc.assert(
      fc.property(script, (steps) => {
        const harness = new Harness({ balances: BALANCES, model: MODEL });
        steps.forEach((one, n) => {
          apply(harness, one, { kind, play, n });
          const { balances } = harness.venue.report();
          const open = harness.openOrders();
          const usdt = sub(balances.get('USDT') ?? ZERO, reserved(open, 'buy'));
          const btc = sub(balances.get('BTC') ?? ZERO, reserved(open, 'sell'));
          expect([isNegative(usdt), isNegative(btc)], `${toText(usdt)} ${toText(btc)}`).toEqual([
            false,
            false,
          ]);
        });
      }),
    );
  });

  test('its ledger is the sum of its fills', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const harness = new Harness({ balances: BALANCES, model: MODEL });
        steps.forEach((one, n) => apply(harness, one, { kind, play, n }));
        const report = harness.venue.report();
        const position = createPosition(SYMBOL[kind]);
        let { USDT: usdt, BTC: btc } = START;
        for (const fill of harness.fills()) {
          const market = kind === 'spot' ? SPOT : PERPETUAL;
          const { realizedPnl } = applyFill(position, fill, market);
          const value = mul(fill.price, fill.quantity);
          const buys = fill.side === 'buy';
          usdt = sub(usdt, fill.fee);
          if (kind === 'perpetual') usdt = add(usdt, realizedPnl);
          else {
            usdt = buys ? sub(usdt, value) : add(usdt, value);
            btc = buys ? add(btc, fill.quantity) : sub(btc, fill.quantity);
          }
        }
        expect(toText(report.balances.get('USDT') ?? ZERO)).toBe(toText(usdt));
        expect(toText(report.balances.get('BTC') ?? ZERO)).toBe(toText(btc));
        expect(toText(report.positions.get(SYMBOL[kind]) ?? ZERO)).toBe(toText(position.quantity));
        expect([...report.openOrders].sort()).toEqual(
          harness.openOrders().map((one) => String(one.id)).sort(), // prettier-ignore
        );
      }),
    );
  });

  test('no order overfills, no group fills twice, reduce-only never grows or flips', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const harness = new Harness({ balances: BALANCES, model: MODEL });
        steps.forEach((one, n) => apply(harness, one, { kind, play, n }));
        for (const one of harness.orders.values()) {
          expect(lte(one.filled, one.quantity), `${one.id} overfilled`).toBe(true);
        }
        checkReduceOnly(harness, kind);
        checkGroups(harness);
      }),
    );
  });

  test('its fill ids are unique and number the fills of an order', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const harness = new Harness({ balances: BALANCES, model: MODEL });
        steps.forEach((one, n) => apply(harness, one, { kind, play, n }));
        for (const one of harness.orders.values()) {
          expect(one.fillIds).toEqual(one.fillIds.map((_id, n) => `${one.id}-${n + 1}`));
        }
      }),
    );
  });
});

function checkReduceOnly(harness: Harness, kind: Kind): void {
  const position = createPosition(SYMBOL[kind]);
  for (const fill of harness.fills()) {
    const before = position.quantity;
    applyFill(position, fill, kind === 'spot' ? SPOT : PERPETUAL);
    if (!harness.orders.get(fill.orderId)?.reduceOnly) continue;
    expect(lte(abs(position.quantity), abs(before))).toBe(true);
    expect(sign(position.quantity) * sign(before)).toBeGreaterThanOrEqual(0);
  }
}

/** While both of a pair work, one completing ends the other: at most one fills in full. */
function checkGroups(harness: Harness): void {
  const working = new Map<string, Set<string>>();
  for (const record of harness.answers) {
    if (!('orderId' in record)) continue;
    const { groupId } = harness.orders.get(record.orderId) ?? {};
    if (!groupId) continue;
    const members = working.get(groupId) ?? new Set();
    working.set(groupId, members);
    if (record.kind === 'accepted') members.add(record.orderId);
    if (record.kind === 'canceled' || record.kind === 'rejected') members.delete(record.orderId);
    if (record.kind === 'fill') {
      expect(members.has(record.orderId), `${record.orderId} fills after its group ended`).toBe(
        true,
      );
      const one = harness.orders.get(record.orderId);
      if (one?.status === 'filled' && one.fillIds.at(-1) === record.id) members.delete(one.id);
    }
  }
}

/** What a fill says, without the clock. */
const fillText = (record: AccountRecord): string =>
  record.kind === 'fill'
    ? `${record.id} ${record.side} ${toText(record.quantity)} ${toText(record.price)} ${record.liquidity}`
    : record.kind;

function restarted(of: Harness, kind: Kind): Harness {
  const position: Position = createPosition(SYMBOL[kind]);
  for (const fill of of.fills()) applyFill(position, fill, kind === 'spot' ? SPOT : PERPETUAL);
  const balances = [...of.venue.report().balances].map(([asset, total]) => [asset, toText(total)]);
  return new Harness({
    balances: Object.fromEntries(balances) as Record<string, string>,
    model: MODEL,
    positions: [position],
    openOrders: of.openOrders().map((one) => ({ ...one, fillIds: [...one.fillIds] })),
    time: of.time,
  });
}

test.each(['spot', 'perpetual'] as const)(
  'a %s venue restarted from our books before any candle goes on as if nothing had been',
  (kind) => {
    fc.assert(
      fc.property(script, fc.nat(60), (steps, cut) => {
        const play = playCandle(kind);
        // Before the first price after a restart the venue cannot value anything: cut at a candle.
        const at = steps.findIndex((one, n) => n >= cut && one.kind === 'prices');
        if (at < 0) return;
        const whole = new Harness({ balances: BALANCES, model: MODEL });
        steps.slice(0, at).forEach((one, n) => apply(whole, one, { kind, play, n }));
        const again = restarted(whole, kind);
        whole.take();
        again.take();
        steps.slice(at).forEach((one, n) => {
          for (const harness of [whole, again]) apply(harness, one, { kind, play, n: at + n });
        });
        expect(again.take().map(fillText)).toEqual(whole.take().map(fillText));
      }),
    );
  },
);
