import { describe, expect, test } from 'vitest';

import { decimal } from '../../src/domain/decimal.ts';
import type { RejectCode } from '../../src/domain/record.ts';
import { MINUTE_MS } from '../../src/domain/time.ts';
import { Desk, type Puppet, SPOT, hold, market, puppet, request } from '../support/builders.ts';

/** A venue that answers every entry with the same refusal; counts what reaches it. */
function refusing(code: RejectCode) {
  // It speaks on every trade.
  const talker: Puppet = puppet({
    create: () => ({
      onTrades: () => {
        const { next } = talker;
        talker.next = [];
        return next;
      },
    }),
  });
  const desk = new Desk({ strategies: [{ id: 'a', puppet: talker }] });
  desk.candle(100);
  const sent: string[] = [];
  const { venue } = desk.run;
  const submit = venue.submit.bind(venue);
  let isRefusing = true;
  venue.submit = (order) => {
    sent.push(order.id);
    if (!isRefusing) return submit(order);
    desk.tell({ kind: 'rejected', orderId: order.id, code, reason: 'no' });
  };
  return { desk, a: talker, sent, accept: () => (isRefusing = false) };
}

/** The strategy wants to be long, again and again within one moment. */
function wish(desk: Desk, a: Puppet, times: number, afterMs = 1): void {
  for (let n = 0; n < times; n += 1) {
    a.next = [hold('long')];
    const price = 100;
    const trade = { price, quantity: 1, side: 'buy' } as const;
    const time = desk.run.state.market.now + (n === 0 ? afterMs : 1);
    desk.drive({ kind: 'trades', symbol: SPOT.symbol, time, trades: [{ ...trade, time }] });
  }
}

describe('entries that the venue refuses (F24, F26)', () => {
  test.each(['INSUFFICIENT_FUNDS', 'TICK_SIZE', 'STEP_SIZE', 'MIN_NOTIONAL'] as const)(
    '100 wishes in a row that end in %s are three requests',
    (code) => {
      const { desk, a, sent } = refusing(code);
      wish(desk, a, 100);
      expect(sent).toHaveLength(3);
      expect(desk.denials()).toContain('REFUSED_OFTEN');
    },
  );

  test('are tried again after a minute, and freely once the venue takes one', () => {
    const { desk, a, sent, accept } = refusing('INSUFFICIENT_FUNDS');
    wish(desk, a, 10);
    expect(sent).toHaveLength(3);
    accept();
    wish(desk, a, 1, MINUTE_MS);
    expect(sent).toHaveLength(4);
    expect(desk.run.state.market.refusals.size).toBe(0);
  });

  test('wait twice as long after every further refusal', () => {
    const { desk, a, sent } = refusing('INSUFFICIENT_FUNDS');
    wish(desk, a, 3);
    const minutes: number[] = [];
    for (let minute = 1; minute <= 20; minute += 1) {
      const before = sent.length;
      wish(desk, a, 1, MINUTE_MS);
      if (sent.length > before) minutes.push(minute);
    }
    expect(minutes).toEqual([1, 3, 7, 15]);
  });

  test('a refusal that the order asked for by its own flag is none', () => {
    const { desk, a, sent } = refusing('POST_ONLY_WOULD_TAKE');
    wish(desk, a, 5);
    expect(sent).toHaveLength(5);
  });

  test('hold back neither exits nor the operator', () => {
    const { desk, sent } = refusing('INSUFFICIENT_FUNDS');
    for (let n = 0; n < 5; n += 1) desk.order({ quantity: decimal(`${n + 1}`) });
    expect(sent).toHaveLength(5);
  });
});

describe('a rest that is smaller than any order (F25)', () => {
  const small = market({ minNotional: decimal('10') });

  function withDust() {
    const a = puppet();
    const desk = new Desk({ markets: [small], strategies: [{ id: 'a', puppet: a }] });
    desk.candle(100);
    const orderId = 'td00000000000000001e' as never;
    desk.run.context.record({
      kind: 'orderCreated',
      orderId,
      request: request({ strategyId: 'a', quantity: decimal('0.05') }),
      decisionPrice: 100,
    });
    desk.run.context.record({
      kind: 'fill',
      id: 'f',
      orderId,
      accountId: 'main',
      symbol: SPOT.symbol,
      side: 'buy',
      price: decimal('100'),
      quantity: decimal('0.05'),
      fee: decimal('0'),
      feeAsset: 'USDT',
      feeQuote: decimal('0'),
      liquidity: 'taker',
      time: 0,
    });
    return { desk, a };
  }

  test('is left alone by its strategy, which is flat then and may enter again', () => {
    const { desk, a } = withDust();
    const before = desk.of('orderCreated').length;
    for (let n = 0; n < 5; n += 1) {
      a.next = [hold('flat')];
      desk.candle(100);
    }
    expect(desk.of('orderCreated')).toHaveLength(before);
    a.next = [hold('long')];
    desk.candle(100);
    expect(desk.of('orderCreated')).toHaveLength(before + 1);
  });

  test('is named to the operator who wants to close it', () => {
    const { desk } = withDust();
    desk.close();
    expect(desk.of('commandRefused').at(-1)?.reason).toMatch(/is dust: smaller than any order/);
  });
});
