// Figures of the account's panes against another way of computing them.
import fc from 'fast-check';
import type { OrderView } from '../../../src/ui/slices.ts';
import { describe, expect, it, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import { alerts } from '../../../src/ui/panes/alerts.ts';
import { awayPercent } from '../../../src/ui/panes/orders.ts';
import { equityPoints } from '../../../src/ui/panes/equity-points.ts';
import { pnl } from '../../../src/ui/panes/pnl.ts';
import { positions } from '../../../src/ui/panes/positions.ts';
import { risk, usedPart } from '../../../src/ui/panes/risk.ts';
import { bar } from '../../../src/ui/text/bar.ts';
import { curveRows } from '../../../src/ui/text/curve.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { openPart } from '../../../src/ui/why/pnl.ts';
import { orderRows } from '../../../src/ui/why/order.ts';
import { shown } from '../../support/rows.ts';
import { aMarket, aPosition, anAlert, anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';
import { aBreaker } from '../breaker-fixture.ts';

const WIDE = { width: 198, height: 40 };
const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
/** Numbers of a line as a reader reads them. */
const numbersOf = (text: string): number[] =>
  (text.match(/[−+]?\d[\d,]*(?:\.\d+)?/g) ?? []).map((one) =>
    Number(one.replace('−', '-').replaceAll(',', '')),
  );

describe('positions', () => {
  it('sum up unrealized and worst case of what is open', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 9 }), (all) => {
        const open = all.map(([unrealizedPnl, worst], i) =>
          aPosition({
            symbol: `S${String(i)}/USDT`,
            unrealizedPnl,
            protection: {
              ...aPosition().protection,
              worstCase: -Math.abs(worst),
              slippageBps: null,
            },
          }),
        );
        const { summary } = positions.draw(aScene({ view: aView({ positions: open }) }), WIDE, []);
        const cents = (values: number[]): number => values.reduce((a, b) => a + b, 0);
        const [unrealized = NaN, worstCase = NaN] = numbersOf(rowText(summary));
        expect(unrealized).toBeCloseTo(cents(all.map(([one]) => one)), 1);
        expect(worstCase).toBeCloseTo(cents(all.map(([, one]) => -Math.abs(one))), 1);
      }),
      { numRuns: 60 },
    );
  });

  it('know no worst case as soon as one has no stop, and say so', () => {
    const bare = aPosition({
      symbol: 'SOL/USDT',
      protection: {
        stopPrice: null,
        targetPrice: null,
        trailFraction: null,
        rests: null,
        worstCase: null,
        slippageBps: null,
      },
    });
    const pane = positions.draw(
      aScene({ view: aView({ positions: [aPosition(), bare] }) }),
      WIDE,
      [],
    );
    expect(rowText(pane.summary)).toContain('worst case open: 1 without a stop');
    const row = pane.rows.find((one) => rowText(one).includes('SOL/USDT'));
    expect(row?.filter(({ token }) => token === 'warn').map(({ text }) => text.trim())).toEqual([
      'none',
      'nowhere',
    ]);
  });

  it('show MFE and MAE in R, exposure of equity, age and funding', () => {
    const one = aPosition({
      maxFavorableR: 1.25,
      maxAdverseR: -0.5,
      exposureFraction: 0.1234,
      openedTime: aView().now - 7_200_000,
      fundingPaid: decimal('-0.12'),
    });
    const { rows } = positions.draw(aScene({ view: aView({ positions: [one] }) }), WIDE, []);
    const [titles = '', values = ''] = rows.map(rowText);
    const under = (title: string): string => {
      const end = titles.indexOf(title) + title.length;
      return values.slice(0, end).split(/ {2,}/).at(-1) ?? '';
    };
    expect(under('MFE R')).toBe('+1.3');
    expect(under('MAE R')).toBe('−0.5');
    expect(under(' eq %')).toBe('12.3');
    expect(under('   age')).toBe('2 h');
    expect(under('funding')).toBe('−0.12');
  });
});

describe('orders', () => {
  it('are as far from the last price as the fraction between them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e7 }),
        fc.integer({ min: 1, max: 1e7 }),
        (price, last) => {
          const markets = [aMarket({ lastPrice: last / 100 })];
          const order = {
            symbol: 'BTC/USDT',
            price: decimal(String(price / 100)),
            triggerPrice: null,
          };
          expect(awayPercent(order, markets)).toBeCloseTo(((price - last) / last) * 100, 6);
        },
      ),
    );
    const order = { symbol: 'BTC/USDT', price: decimal('1'), triggerPrice: null };
    expect(awayPercent(order, [aMarket({ lastPrice: null })])).toBeNull();
    expect(awayPercent(order, [])).toBeNull();
  });

  it('tell their average price and what it slipped by', () => {
    const tell = (change: Partial<OrderView>): string => {
      const order = anOrder({
        side: 'sell',
        type: 'market',
        price: null,
        quantity: decimal('2'),
        filled: decimal('1.5'),
        filledNotional: decimal('4500'),
        decisionPrice: 3003,
        ...change,
      });
      return shown(orderRows(order, aView(), 70));
    };
    const slipped = (from: number): string =>
      `slippage ${(((from - 3000) / from) * 10_000).toFixed(1)} bp`;
    expect(tell({})).toContain('1.5000 at 3,000.00 for 4,500.00; 0.5000 open');
    expect(tell({})).toContain(slipped(3003));
    // A stop meant to fill at its trigger, days after it was placed; a limit gets its price.
    expect(tell({ type: 'stop', triggerPrice: decimal('3001') })).toContain(slipped(3001));
    expect(tell({ type: 'limit', price: decimal('2999') })).not.toContain('slippage');
  });
});

describe('P&L', () => {
  it('shows an identity that adds up', () => {
    const cents = fc.integer({ min: -5_000_000, max: 5_000_000 });
    fc.assert(
      fc.property(cents, cents, fc.nat(500_000), cents, (realized, open, fees, funding) => {
        const net = realized + open - fees - funding;
        const money = (value: number) => decimal((value / 100).toFixed(2));
        const view = aView({
          pnl: {
            ...aView().pnl,
            realizedPnl: money(realized),
            unrealizedPnl: open / 100,
            feesPaid: money(fees),
            fundingPaid: money(funding),
            netPnl: net / 100,
          },
        });
        const [line = []] = pnl.draw(aScene({ view }), WIDE, []).rows;
        const [r = 0, u = 0, f = 0, g = 0, n = 0] = numbersOf(rowText(line));
        expect([r, u, f, g, n]).toEqual(
          [realized, open, fees, funding, net].map((one) => one / 100),
        );
        expect(Math.round(100 * (r + u - f - g))).toBe(Math.round(100 * n));
      }),
      { numRuns: 80 },
    );
  });

  it('breaks down to rows that add up', () => {
    const row = {
      key: 'x',
      realizedPnl: 10,
      feesPaid: 2,
      fundingPaid: -1,
      netPnl: 14,
      roundTrips: 1,
    };
    expect(openPart(row)).toBe(5);
    expect(row.realizedPnl + openPart(row) - row.feesPaid - row.fundingPaid).toBe(row.netPnl);
  });

  it('falls from the highest equity before, the one it began with among them', () => {
    const equities = fc.double({ min: 1, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(equities, { minLength: 2, maxLength: 40 }), ([start = 1, ...all]) => {
        const history = {
          equityStart: start,
          pnl: { equityCurve: all.slice(0, -1).map((value, i) => [i, value] as const) },
          equity: all.at(-1) ?? 0,
          now: all.length,
        };
        const naive = all.map((value, i) => 1 - value / Math.max(start, ...all.slice(0, i + 1)));
        const falls = equityPoints(history).map(({ drawdown }) => drawdown);
        expect(falls).toHaveLength(naive.length);
        falls.forEach((fall, i) => expect(fall).toBeCloseTo(naive[i] ?? NaN, 9));
      }),
    );
  });
});

describe('a curve', () => {
  const size = { width: 60, height: 8 };
  const label = (value: number): string => value.toFixed(0);
  const plotOf = (values: readonly number[]): readonly string[] =>
    curveRows({ values, label, token: 'accent' }, size).map((row) => rowText(row).slice(0, 52));

  it('begins at the first and ends at the last value, between the highest and the lowest', () => {
    const rising = plotOf([100, 200]);
    expect(rising.at(-1)?.trimStart()).toMatch(/^[⠁-⣿]/);
    expect(rising.at(-1)?.indexOf(rising.at(-1)?.trim() ?? '')).toBe(1);
    expect(rising[0]?.trimEnd().length).toBeGreaterThan(50);
    const rows = curveRows({ values: [100, 200], label, token: 'accent' }, size).map(rowText);
    expect(rows[0]?.endsWith('200')).toBe(true);
    expect(rows.at(-1)?.endsWith('100')).toBe(true);
  });

  it('loses no spike, however many values share a column', () => {
    const flat = Array.from({ length: 5000 }, () => 100);
    const spiked = flat.map((value, i) => (i === 2501 ? 50 : value));
    expect(plotOf(spiked).at(-1)?.trim()).not.toBe('');
  });

  it('is exactly as large as asked, with any values', () => {
    const values = fc.array(fc.double(), { maxLength: 60 });
    const cells = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(values, cells, cells, (all, width, height) => {
        const rows = curveRows({ values: all, label, token: 'accent' }, { width, height });
        expect(rows).toHaveLength(height);
        for (const row of rows) expect(rowText(row)).toHaveLength(width);
      }),
    );
  });
});

describe('risk', () => {
  it('shows each limit by the part that is used', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 1, max: 24 }),
        (used, cells) => {
          const eighths = bar(used / 1000, cells)
            .split('')
            .reduce((sum, one) => {
              const at = ' ▏▎▍▌▋▊▉█'.indexOf(one);
              expect(at).toBeGreaterThanOrEqual(0);
              return sum + at;
            }, 0);
          const exact = Math.min(1, used / 1000) * cells * 8;
          expect(Math.abs(eighths - exact)).toBeLessThanOrEqual(1);
          expect(eighths === cells * 8).toBe(used >= 1000);
          expect(eighths === 0).toBe(used === 0);
          expect(bar(used / 1000, cells)).toHaveLength(cells);
        },
      ),
    );
  });

  test.each([
    [0.049, 0.1, 'good', ' 49 %'],
    [0.05, 0.1, 'warn', ' 50 %'],
    [0.08, 0.1, 'danger', ' 80 %'],
    [0.12, 0.1, 'danger', '! 120 %'],
  ] as const)('%s of %s reads %s', (value, limit, token, text) => {
    const limits = aView()
      .limits.filter(({ code }) => code === 'OPEN_RISK')
      .map((one) => ({ ...one, value, limit }));
    const { rows } = risk.draw(aScene({ view: aView({ limits }) }), WIDE, []);
    const row = rows.find((one) => rowText(one).includes('open risk')) ?? [];
    expect(row.find((one) => one.text.endsWith(text))).toMatchObject({ token });
    expect(rowText(row)).toContain(text);
    expect(rowText(row)).toContain(`  ${(Math.max(0, limit - value) * 100).toFixed(2)}`);
  });

  it('uses up a limit of nothing with anything', () => {
    expect(usedPart({ value: 1, limit: 0 })).toBe(Infinity);
    expect(usedPart({ value: 0, limit: 0 })).toBe(0);
    expect(usedPart({ value: null, limit: 1 })).toBeNull();
  });

  it('says that a breaker tripped, and names it first', () => {
    const breakers = [aBreaker({ name: 'dailyLoss', value: 0.06, limit: 0.05, tripped: true })];
    const pane = risk.draw(aScene({ view: aView({ breakers }) }), WIDE, []);
    expect(rowText(pane.summary)).toBe('tripped: daily loss');
    expect(shown(pane.rows)).toMatch(/daily loss .*TRIPPED/);
  });
});

describe('alerts', () => {
  it('count what is active, newest first', () => {
    const raised = [
      anAlert({ id: 1, time: 5_000, active: true, text: 'first' }),
      anAlert({ id: 2, time: 9_000, active: false, text: 'second' }),
      anAlert({ id: 3, time: 7_000, active: true, text: 'third' }),
    ];
    const pane = alerts.draw(aScene({ view: aView({ alerts: raised }) }), WIDE, []);
    expect(rowText(pane.summary)).toBe('2 active');
    const text = shown(pane.rows);
    const order = ['second', 'third', 'first'].map((one) => text.indexOf(one));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});
