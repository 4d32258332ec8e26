// Fills that an exchange lists late or not at first, and clocks of ours that are wrong (F14–F31).
import { describe, expect, test } from 'vitest';

import { DAY_MS, HOUR_MS } from '../../../src/domain/time.ts';
import type { VenueOrder } from '../../../src/domain/venue.ts';
import { GatewayBench } from './bench.ts';
import { answerWith } from './scripted-client.ts';

/** A bench whose stream the test speaks itself. */
function silent(): GatewayBench {
  const bench = GatewayBench.started();
  bench.client.streams = false;
  return bench;
}

const hear = (bench: GatewayBench, order: VenueOrder) => bench.client.listener?.onOrder(order);

describe('a fill', () => {
  test.each(['at once', 'late'])(
    'F14, F31: of the time between two lives is fetched by a clock that is a day ahead, listed %s',
    (listed) => {
      const bench = silent();
      const id = bench.open();
      const ahead = { now: () => bench.clock.now() + DAY_MS };
      Object.assign(bench.order(id), { createdTime: ahead.now() });
      const fill = bench.client.fill(id, '0.5', { isListed: listed === 'at once' });
      bench.pass(10);
      const again = bench.restart({ clock: ahead });
      again.pass(600_000);
      again.gateway.start();
      again.pass(listed === 'at once' ? 20_000 : 600_000);
      if (listed === 'at once') {
        return expect(again.of('fill')).toMatchObject([{ id: fill.id }]);
      }
      again.client.fills.push(fill);
      again.pass(35_000);
      expect(again.told(id)).toEqual(['fill', 'fillsReplaced']);
    },
  );

  test('F42: of an order that has ended is in a list that shows it two minutes late', () => {
    const bench = silent();
    const id = bench.open();
    bench.client.fill(id, '1');
    bench.pass(35_000);
    expect(bench.state(id)).toBe('filled 1');
    const beyond = bench.client.fill(id, '0.5', { isListed: false });
    bench.pass(120_000);
    bench.client.fills.push(beyond);
    bench.pass(35_000);
    expect(bench.state(id)).toBe('filled 1.5');
  });

  test('F16: of the time before the start is found though the first lists are empty', () => {
    const bench = GatewayBench.started();
    const id = bench.open();
    bench.client.fill(id, '1');
    bench.pass(1_800_000);
    bench.client.streams = false;
    const beyond = bench.client.fill(id, '0.5');
    bench.pass(1);
    const again = bench.restart();
    again.pass(1_800_000);
    const noFills = answerWith({ ok: true, value: [] });
    again.client.next('fills', noFills, noFills);
    again.gateway.start();
    again.pass(65_000);
    expect(again.of('fill')).toMatchObject([{ id: beyond.id }]);
  });

  test('F16: that was inferred, of an order that ended, is looked for after a restart too, hours later', () => {
    const bench = silent();
    const id = bench.open();
    const fill = bench.client.fill(id, '0.4', { isListed: false });
    hear(bench, bench.client.orderOf(id));
    bench.pass(20_000);
    bench.cancel(id);
    bench.pass(2_000);
    expect(bench.state(id)).toBe('canceled 0.4');
    bench.pass(3 * HOUR_MS);
    const again = bench.restart();
    again.gateway.start();
    again.pass(1_000);
    again.client.fills.push(fill);
    again.pass(35_000);
    expect(again.told(id)).toEqual(['fillsReplaced']);
  });

  test.each(['in the same life', 'after a restart'])(
    'F31: that was inferred is found although our clock was an hour ahead when the order was made, %s',
    (when) => {
      const bench = silent();
      const ahead = { now: () => bench.clock.now() + HOUR_MS };
      const order = bench.create();
      Object.assign(order, { createdTime: ahead.now() });
      bench.gateway.submit(order);
      bench.pass(60_000);
      const fill = bench.client.fill(order.id, '1', { isListed: false });
      hear(bench, bench.client.orderOf(order.id));
      bench.pass(HOUR_MS + 600_000);
      expect(bench.of('fill')).toMatchObject([{ inferred: true }]);
      const after = when === 'in the same life' ? bench : bench.restart({ clock: ahead });
      if (after !== bench) after.gateway.start();
      after.pass(1_000);
      after.client.fills.push(fill);
      after.pass(35_000);
      expect(after.of('fillsReplaced')).toMatchObject([{ fills: [{ id: fill.id }] }]);
    },
  );
});
