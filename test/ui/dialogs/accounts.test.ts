import { describe, expect, it } from 'vitest';

import type { AccountLine, SessionView } from '../../../src/app/session-types.ts';
import { drawDialog } from '../../../src/ui/dialogs/registry.ts';
import { shown } from '../../support/rows.ts';
import { pressKeys } from '../press-kit.ts';
import { aScene, aView } from '../session-fixture.ts';

const line = (name: string, change: Partial<AccountLine> = {}): AccountLine => ({
  name,
  tradingState: 'running',
  equity: 10_000,
  dayPnl: 12.5,
  currency: 'USDT',
  drawdownFraction: 0.01,
  positions: 1,
  workingOrders: 2,
  data: 'stream',
  link: 'stream',
  ...change,
});

const total = { currency: 'USDT', equity: 20_000, dayPnl: 25, missing: [] };
const two = (change: Partial<NonNullable<SessionView['accounts']>> = {}) =>
  aView({
    accounts: {
      lines: [line('binance:main'), line('kraken:main', { tradingState: 'halted', link: 'down' })],
      shown: 0,
      total,
      ...change,
    },
  });

const drawn = (view: SessionView, width: number): string =>
  shown(
    drawDialog({ kind: 'accounts', index: 1 }, aScene({ view }), { width, maxHeight: 20 }).rows,
  );

describe('several accounts', () => {
  it('are listed with state, result and the worse of their two ways, also on 80 columns', () => {
    const text = drawn(two(), 78);
    expect(text).toMatch(/binance:main.*running.*10,000\.00 USDT.*12\.50.*1\.0 %.*1\s+2\s+stream/);
    expect(text).toMatch(/› kraken:main.*halted.*down/);
    expect(text).toMatch(/together\s+20,000\.00 USDT/);
  });

  it('name those that the total lacks', () => {
    const view = two({ total: { ...total, missing: ['kraken:main'] } });
    expect(drawn(view, 78)).toContain('without kraken:main: no market converts');
  });

  it('are opened with A, chosen with the arrows and shown with Enter', () => {
    const { model, commands } = pressKeys(['A', 'down', 'down', 'enter'], { view: two() });
    expect(commands).toEqual([{ kind: 'showAccount', index: 1 }]);
    expect(model.dialog).toBeNull();
  });

  it('are halted by H from their list', () => {
    expect(pressKeys(['A', 'H'], { view: two() }).commands).toMatchObject([{ kind: 'halt' }]);
  });

  it('are no list where there is one', () => {
    const { model } = pressKeys(['A'], { view: aView() });
    expect(model.dialog).toBeNull();
    expect(model.note ?? '').toContain('one account');
  });
});
