import { describe, expect, it, test } from 'vitest';

import { decimal } from '../../../src/domain/decimal.ts';
import type { PaneId } from '../../../src/ui/layout/panes.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import { PANE_TABLE } from '../../../src/ui/panes/registry.ts';
import type { Scene } from '../../../src/ui/scene.ts';
import { type Size, rowText } from '../../../src/ui/text/rows.ts';
import { shown } from '../../support/rows.ts';
import { NOW, aMarket, aPosition, aStrategy, anAlert, anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';
import { aBreaker } from '../breaker-fixture.ts';

const PANES: readonly PaneId[] = ['positions', 'orders', 'pnl', 'strategies', 'risk', 'alerts'];
const SIZES: readonly Size[] = [
  { width: 78, height: 9 },
  { width: 118, height: 24 },
  { width: 198, height: 40 },
];

/** Title, summary and rows of one pane. */
function paneText(id: PaneId, size: Size, change: Partial<Scene> = {}): string {
  const pane = PANE_TABLE[id].draw(aScene(change), size, []);
  return `${pane.title} | ${rowText(pane.summary)}\n${shown(pane.rows)}`;
}

const decided = aStrategy({
  lastDecision: {
    time: NOW - 60_000,
    symbol: 'BTC/USDT',
    what: 'enter long BTC/USDT',
    reason: '10 crossed above 30',
    inputs: { fast: 67388.21, slow: 67301 },
    verdicts: [
      { code: 'SPREAD_LIMIT', ok: true, value: 0.1, limit: 10, setting: 'risk.maxSpreadBps' },
      {
        code: 'EXPOSURE_GROSS',
        ok: false,
        value: 1.12,
        limit: 1,
        setting: 'risk.grossExposureFraction',
      },
    ],
    orderId: null,
  },
});
const busy = aView({
  strategies: [decided, ...aView().strategies.slice(1)],
  alerts: [
    anAlert(),
    anAlert({
      id: 2,
      source: 'feed',
      level: 'error',
      active: true,
      count: 1,
      text: 'feed stale',
      verdict: null,
    }),
  ],
  breakers: [
    aBreaker({
      name: 'dailyLoss',
      state: 'reducing',
      value: 0.06,
      limit: 0.05,
      tripped: true,
      cooldownLeftMs: 830_000,
      clears: 'the operator: r and the typed account name',
    }),
  ],
  scopes: [
    {
      kind: 'strategy',
      name: 'breakout',
      state: 'paused',
      since: NOW - 120_000,
      reason: 'breaker lossStreak of breakout 10 of 10',
      by: 'breaker',
    },
  ],
  clusters: [{ symbols: ['BTC/USDT', 'ETH/USDT'], exposureFraction: 0.62 }],
});

describe('the panes of the account', () => {
  for (const id of PANES) {
    test.each(SIZES)(`show ${id} in $width×$height`, async (size) => {
      const name = `../screens/${id}-inner-${String(size.width)}x${String(size.height)}.txt`;
      await expect(`${paneText(id, size, { view: busy })}\n`).toMatchFileSnapshot(name);
    });
  }

  const [small = { width: 78, height: 9 }] = SIZES;
  const empty = aView({
    positions: [],
    orders: [],
    strategies: [aStrategy(), aStrategy({ id: 'off', enabled: false })],
    limits: [],
    alerts: [],
    log: [],
    pnl: { ...aView().pnl, byDay: [], bySymbol: [], byStrategy: [], equityCurve: [] },
  });

  test.each([
    ['positions', 'no positions; strategies that are on: 1'],
    ['orders', 'no orders yet; o places one'],
    ['pnl', 'nothing was traded yet'],
    ['risk', 'no limits are known yet'],
    ['alerts', 'no alerts: no denial, no breaker, no stale feed'],
    ['log', 'nothing has happened yet'],
  ] as const)('say why %s is empty', (id, words) => {
    expect(paneText(id, small, { view: empty })).toContain(words);
  });

  test.each(['positions', 'orders'] as const)('say that %s are not known yet', (id) => {
    const account = { ...aView().account, tradingState: 'recovering' as const };
    expect(paneText(id, small, { view: { ...empty, account } })).toContain(
      `recovering: ${id} are known once our books and the venue agree`,
    );
  });

  test.each([...PANES, 'log'] as const)('say that the filter hides every row of %s', (id) => {
    const model: Model = createModel();
    const panes = { ...model.panes, [id]: { selected: null, filter: 'zzz' } };
    expect(paneText(id, small, { view: busy, model: { ...model, panes } })).toContain(
      'nothing here matches zzz; Esc shows all',
    );
  });

  it('dim old marks and say how old they are', () => {
    const view = aView({ markets: [aMarket({ dataTime: NOW - 600_000 })] });
    const { rows } = PANE_TABLE.positions.draw(aScene({ view }), { width: 118, height: 9 }, []);
    const [titles = [], first = [], second = []] = rows;
    expect(rowText(titles)).toContain('mark age');
    expect(rowText(first)).toContain('10 min');
    expect(first.find(({ text }) => text.includes('4.72'))?.token).toBe('text.muted');
    expect(second.find(({ text }) => text.includes('33.80'))?.token).toBe('pnl.up');
  });

  it('say where orders would go while the journal has failed', () => {
    const view = aView({ store: { failed: 'ENOSPC', commitMs: null, waiting: 0 } });
    expect(paneText('orders', small, { view })).toContain(
      'the journal failed, no order leaves: ENOSPC',
    );
  });

  it('say what a dead process means for each kind of stop', () => {
    const text = (mode: 'demo' | 'live', rests: 'venue' | 'engine' | null): string =>
      paneText('positions', small, {
        view: aView({
          mode,
          positions: [aPosition({ protection: { ...aPosition().protection, rests } })],
        }),
      });
    expect(text('demo', 'venue')).toContain('simulated: nothing runs while this process is down');
    expect(text('live', 'venue')).toContain('the stop stays at the venue');
    expect(text('live', 'engine')).toContain('the stop dies with it');
    expect(text('live', null)).toContain('nothing protects the position');
  });

  it('never cut a number: columns leave whole', () => {
    const view = aView({
      orders: [anOrder({ price: decimal('67412.3'), quantity: decimal('1234.5') })],
    });
    const known = new Set(
      shown(PANE_TABLE.orders.draw(aScene({ view }), { width: 198, height: 3 }, []).rows).match(
        /\d[\d,.:]*/g,
      ) ?? [],
    );
    for (let width = 20; width < 198; width++) {
      const { rows } = PANE_TABLE.orders.draw(aScene({ view }), { width, height: 3 }, []);
      for (const number of shown(rows.slice(1)).match(/\d[\d,.:]*/g) ?? []) {
        expect(known, `${number} at ${String(width)}`).toContain(number);
      }
    }
  });

  it('tell sides and states without color', () => {
    const text = paneText('strategies', { width: 118, height: 12 }, { view: busy });
    expect(text).toMatch(/● sma-cross/);
    expect(text).toMatch(/○ macd .*off/);
    expect(text).toContain('warming up: 12 candles left');
    expect(paneText('alerts', { width: 118, height: 6 }, { view: busy })).toMatch(/● .*active/);
  });
});
