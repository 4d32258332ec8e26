// What a venue changes about its markets while they are traded.
import { describe, expect, test } from 'vitest';

import { stateCodec } from '../../src/app/state/codec.ts';
import { decimal, toNumber, toText } from '../../src/domain/decimal.ts';
import type { Market } from '../../src/domain/market.ts';
import type { RecordBody } from '../../src/domain/record.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import { ACCOUNT, PERPETUAL, SPOT, puppet, ticket } from '../support/builders.ts';
import { Outside } from './outside.ts';

const COARSE: Market = {
  ...SPOT,
  tickSize: decimal('0.5'),
  stepSize: decimal('0.1'),
  minQuantity: decimal('0.1'),
};

const changed = (of: {
  markets?: readonly Market[];
  gone?: readonly string[];
  back?: readonly string[];
}) =>
  ({
    kind: 'marketsChanged',
    accountId: ACCOUNT,
    markets: of.markets ?? [],
    gone: of.gone ?? [],
    back: of.back ?? [],
  }) as const;

const protections = (at: Outside): string[] =>
  at
    .working()
    .filter(({ role }) => role === 'protective')
    .map(({ quantity, triggerPrice, price }) => {
      const level = triggerPrice ?? price;
      return `${toText(quantity)} at ${level === null ? 'the market' : toText(level)}`;
    });

/** 1.23 coins, a stop and a target on the old grid. */
function holding(abilities: ConstructorParameters<typeof Outside>[0] = {}): Outside {
  const at = Outside.ready(abilities);
  const bracket = { stopPrice: decimal('95.13'), targetPrice: decimal('110.13') };
  const entry = at.order({ quantity: decimal('1.23'), ...bracket });
  at.accept(entry);
  at.fill(entry, { quantity: '1.23' });
  return at;
}

describe('a grid that becomes coarser', () => {
  test('is told in words', () => {
    const at = holding();
    at.tell(changed({ markets: [COARSE] }));
    expect(at.notices.at(-1)).toBe(
      'warn BTC/USDT: price step 0.01 → 0.5, quantity step 0.001 → 0.1, smallest quantity 0.001 → 0.1',
    );
  });

  test('an order of the operator off it is denied, one on it leaves', () => {
    const at = Outside.ready();
    at.tell(changed({ markets: [COARSE] }));
    const before = at.working().length;
    const off = ticket({ type: 'limit', price: decimal('99.13'), quantity: decimal('1.23') });
    at.command({ kind: 'placeOrder', ticket: off, pressId: 'off' });
    expect(at.working()).toHaveLength(before);
    expect(at.of('denied').map(({ code }) => code)).toEqual(['INVALID_NUMBER']);
    at.order({ type: 'limit', price: decimal('99.5'), quantity: decimal('1.2') });
    expect(at.working()).toHaveLength(before + 1);
  });

  test('stop and target are cut to it, away from the price, when they are made anew', () => {
    const at = holding();
    expect(protections(at)).toEqual(['1.23 at 95.13', '1.23 at 110.13']);
    at.tell(changed({ markets: [COARSE] }));
    for (const order of at.working()) {
      const { id: orderId } = order;
      at.accept(order);
      at.tell({ kind: 'canceled', orderId, reason: 'the market changed' });
    }
    expect(protections(at)).toEqual(['1.2 at 95', '1.2 at 110.5']);
    expect(at.of('denied')).toEqual([]);
  });

  test('an exit sells what is on it', () => {
    const at = holding();
    at.tell(changed({ markets: [COARSE] }));
    at.command({ kind: 'closePosition', symbol: SPOT.symbol, pressId: 'x' });
    const [exit] = at.working().filter(({ role }) => role === 'exit');
    expect(exit && toText(exit.quantity)).toBe('1.2');
  });

  test('a stop is moved though what is held is off it', () => {
    const at = holding();
    at.tell(changed({ markets: [COARSE] }));
    const [stop] = at.working().filter(({ type }) => type === 'stop');
    if (!stop) throw new Error('no stop');
    at.accept(stop);
    const to = { triggerPrice: decimal('96'), price: null, quantity: null };
    at.command({ kind: 'amendOrder', orderId: stop.id, ...to, pressId: 'move' });
    expect(at.of('denied')).toEqual([]);
    expect(at.of('amendRequested').map(({ triggerPrice }) => triggerPrice)).toEqual([
      decimal('96'),
    ]);
  });
});

describe('a market that is not traded any more', () => {
  const gone = (): Outside => {
    const at = holding();
    at.tell(changed({ gone: [SPOT.symbol] }));
    return at;
  };

  test('is halted by itself: entries are refused, exits may be tried', () => {
    const at = gone();
    expect(at.scope(`symbol ${SPOT.symbol}`)).toBe('halted');
    at.command({ kind: 'placeOrder', ticket: ticket(), pressId: 'in' });
    expect(at.of('denied').map(({ code, value }) => `${code} ${value}`)).toEqual([
      'TRADING_STATE halted',
    ]);
    at.command({ kind: 'closePosition', symbol: SPOT.symbol, pressId: 'out' });
    expect(at.working().some(({ role }) => role === 'exit')).toBe(true);
  });

  test('its protection stays, its working entries are canceled', () => {
    const at = holding();
    const entry = at.order({ type: 'limit', price: decimal('90') });
    at.accept(entry);
    at.tell(changed({ gone: [SPOT.symbol] }));
    expect(at.find(entry.id)?.status).toBe('pendingCancel');
    expect(protections(at)).toEqual(['1.23 at 95.13', '1.23 at 110.13']);
  });

  test('stays halted when it is back, until the operator resumes it', () => {
    const at = gone();
    at.tell(changed({ back: [SPOT.symbol] }));
    const scope = `symbol ${SPOT.symbol}`;
    expect(at.scope(scope)).toBe('halted');
    const phrase = SPOT.symbol;
    at.command({ kind: 'resumeScope', scope: { symbol: SPOT.symbol }, phrase });
    expect(at.scope(scope)).toBeUndefined();
  });
});

test('the journal alone gives the same books after a change', () => {
  const codec = stateCodec();
  const money = codec.initial();
  const base = createMemoryJournal({ update: () => undefined, hex: () => '' });
  const at = holding({
    journal: {
      ...base,
      append(body: RecordBody, when) {
        const n = base.append(body, when);
        codec.fold(money, codec.decode(codec.encode(body, { n, ...when })));
        return n;
      },
    },
  });
  at.tell(changed({ markets: [COARSE], gone: [PERPETUAL.symbol] }));
  at.command({ kind: 'closePosition', symbol: SPOT.symbol, pressId: 'x' });
  const [exit] = at.working().filter(({ role }) => role === 'exit');
  if (!exit) throw new Error('no exit');
  at.accept(exit);
  at.fill(exit, { quantity: '1.2', price: '101.5' });
  expect(money.markets.get(SPOT.symbol)).toEqual(COARSE);
  expect(toNumber(money.positions.get(SPOT.symbol)?.quantity ?? decimal('0'))).toBe(0.03);
  for (const part of ['markets', 'positions', 'balances', 'ledgers', 'scopes'] as const) {
    expect(money[part]).toEqual(at.money[part]);
  }
});

test('what is watched here is looked at where two holdings offset each other', () => {
  const { symbol } = PERPETUAL;
  const strategy = puppet();
  const other = {
    id: 'other',
    definition: strategy.definition,
    params: {},
    symbol,
    timeframe: '1m',
    sizing: { kind: 'percent', value: 1 },
    stopFraction: null,
    targetFraction: null,
    trailFraction: null,
    enabled: true,
  } as const;
  const abilities = { stops: false, trailingStops: false, oco: false, amend: false };
  const at = Outside.ready({ markets: [PERPETUAL], runtimes: [other], abilities });
  at.candle(100, symbol);
  const entry = at.order({ symbol, stopPrice: decimal('95') });
  at.accept(entry);
  at.fill(entry);
  // A strategy is short as much: the account holds nothing.
  strategy.next = [{ kind: 'target', symbol, positionSide: 'short', reason: 'turned' }];
  at.candle(100, symbol);
  const short = at.working().find(({ strategyId }) => strategyId === 'other');
  if (!short) throw new Error('no short');
  at.accept(short);
  at.fill(short, { quantity: toText(short.quantity) });
  expect(at.money.positions.get(symbol)?.quantity).toBe(decimal('0'));
  at.candle(94, symbol);
  const [close] = at.working().filter(({ role }) => role === 'protective');
  expect(close?.reason).toBe('stop 95 reached, watched by this program');
});
