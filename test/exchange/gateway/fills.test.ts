import { describe, expect, test } from 'vitest';

import { decimal, toText } from '../../../src/domain/decimal.ts';
import type { VenueOrder } from '../../../src/domain/venue.ts';
import { ETH, SPOT } from '../../support/builders.ts';
import { GatewayBench } from './bench.ts';
import { venueFill } from './scripted-client.ts';

/** A bench whose stream the test speaks itself. */
function silent(): GatewayBench {
  const bench = GatewayBench.started();
  bench.client.streams = false;
  return bench;
}

const hear = (bench: GatewayBench, order: VenueOrder) => bench.client.listener?.onOrder(order);

describe('a fill', () => {
  test('F12: before the acknowledgement is matched by the client id', () => {
    const bench = GatewayBench.started();
    bench.client.latencyMs = 500;
    const id = bench.submit();
    bench.client.fill(id, '1');
    expect(bench.state(id)).toBe('filled 1');
    bench.pass(2_000);
    expect(bench.told(id)).toEqual(['accepted', 'fill']);
  });

  test('F12: without a client id waits a minute for the id of the venue', () => {
    const bench = silent();
    bench.client.latencyMs = 5_000;
    const id = bench.submit();
    const order = bench.client.orderOf(id);
    bench.client.listener?.onFill(venueFill(order, { clientOrderId: null }));
    expect(bench.state(id)).toBe('submitted 0');
    bench.pass(6_000);
    expect(bench.state(id)).toBe('filled 1');
  });

  test('F13: is booked once, however often it is told and listed', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const fill = bench.client.fill(id, '0.5');
    for (let n = 0; n < 3; n += 1) bench.client.listener?.onFill(fill);
    bench.pass(70_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.5');
    expect(bench.of('fill')).toHaveLength(1);
    const again = bench.restart();
    again.gateway.start();
    again.pass(70_000);
    again.client.listener?.onFill(fill);
    expect(again.of('fill')).toHaveLength(0);
  });

  test('F14: that the stream lost is fetched once the totals of its order show it', () => {
    const bench = silent();
    const id = bench.open();
    bench.client.fill(id, '0.5');
    hear(bench, bench.client.orderOf(id));
    bench.pass(1_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.5');
    expect(bench.of('fill')[0]).not.toHaveProperty('inferred');
  });

  test('F14, F31: is fetched too when our clock is an hour ahead of the venue', () => {
    const bench = silent();
    const id = bench.open();
    Object.assign(bench.order(id), { createdTime: bench.clock.now() + 3_600_000 });
    bench.client.fill(id, '0.5');
    hear(bench, bench.client.orderOf(id));
    bench.pass(20_000);
    expect(bench.of('fill')).toMatchObject([{ id: 'x1' }]);
  });

  test('F14: that nothing was told of is in the next report', () => {
    const bench = silent();
    const id = bench.open();
    bench.client.fill(id, '1');
    bench.pass(32_000);
    expect(bench.state(id)).toBe('filled 1');
    expect(bench.reports().at(-1)?.doubts).toEqual([]);
  });

  test('F15: messages out of order neither reopen an order nor take fills back', () => {
    const bench = silent();
    const id = bench.open();
    const open = bench.client.orderOf(id);
    bench.pass(10);
    const first = bench.client.fill(id, '0.4');
    const partly = bench.client.orderOf(id);
    bench.pass(10);
    const second = bench.client.fill(id, '0.6');
    const filled = bench.client.orderOf(id);
    for (const order of [filled, partly, open]) hear(bench, order);
    bench.client.listener?.onFill(second);
    expect(bench.state(id)).toBe('partiallyFilled 0.6');
    hear(bench, open);
    bench.client.listener?.onFill(first);
    for (const order of [open, partly, filled, open]) hear(bench, order);
    bench.pass(1_000);
    expect(bench.state(id)).toBe('filled 1');
    expect(bench.told(id)).toEqual(['accepted', 'fill', 'fill']);
  });

  test('F42: beyond the order is booked, and an alarm', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.fill(id, '1.5');
    expect(toText(bench.order(id).filled)).toBe('1.5');
    expect(bench.alarms.join()).toContain('overfill');
  });

  test('after the cancel is booked', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const fill = venueFill(bench.client.orderOf(id), { quantity: decimal('0.25') });
    bench.cancel(id);
    bench.pass(2_000);
    bench.client.fills.push(fill);
    bench.client.listener?.onFill(fill);
    expect(bench.told(id)).toEqual(['accepted', 'canceled', 'fill']);
    expect(bench.state(id)).toBe('canceled 0.25');
  });
});

describe('F16: fills that the venue does not list', () => {
  /** Filled 0.4 at 100 by the totals alone, and inferred. */
  function inferred() {
    const bench = silent();
    const id = bench.open();
    const fill = bench.client.fill(id, '0.4', { isListed: false, price: '101' });
    hear(bench, bench.client.orderOf(id));
    bench.pass(20_000);
    return { bench, id, fill };
  }

  test('are inferred from the totals, with an id that a restart makes again', () => {
    const { bench, id } = inferred();
    expect(bench.state(id)).toBe('partiallyFilled 0.4');
    const [fill] = bench.of('fill');
    expect(fill).toMatchObject({ id: `${id}~0`, inferred: true, price: decimal('101') });
    expect(bench.client.sentOf('fills').length).toBeGreaterThanOrEqual(3);
  });

  test('of several parts have the price of each part', () => {
    const { bench, id } = inferred();
    bench.client.fill(id, '0.6', { isListed: false, price: '99' });
    hear(bench, bench.client.orderOf(id));
    bench.pass(20_000);
    expect(bench.state(id)).toBe('filled 1');
    expect(bench.of('fill')[1]).toMatchObject({ id: `${id}~0.4`, price: decimal('99') });
  });

  test('are replaced by the real ones once they fit', () => {
    const { bench, id, fill } = inferred();
    const parts = [
      { ...fill, id: 'a', quantity: decimal('0.1') },
      { ...fill, id: 'b', quantity: decimal('0.3') },
    ];
    bench.client.fills.push(...parts);
    bench.pass(35_000);
    expect(bench.told(id)).toEqual(['accepted', 'fill', 'fillsReplaced']);
    expect(bench.of('fillsReplaced')).toMatchObject([
      { inferredId: `${id}~0`, fills: [{ id: 'a' }, { id: 'b' }] },
    ]);
    expect(bench.state(id)).toBe('partiallyFilled 0.4');
    for (const part of parts) bench.client.listener?.onFill(part);
    expect(bench.state(id)).toBe('partiallyFilled 0.4');
  });

  test('in two parts of one fill give way to it together', () => {
    const { bench, id, fill } = inferred();
    bench.client.fill(id, '0.2', { isListed: false, price: '101' });
    hear(bench, bench.client.orderOf(id));
    bench.pass(20_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.6');
    bench.client.fills.push({ ...fill, quantity: decimal('0.6') });
    bench.pass(35_000);
    expect(bench.of('fillsReplaced')).toMatchObject([
      { inferredId: `${id}~0.4`, fills: [] },
      { inferredId: `${id}~0`, fills: [{ id: fill.id }] },
    ]);
    expect(bench.state(id)).toBe('partiallyFilled 0.6');
  });

  test('in two parts, the second after the fill itself was listed, give way to it too', () => {
    const { bench, id, fill } = inferred();
    const whole = { ...fill, quantity: decimal('0.6') };
    bench.client.listener?.onFill(whole);
    bench.client.fill(id, '0.2', { isListed: false, price: '101' });
    hear(bench, bench.client.orderOf(id));
    bench.pass(60_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.6');
    expect(bench.of('fillsReplaced').at(-1)).toMatchObject({ fills: [{ id: fill.id }] });
  });

  test('are replaced, and what filled since is booked beside them', () => {
    const { bench, id, fill } = inferred();
    bench.client.fills.push(fill);
    bench.pass(10);
    const later = bench.client.fill(id, '0.2');
    bench.client.listener?.onFill(later);
    bench.pass(35_000);
    expect(bench.state(id)).toBe('partiallyFilled 0.6');
    expect(bench.told(id)).toEqual(['accepted', 'fill', 'fillsReplaced', 'fill']);
  });

  test('are replaced after a restart too', () => {
    const { bench, id, fill } = inferred();
    const again = bench.restart();
    again.gateway.start();
    again.pass(1_000);
    again.client.listener?.onFill(fill);
    expect(again.told(id)).toEqual(['fillsReplaced']);
    expect(again.state(id)).toBe('partiallyFilled 0.4');
  });

  test('come before the end of their order', () => {
    const bench = silent();
    const id = bench.open();
    bench.client.fill(id, '0.4', { isListed: false });
    hear(bench, bench.client.change(bench.client.orderOf(id), { status: 'canceled' }));
    expect(bench.state(id)).toBe('accepted 0');
    bench.pass(20_000);
    expect(bench.told(id)).toEqual(['accepted', 'fill', 'canceled']);
  });
});

describe('F45: what is not about the order it names', () => {
  const wrong: [string, Partial<VenueOrder>][] = [
    ['another account', { accountId: 'other' }],
    ['another symbol', { symbol: ETH.symbol }],
    ['another side', { side: 'sell' }],
    ['a larger quantity', { quantity: decimal('2') }],
    ['a smaller quantity', { quantity: decimal('0.5') }],
    ['another client id', { clientOrderId: 'tdabcdefghijk99999e' }],
    ['another venue id', { venueOrderId: 'v99' }],
  ];
  test.each(wrong)('is not believed: an order with %s', (_name, change) => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const order = { ...bench.client.orderOf(id), status: 'canceled', ...change } as const;
    hear(bench, order);
    expect(bench.state(id)).toBe('accepted 0');
    bench.gateway.requestReport('test');
    bench.pass(2_000);
    const quiet = 'clientOrderId' in change && 'venueOrderId' in change;
    expect(quiet || (bench.reports().at(-1)?.doubts ?? []).length > 0).toBe(true);
    bench.pass(60_000);
    expect(bench.reports().at(-1)?.doubts).toEqual([]);
  });

  test.each(wrong.slice(0, 3))('is not believed: a fill of %s', (_name, change) => {
    const bench = GatewayBench.started();
    const id = bench.open();
    const { accountId, symbol, side } = { ...bench.client.orderOf(id), ...change };
    const fill = venueFill(bench.client.orderOf(id), { accountId, symbol, side });
    bench.client.listener?.onFill(fill);
    expect(bench.state(id)).toBe('accepted 0');
    expect(bench.logs.join()).toContain('not believed');
  });

  test('is not the answer of a create: its outcome is unknown then', () => {
    const bench = silent();
    bench.client.next('create', (sent) => {
      const answer = sent.arrive();
      if (!answer.ok) return;
      sent.reply({ ok: true, value: { ...(answer.value as VenueOrder), symbol: ETH.symbol } });
    });
    const id = bench.open();
    expect(bench.state(id)).toBe('unknown 0');
    bench.pass(3_000);
    expect(bench.state(id)).toBe('accepted 0');
    expect(bench.order(id).symbol).toBe(SPOT.symbol);
  });
});

describe('an order that changed at the venue', () => {
  test('is followed: a trailing stop that moved', () => {
    const bench = GatewayBench.started();
    const id = bench.open({ type: 'trailingStop', price: null, trailFraction: 0.1 });
    bench.pass(10);
    const first = bench.client.change(bench.client.orderOf(id), { triggerPrice: decimal('91') });
    bench.pass(10);
    bench.client.change(first, { triggerPrice: decimal('92') });
    hear(bench, first);
    expect(bench.order(id).triggerPrice).toBe(decimal('92'));
  });

  test('is followed: reduce-only cut to what is held', () => {
    const bench = GatewayBench.started();
    const id = bench.open({ reduceOnly: true, side: 'sell' });
    bench.pass(10);
    bench.client.change(bench.client.orderOf(id), { quantity: decimal('0.4') });
    expect(bench.order(id).quantity).toBe(decimal('0.4'));
    bench.client.fill(id, '0.4');
    expect(bench.state(id)).toBe('filled 0.4');
  });

  test('ends where the venue calls it complete', () => {
    const bench = GatewayBench.started();
    const id = bench.open({ cutToFunds: true });
    bench.client.fill(id, '0.7');
    bench.client.change(bench.client.orderOf(id), { status: 'filled', quantity: decimal('0.7') });
    expect(bench.state(id)).toBe('canceled 0.7');
  });

  test.each(['rejected', 'expired'] as const)('ends as the venue says: %s', (status) => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.change(bench.client.orderOf(id), { status, reason: 'so' });
    expect(bench.state(id)).toBe(`${status} 0`);
  });
});
