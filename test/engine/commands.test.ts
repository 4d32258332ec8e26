import { describe, expect, test } from 'vitest';

import type { Ticket } from '../../src/domain/command.ts';
import { ONE, decimal } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import { previewTicket } from '../../src/engine/preview.ts';
import {
  Desk,
  ETH,
  PERPETUAL,
  SPOT,
  hold,
  market,
  place,
  puppet,
  ticket,
} from '../support/builders.ts';

describe('a press', () => {
  test('places one order however often it arrives', () => {
    const desk = new Desk();
    desk.candle(100);
    for (let n = 0; n < 5; n += 1) desk.order({ type: 'limit', price: decimal('90') }, 'p1');
    expect(desk.working()).toHaveLength(1);
    desk.order({ type: 'limit', price: decimal('91') }, 'p2');
    expect(desk.working()).toHaveLength(2);
  });

  test('closes a position once', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({});
    desk.candle(100);
    const command = { kind: 'closePosition', symbol: SPOT.symbol, pressId: 'x' } as const;
    desk.command(command);
    desk.command(command);
    expect(desk.working('exit')).toHaveLength(1);
    expect(desk.of('commandRefused')).toEqual([]);
  });

  test('that was denied is spent too', () => {
    const desk = new Desk({ start: false });
    desk.candle(100);
    desk.order({}, 'p1');
    desk.command({ kind: 'resume', phrase: null });
    desk.order({}, 'p1');
    expect([desk.denials(), desk.working()]).toEqual([['TRADING_STATE'], []]);
  });

  test('is remembered for the last thousand presses', () => {
    const desk = new Desk();
    for (let n = 0; n < 1005; n += 1)
      desk.command({ kind: 'closePosition', symbol: 'x', pressId: `p${n}` });
    expect(desk.run.state.market.presses.size).toBe(1000);
  });
});

describe('a manual order', () => {
  test('is answered with the digits of its market', () => {
    const coarse = market({ tickSize: decimal('0.01'), stepSize: decimal('0.001') });
    const desk = new Desk({ markets: [coarse] });
    desk.candle(100);
    desk.order({ quantity: ONE });
    desk.candle(100);
    expect(desk.notices.join('\n')).toMatch(/filled buy 1\.000 BTC\/USDT at 100\.00 taker/);
  });

  test.each([
    ['buy', 'stop', '1'],
    ['sell', 'stop', '500'],
    ['buy', 'takeProfit', '500'],
    ['sell', 'takeProfit', '1'],
  ] as const)(
    'whose trigger the market has passed is measured at the market: %s %s %s',
    (side, type, trigger) => {
      const desk = new Desk({ markets: [PERPETUAL], limits: { maxNotionalFraction: 0.5 } });
      const { symbol } = PERPETUAL;
      desk.candle(100, symbol);
      const order = { symbol, side, type, triggerPrice: decimal(trigger) };
      desk.order({ ...order, quantity: decimal('51') });
      expect(desk.of('denied')).toEqual([
        expect.objectContaining({ code: 'MAX_NOTIONAL', value: 5100, limit: 5000 }),
      ]);
      desk.order({ ...order, quantity: decimal('49') });
      expect(desk.of('denied')).toHaveLength(1);
      // Not passed yet: it fills where it is triggered.
      const ahead = decimal(trigger === '1' ? '110' : '90');
      desk.order({ ...order, triggerPrice: ahead, quantity: decimal('60') });
      expect(desk.of('denied')[1]).toMatchObject({
        code: 'MAX_NOTIONAL',
        value: 60 * (trigger === '1' ? 110 : 90),
      });
    },
  );

  test('is previewed with the fee of what would happen', () => {
    const desk = new Desk();
    desk.candle(100);
    const kind = (change: Partial<Ticket>) =>
      previewTicket(desk.run.context, ticket({ quantity: ONE, type: 'limit', ...change })).feeKind;
    expect(kind({ price: decimal('99') })).toBe('maker');
    expect(kind({ price: decimal('101') })).toBe('taker');
    expect(kind({ price: decimal('101'), postOnly: true })).toBe('maker');
    expect(kind({ side: 'sell', price: decimal('99') })).toBe('taker');
    expect(kind({ type: 'market' })).toBe('taker');
  });

  test('to sell with a limit below the market is measured at the market', () => {
    const desk = new Desk({ markets: [PERPETUAL], limits: { maxNotionalFraction: 0.5 } });
    const { symbol } = PERPETUAL;
    desk.candle(100, symbol);
    const sell = { symbol, side: 'sell', type: 'limit', price: decimal('96') } as const;
    desk.order({ ...sell, quantity: decimal('51') });
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({ code: 'MAX_NOTIONAL', value: 5100 }),
    ]);
  });

  test('passes the same review as a strategy and is journaled with its reason', () => {
    const desk = new Desk({ limits: { maxNotionalFraction: 0.01 } });
    desk.candle(100);
    desk.order({ quantity: decimal('1.001') });
    expect(desk.of('denied')).toEqual([
      expect.objectContaining({
        strategyId: 'manual',
        code: 'MAX_NOTIONAL',
        value: 100.1,
        limit: 100,
        what: 'buy 1.001 BTC/USDT market',
      }),
    ]);
    desk.order({ quantity: ONE });
    expect(desk.of('orderCreated').at(-1)?.request).toMatchObject({
      strategyId: 'manual',
      role: 'entry',
      reason: 'manual order',
    });
  });

  test('against the operator’s own position is an exit', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({});
    desk.candle(100);
    desk.order({ side: 'sell', type: 'limit', price: decimal('120'), stopPrice: decimal('90') });
    expect(desk.of('orderCreated').at(-1)?.request).toMatchObject({ role: 'exit', bracket: null });
  });

  test('that sells more than is held is denied', () => {
    const desk = new Desk({ markets: [PERPETUAL] });
    desk.candle(100, PERPETUAL.symbol);
    desk.order({ symbol: PERPETUAL.symbol });
    desk.candle(100, PERPETUAL.symbol);
    desk.order({ symbol: PERPETUAL.symbol, side: 'sell', quantity: decimal('1.001') });
    expect(desk.of('denied').at(-1)).toMatchObject({
      code: 'EXIT_TOO_LARGE',
      value: 1.001,
      limit: 1,
    });
  });

  test('in a market of another run is refused by name', () => {
    const desk = new Desk();
    desk.order({ symbol: 'DOGE/USDT' });
    expect(desk.of('commandRefused').map(({ reason }) => reason)).toEqual([
      'DOGE/USDT is not one of the markets of this run',
    ]);
  });

  test('and every denial of it is journaled and said', () => {
    const desk = new Desk({ start: false });
    desk.candle(100);
    desk.order({});
    desk.order({});
    expect(desk.denials()).toEqual(['TRADING_STATE', 'TRADING_STATE']);
    expect(desk.notices.filter((text) => text.includes('denied TRADING_STATE'))).toHaveLength(2);
  });
});

describe('cancel', () => {
  test('takes one order, one market or all', () => {
    const desk = new Desk({ markets: [SPOT, ETH] });
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    desk.order({ type: 'limit', price: decimal('90') });
    desk.order({ type: 'limit', price: decimal('91') });
    desk.order({ type: 'limit', price: decimal('91'), symbol: ETH.symbol });
    const [first] = desk.working();
    desk.command({ kind: 'cancelOrder', orderId: first?.id ?? ('' as OrderId) });
    expect(desk.working()).toHaveLength(2);
    desk.command({ kind: 'cancelAll', symbol: SPOT.symbol });
    expect(desk.working().map(({ symbol }) => symbol)).toEqual([ETH.symbol]);
    desk.command({ kind: 'cancelAll', symbol: null });
    expect(desk.working()).toEqual([]);
  });

  test('of an order that does not work is refused', () => {
    const desk = new Desk();
    desk.command({ kind: 'cancelOrder', orderId: 'td0' as OrderId });
    expect(desk.of('commandRefused')[0]?.reason).toBe('order td0 is not working');
  });
});

describe('close', () => {
  test('closes what strategies and operator hold in the market, and nothing else', () => {
    const a = puppet();
    const desk = new Desk({ markets: [SPOT, ETH], strategies: [{ id: 'a', puppet: a }] });
    a.next = [hold('long')];
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    desk.order({});
    desk.order({ symbol: ETH.symbol });
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    desk.close();
    desk.candle(100);
    desk.candle(100, ETH.symbol);
    expect([desk.held('a'), desk.held('manual'), desk.held('manual', ETH.symbol)]).toEqual([
      0, 0, 1,
    ]);
  });

  test('without a position is refused', () => {
    const desk = new Desk();
    desk.close();
    expect(desk.of('commandRefused')[0]?.reason).toBe(`no position in ${SPOT.symbol}`);
  });

  test('a second close while the first is on its way sends nothing', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({});
    desk.candle(100);
    desk.close();
    desk.close();
    expect(desk.working('exit')).toHaveLength(1);
    expect(desk.notices.filter((text) => text.includes('closing'))).toHaveLength(1);
  });
});

describe('changed limits', () => {
  test('bind the next order', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.command({ kind: 'changeRisk', changes: { maxNotionalFraction: 0.001 } });
    desk.order({});
    expect(desk.denials()).toEqual(['MAX_NOTIONAL']);
    expect(desk.of('riskChanged')).toHaveLength(1);
  });

  test.each([
    ['maxPositions', 0],
    ['maxPositions', 2.5],
    ['drawdownFraction', -0.1],
    ['drawdownFraction', 0],
    ['maxSpreadBps', 1e9],
    ['cooldownSeconds', Number.NaN],
    ['openRiskFraction', 'much'],
  ])('are refused whole when %s would be %s', (name, value) => {
    const desk = new Desk();
    desk.candle(100);
    const before = { ...desk.run.state.settings.limits };
    desk.command({ kind: 'changeRisk', changes: { maxNotionalFraction: 0.5, [name]: value } });
    expect(desk.run.state.settings.limits).toEqual(before);
    expect(desk.of('riskChanged')).toEqual([]);
    expect(desk.of('commandRefused')).toMatchObject([{ command: 'change of limits' }]);
    expect(desk.notices.at(-1)).toContain(`${name} must be`);
  });
});

describe('repeated denials', () => {
  test('of a strategy are journaled once, then counted with the next one of another kind', () => {
    const a = puppet();
    const desk = new Desk({ strategies: [{ id: 'a', puppet: a }], start: false });
    const wish = (): void => {
      a.next = [place()];
      desk.candle(100);
    };
    for (let n = 0; n < 5; n += 1) wish();
    expect(desk.of('denied').map(({ code, repeated }) => [code, repeated])).toEqual([
      ['TRADING_STATE', 0],
    ]);
    desk.command({ kind: 'resume', phrase: null });
    desk.command({ kind: 'changeRisk', changes: { maxNotionalFraction: 0.001 } });
    wish();
    expect(desk.of('denied').map(({ code, repeated }) => [code, repeated])).toEqual([
      ['TRADING_STATE', 0],
      ['MAX_NOTIONAL', 4],
    ]);
    expect(desk.money.counts.denials).toBe(6);
  });

  test('a measure that is not finite is journaled as text', () => {
    const a = puppet();
    const desk = new Desk({
      markets: [PERPETUAL],
      strategies: [{ id: 'a', puppet: a, symbol: PERPETUAL.symbol }],
      cash: '100',
      model: { leverage: 100 },
      limits: {
        maxNotionalFraction: 1e9,
        maxPositionFraction: 1e9,
        maxAccountPositionFraction: 1e9,
      },
    });
    desk.candle(100, PERPETUAL.symbol);
    desk.run.state.market.equity = 0;
    a.next = [place({ symbol: PERPETUAL.symbol })];
    desk.candle(100, PERPETUAL.symbol);
    for (const { value, limit } of desk.of('denied')) {
      expect(typeof value === 'string' || Number.isFinite(value)).toBe(true);
      expect(typeof limit === 'string' || Number.isFinite(limit)).toBe(true);
    }
    expect(desk.of('denied')).toHaveLength(1);
  });
});
