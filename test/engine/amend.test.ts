import { describe, expect, test } from 'vitest';

import { decimal, toNumber } from '../../src/domain/decimal.ts';
import type { OrderId } from '../../src/domain/ids.ts';
import type { Order } from '../../src/domain/order.ts';
import { makeView } from '../../src/engine/make-view.ts';
import { Desk, ETH, SPOT, hold, puppet } from '../support/builders.ts';

interface Asked {
  readonly price?: string;
  readonly triggerPrice?: string;
  readonly quantity?: string;
}

const decimalOf = (text: string | undefined) => (text === undefined ? null : decimal(text));
let presses = 0;

function amend(desk: Desk, order: Order | undefined, asked: Asked, pressId = `a${(presses += 1)}`) {
  desk.command({
    kind: 'amendOrder',
    orderId: order?.id ?? ('none' as OrderId),
    price: decimalOf(asked.price),
    triggerPrice: decimalOf(asked.triggerPrice),
    quantity: decimalOf(asked.quantity),
    pressId,
  });
}

/** A market at 100 with a resting buy of one coin at 90. */
function resting(options: ConstructorParameters<typeof Desk>[0] = {}, price = '90') {
  const desk = new Desk(options);
  desk.candle(100);
  desk.order({ type: 'limit', price: decimal(price) });
  const [order] = desk.working();
  return { desk, order };
}

const refusals = (desk: Desk) => desk.of('commandRefused').map(({ reason }) => reason);
const fills = (desk: Desk) =>
  desk.of('fill').map(({ quantity, price }) => [toNumber(quantity), toNumber(price)]);

describe('a change of an order', () => {
  test('is journaled before it is asked, answered, said, and fills as changed', () => {
    const { desk, order } = resting();
    desk.records.length = 0;
    amend(desk, order, { price: '95', quantity: '2' });
    expect(desk.records).toEqual([
      {
        kind: 'amendRequested',
        orderId: order?.id,
        quantity: decimal('2'),
        price: decimal('95'),
        triggerPrice: null,
        reason: 'by the operator',
      },
      {
        kind: 'amended',
        orderId: order?.id,
        quantity: decimal('2'),
        price: decimal('95'),
        triggerPrice: null,
        reason: 'amended on request',
      },
    ]);
    expect(desk.notices.at(-1)).toBe(
      `info changed: buy BTC/USDT limit ${order?.id}: quantity 1 → 2, price 90 → 95`,
    );
    desk.candle([100, 100, 94, 96]);
    expect(fills(desk)).toEqual([[2, 95]]);
    expect(order).toMatchObject({ status: 'filled', amending: undefined });
  });

  test('is made once, however often the press arrives', () => {
    const { desk, order } = resting();
    amend(desk, order, { price: '95' }, 'twice');
    amend(desk, order, { price: '96' }, 'twice');
    expect(desk.of('amendRequested')).toHaveLength(1);
    expect(order?.price).toBe(decimal('95'));
  });

  test('there and back is no slip: the guard against equal orders is silent', () => {
    const { desk, order } = resting({ limits: { duplicateSeconds: 60 } });
    amend(desk, order, { price: '95' });
    amend(desk, order, { price: '90' });
    amend(desk, order, { price: '95' });
    expect(order?.price).toBe(decimal('95'));
    expect(desk.denials()).toEqual([]);
  });

  test('counts as an order of the minute', () => {
    const { desk, order } = resting({ limits: { maxOrdersPerMinute: 2 } });
    amend(desk, order, { price: '95' });
    amend(desk, order, { price: '96' });
    expect(desk.denials()).toEqual(['ORDER_RATE']);
  });
});

describe('what cannot be changed is refused with its reason', () => {
  test('an unknown order, one that has ended, one that is being canceled', () => {
    const { desk, order } = resting();
    amend(desk, undefined, { price: '95' });
    desk.command({ kind: 'cancelOrder', orderId: order?.id ?? ('' as OrderId) });
    amend(desk, order, { price: '95' });
    expect(refusals(desk)).toEqual([
      'order none is not working',
      `order ${order?.id} is not working`,
    ]);
  });

  test.each([
    [{}, 'nothing changes'],
    [{ price: '90' }, 'nothing changes'],
    [{ triggerPrice: '95' }, 'a limit order has no trigger price'],
    [{ quantity: '0' }, '0 of it has filled; cancel the rest instead'],
  ] satisfies [Asked, string][])('%o: %s', (asked, reason) => {
    const { desk, order } = resting();
    amend(desk, order, asked);
    expect(refusals(desk)).toEqual([`${SPOT.symbol} ${order?.id}: ${reason}`]);
    expect(desk.of('amendRequested')).toEqual([]);
  });

  test('less than has filled', () => {
    const desk = new Desk();
    desk.book([[99, 9]], [[100, 2]]);
    desk.order({ type: 'limit', price: decimal('100'), quantity: decimal('5') });
    const [order] = desk.working();
    amend(desk, order, { quantity: '2' });
    expect(refusals(desk)).toEqual([
      `${SPOT.symbol} ${order?.id}: 2 of it has filled; cancel the rest instead`,
    ]);
    amend(desk, order, { quantity: '3' });
    expect(order?.quantity).toBe(decimal('3'));
  });

  test('a market order, a trail, an order nobody knows the fate of, at a venue that cannot', () => {
    const { desk, order } = resting();
    const reason = () =>
      refusals(desk)
        .at(-1)
        ?.replace(/^.*?: /, '');
    desk.order();
    amend(desk, desk.working()[1], { quantity: '2' });
    expect(reason()).toBe('a market order is on its way already');
    desk.candle(100);
    const trail = { type: 'trailingStop', side: 'sell', trailFraction: 0.1 } as const;
    desk.order({ ...trail, triggerPrice: decimal('90') });
    amend(desk, desk.working()[1], { triggerPrice: '91' });
    expect(reason()).toBe('a trailing stop moves by itself');
    Object.assign(desk.run.venue.abilities, { amend: false });
    amend(desk, order, { price: '95' });
    expect(reason()).toBe('this venue cannot change orders; cancel it and place it anew');
    Object.assign(desk.run.venue.abilities, { amend: true });
    const orderId = order?.id ?? ('' as OrderId);
    desk.tell({ kind: 'outcomeUnknown', orderId, reason: 'timeout' });
    amend(desk, order, { price: '95' });
    expect(reason()).toBe('what became of it is not known yet');
    expect(desk.of('amendRequested')).toEqual([]);
  });

  test('off the grid, whether larger or smaller', () => {
    const { desk, order } = resting();
    amend(desk, order, { price: '89.999' });
    amend(desk, order, { quantity: '0.0005' });
    expect(desk.denials()).toEqual(['INVALID_NUMBER', 'INVALID_NUMBER']);
  });

  test('a post-only price that would take, by the venue', () => {
    const desk = new Desk();
    desk.book([[99, 9]], [[101, 9]]);
    desk.order({ type: 'limit', price: decimal('90'), postOnly: true });
    const [order] = desk.working();
    amend(desk, order, { price: '101' });
    expect(desk.notices.at(-1)).toMatch(/^warn change refused: POST_ONLY_WOULD_TAKE/);
    expect(order).toMatchObject({ price: decimal('90'), amending: undefined, status: 'accepted' });
    amend(desk, order, { price: '100' });
    expect(order?.price).toBe(decimal('100'));
  });
});

describe('a change across the market', () => {
  test('takes at once where a book is known', () => {
    const desk = new Desk();
    desk.book([[99, 9]], [[101, 9]]);
    desk.order({ type: 'limit', price: decimal('90') });
    amend(desk, desk.working()[0], { price: '102' });
    expect(fills(desk)).toEqual([[1, 101]]);
  });
});

describe('what grows is reviewed like a new order', () => {
  const limits = { maxNotionalFraction: 0.02 };

  test.each([
    [{ quantity: '3' }, ['MAX_NOTIONAL']],
    [{ quantity: '2' }, []],
    [{ price: '99', quantity: '2.1' }, ['MAX_NOTIONAL']],
    [{ quantity: '0.5' }, []],
    [{ price: '80' }, []],
  ] satisfies [Asked, string[]][])('%o at most 200: %o', (asked, codes) => {
    const { desk, order } = resting({ limits });
    amend(desk, order, asked);
    expect(desk.denials()).toEqual(codes);
    expect(desk.of('amended')).toHaveLength(codes.length === 0 ? 1 : 0);
  });

  test('without counting the order twice', () => {
    // 90 works already; 190 together would pass for a second order of 100, 180 alone does.
    const { desk, order } = resting({ limits: { grossExposureFraction: 0.0181 } });
    amend(desk, order, { quantity: '2' });
    expect(desk.denials()).toEqual([]);
    amend(desk, order, { quantity: '2.1' });
    expect(desk.denials()).toEqual(['EXPOSURE_GROSS']);
  });

  test('with the room of what else works', () => {
    const { desk, order } = resting({
      markets: [SPOT, ETH],
      limits: { grossExposureFraction: 0.0181 },
    });
    desk.candle(10, ETH.symbol);
    desk.order({ symbol: ETH.symbol, type: 'limit', price: decimal('5') });
    amend(desk, order, { quantity: '2' });
    expect(desk.denials()).toEqual(['EXPOSURE_GROSS']);
  });

  test('also the free money it takes', () => {
    const { desk, order } = resting({ cash: '100' });
    amend(desk, order, { price: '99' });
    expect(order?.price).toBe(decimal('99'));
    amend(desk, order, { quantity: '1.1' });
    expect(desk.denials()).toEqual(['BALANCE']);
  });

  test.each(['pause', 'halt'] as const)('and is denied after %s, smaller is not', (kind) => {
    const desk = new Desk();
    desk.candle(100);
    desk.order();
    desk.candle(100);
    desk.order({ type: 'limit', side: 'sell', price: decimal('120') });
    desk.command({ kind, reason: 'test' });
    if (kind === 'pause') {
      // A resting entry may stay, get smaller and cheaper, and no more.
      const open = resting({ start: true });
      open.desk.command({ kind, reason: 'test' });
      amend(open.desk, open.order, { quantity: '2' });
      expect(open.desk.denials()).toEqual(['TRADING_STATE']);
      amend(open.desk, open.order, { quantity: '0.5' });
      amend(open.desk, open.order, { price: '80' });
      expect(open.order).toMatchObject({ quantity: decimal('0.5'), price: decimal('80') });
    }
    expect(desk.working()).toHaveLength(kind === 'pause' ? 1 : 0);
    // An exit may follow the price.
    amend(desk, desk.working()[0], { price: '110' });
    expect(desk.denials()).toEqual([]);
  });

  test('an exit never sells more than is held', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order();
    desk.candle(100);
    desk.order({ type: 'limit', side: 'sell', price: decimal('120'), quantity: decimal('0.5') });
    const [order] = desk.working();
    amend(desk, order, { quantity: '1.5' });
    expect(desk.denials()).toEqual(['EXIT_TOO_LARGE']);
    amend(desk, order, { quantity: '1' });
    expect(order?.quantity).toBe(decimal('1'));
  });

  test('an entry never moves below its own stop', () => {
    const desk = new Desk();
    desk.candle(100);
    desk.order({ type: 'limit', price: decimal('90'), stopPrice: decimal('85') });
    amend(desk, desk.working()[0], { price: '80' });
    expect(desk.denials()).toEqual(['PROTECTION_SIDE']);
  });
});

describe('a stop', () => {
  /** Ten coins from 100 with a stop at 95: 50 of 10,000 at risk. */
  function protectedDesk(limits = {}) {
    const one = puppet();
    const desk = new Desk({
      strategies: [
        {
          id: 's',
          puppet: one,
          sizing: { kind: 'fixed', value: 10 },
          stopFraction: 0.05,
          targetFraction: 0.2,
        },
      ],
      limits,
    });
    one.next = [hold('long')];
    desk.candle(100);
    desk.candle(100);
    const [stop, target] = desk.working('protective');
    return { desk, stop, target, one };
  }
  const limits = { riskPerTradeFraction: 0.007, openRiskFraction: 0.01 };

  test('is moved nearer in every state, and stays there when the position grows', () => {
    const { desk, stop, one } = protectedDesk(limits);
    desk.command({ kind: 'halt', reason: 'test' });
    amend(desk, stop, { triggerPrice: '98' });
    expect(desk.protection('s')).toEqual(['sell stop 10 at 98', 'sell limit 10 at 120']);
    desk.command({ kind: 'resume', phrase: 'main' });
    one.next = [
      { kind: 'place', symbol: SPOT.symbol, side: 'buy', type: 'market', reason: 'more' },
    ];
    desk.candle(100);
    desk.candle(100);
    expect(desk.protection('s')).toEqual(['sell stop 20 at 98', 'sell limit 20 at 120']);
  });

  test('is moved away only as far as the risk rules let it', () => {
    const { desk, stop } = protectedDesk(limits);
    amend(desk, stop, { triggerPrice: '93' });
    expect(desk.denials()).toEqual([]);
    amend(desk, stop, { triggerPrice: '92' });
    expect(desk.of('denied')).toMatchObject([
      { code: 'RISK_PER_TRADE', value: 0.008, limit: 0.007, what: 'sell 10 BTC/USDT stop 92' },
    ]);
    expect(desk.protection('s')).toContain('sell stop 10 at 93');
  });

  test('is not moved away while entries are not let through', () => {
    const { desk, stop } = protectedDesk();
    desk.command({ kind: 'pause', reason: 'test' });
    amend(desk, stop, { triggerPrice: '94' });
    expect(desk.denials()).toEqual(['TRADING_STATE']);
    amend(desk, stop, { triggerPrice: '96' });
    expect(desk.protection('s')).toContain('sell stop 10 at 96');
  });

  test('is not moved to where it would fire at once, nor a target', () => {
    const { desk, stop, target } = protectedDesk();
    amend(desk, stop, { triggerPrice: '101' });
    amend(desk, target, { price: '99' });
    expect(desk.denials()).toEqual(['PROTECTION_SIDE', 'PROTECTION_SIDE']);
    amend(desk, target, { price: '110' });
    expect(desk.protection('s')).toEqual(['sell stop 10 at 95', 'sell limit 10 at 110']);
  });

  test('keeps the size of what is held', () => {
    const { desk, stop } = protectedDesk();
    amend(desk, stop, { quantity: '5' });
    expect(refusals(desk)[0]).toContain('follows the position');
  });

  test('counts with its new place, the risk unit stays the one of the entry', () => {
    const { desk, stop } = protectedDesk();
    desk.candle(104);
    amend(desk, stop, { triggerPrice: '102' });
    const { account, positions } = makeView(desk.run.state);
    expect(account.openRiskFraction).toBeCloseTo((10 * 2) / 10_040, 9);
    expect(positions[0]?.protection.worstCase).toBeCloseTo(-20, 9);
    expect(positions[0]?.rMultiple).toBeCloseTo(40 / 50, 9);
  });
});
