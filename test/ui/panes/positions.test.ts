// A position that is protected in part only says so, everywhere it is shown.
import { describe, expect, it } from 'vitest';

import { positionRows } from '../../../src/ui/why/position.ts';
import type { PositionView } from '../../../src/ui/slices.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { aPosition, anOrder } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';
import { drawn, textOf } from './pane-kit.ts';

const of = (change: Partial<PositionView['protection']>, mark: number | null = 67_412.3) =>
  aPosition({ markPrice: mark, protection: { ...aPosition().protection, ...change } });

function shown(...positions: readonly PositionView[]): string {
  const pane = drawn('positions', { width: 110, height: 12 }, { view: { positions } });
  return [rowText(pane.summary), ...textOf(pane)].join('\n');
}

describe('a position with a stop for a part of it', () => {
  it('says so in its row, below it and in the sum', () => {
    const text = shown(of({ worstCase: null }), of({ worstCase: -13.4 }));
    expect(text).toContain('worst case open: 1 without a full stop');
    expect(text).toMatch(/66,980\.00 {2}in part/);
    expect(text).toContain('a part has no stop');
  });

  it('is told from one without any and from one whose mark is not known', () => {
    const bare = of({ stopPrice: null, rests: null, worstCase: null });
    expect(shown(bare)).toContain('open: 1 without a stop');
    expect(shown(of({ worstCase: null }, null))).not.toContain('in part');
    expect(shown(of({}))).not.toContain('in part');
  });

  it('says so when one asks why', () => {
    const orders = [anOrder({ symbol: 'BTC/USDT', role: 'protective', status: 'accepted' })];
    const told = (position: PositionView): string =>
      positionRows(position, aView({ orders, positions: [position] }), 70)
        .map(rowText)
        .join('\n');
    expect(told(of({ worstCase: null }))).toContain('a part of this position has no stop');
    expect(told(of({}))).not.toContain('a part of this position');
  });
});

describe('a position whose stop nobody has confirmed', () => {
  it('never says that the stop is at the venue', () => {
    const lost = of({ rests: 'unknown' });
    const text = shown(lost);
    expect(text).toMatch(/66,980\.00 {2}unknown/);
    expect(text).toContain('was sent, not confirmed by the venue');
    const why = positionRows(lost, aView({ mode: 'live', positions: [lost] }), 70)
      .map(rowText)
      .join('\n');
    expect(why).toContain('rests: unknown');
    expect(why).toContain('perhaps nothing protects it');
    expect(why + text).not.toContain('at the venue');
  });
});
