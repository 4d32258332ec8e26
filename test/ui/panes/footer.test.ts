// The line of the state: why it does not trade, since when, and always what clears it.
import { describe, expect, it } from 'vitest';

import { NOT_FLAT } from '../../../src/execution/flatten.ts';
import { CLEARS } from '../../../src/execution/stop-states.ts';
import { footerLine, noticeLine } from '../../../src/ui/panes/footer.ts';
import { PANES } from '../../../src/ui/layout/panes.ts';
import { type Dialog, type Model, createModel, withPane } from '../../../src/ui/model.ts';
import { formatWhen } from '../../../src/ui/text/format.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { NOW, account } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

const HALTED = {
  ...account(),
  tradingState: 'halted',
  stateReason: 'breaker drawdown 15.01 % of 15.00 %',
  stateClears: CLEARS.halted,
} as const;

function stateText(stateSince: number, width: number): string {
  const view = aView({ account: { ...HALTED, stateSince } });
  return rowText(noticeLine({ view, model: createModel(), notice: null }, width));
}

describe('the line of a halted account', () => {
  it('says what clears it, whole, from 80 columns on', () => {
    for (const width of [80, 100, 120, 200]) {
      const text = stateText(NOW - 60_000, width);
      expect(text).toHaveLength(width);
      expect(text).toContain(`→  ${HALTED.stateClears}`);
      expect(text).toContain('halted since 14:01:31');
    }
    expect(stateText(NOW, 200)).toContain(HALTED.stateReason);
  });

  it('says NOT FLAT in full before it says the way back', () => {
    const stateReason = `${NOT_FLAT}, still long 1 BTC/USDT: flattened by the operator`;
    const view = aView({ account: { ...HALTED, stateReason, stateSince: NOW } });
    const line = noticeLine({ view, model: createModel(), notice: null }, 80);
    expect(rowText(line)).toContain('halted since 14:02:31: NOT FLAT, still long 1 BTC/USDT');
    expect(line.map(({ token }) => token)).toContain('danger');
  });

  it('says the day where it was another', () => {
    expect(stateText(NOW - 25 * 3_600_000, 120)).toContain('halted since 03-01 13:02');
  });
});

describe('the line while nothing can be saved', () => {
  it('says so, and the way out, whatever else was said', () => {
    const store = { failed: 'State cannot be saved: ENOSPC', commitMs: null, waiting: 0 };
    const view = aView({ account: HALTED, store });
    const notice = { id: 1, time: NOW, level: 'warn', text: '15 MB left on the disk' } as const;
    const line = noticeLine({ view, model: createModel(), notice }, 80);
    expect(rowText(line)).toContain('journal failed: mend the disk, quit, start again · State');
    expect(rowText(line)).not.toContain('15 MB');
  });
});

describe('the line of a recording that has ended', () => {
  it('keeps saying that the account is halted', () => {
    const feed = { ...aView().feed, ended: true };
    const text = (account: typeof HALTED | undefined): string => {
      const view = aView({
        feed,
        ...(account ? { account: { ...account, stateSince: NOW } } : {}),
      });
      return rowText(noticeLine({ view, model: createModel(), notice: null }, 80));
    };
    expect(text(HALTED)).toMatch(/^ the recording has ended; q quits {3}halted since 14:02:31/);
    expect(text(undefined)).not.toContain('since');
  });
});

describe('the footer', () => {
  it('keeps the danger keys in their place while others come and go', () => {
    const places = PANES.flatMap((focus) =>
      (['running', 'paused', 'halted'] as const).map((tradingState) => {
        const view = aView({ account: { ...aView().account, tradingState } });
        const text = rowText(footerLine(aScene({ view, model: { ...createModel(), focus } }), 80));
        return `${String(text.indexOf('H HALT'))} ${String(text.indexOf('F flatten'))}`;
      }),
    );
    expect(new Set(places).size).toBe(1);
  });

  it('names only the halt below a dialog, in its place, and with Ctrl where letters are text', () => {
    const below = (dialog: Dialog): string =>
      rowText(footerLine(aScene({ model: { ...createModel(), dialog } }), 80)).trimEnd();
    const place = rowText(footerLine(aScene(), 80)).indexOf('H HALT');
    expect(below({ kind: 'quit' })).toBe(`${' '.repeat(place)}H HALT`);
    const phrase = { kind: 'phrase', purpose: 'flatten', expects: '', typed: '', wrong: false };
    expect(below(phrase as Dialog)).toBe(`${' '.repeat(place)}Ctrl+X HALT`);
  });

  it('names the way back out of a filter or a zoom, and only then', () => {
    const footer = (change: Partial<Model>, width = 80): string => {
      const model = { ...createModel(), focus: 'orders' as const, ...change };
      return rowText(footerLine(aScene({ model }), width));
    };
    const filtered = withPane(createModel(), 'orders', { filter: 'sol' }).panes;
    expect(footer({ zoomed: true })).toContain('esc back');
    expect(footer({ panes: filtered })).toContain('esc back');
    expect(footer({})).not.toContain('esc');
    expect(footer({ zoomed: true })).toMatch(/H HALT {2}F flatten/);
  });
});

describe('a moment', () => {
  it('is a clock today and a day with a clock otherwise, before and after', () => {
    const midnight = Date.UTC(2026, 2, 2);
    expect(formatWhen(midnight, NOW)).toBe('00:00:00');
    expect(formatWhen(midnight - 1, NOW)).toBe('03-01 23:59');
    expect(formatWhen(midnight + 86_400_000, NOW)).toBe('03-03 00:00');
  });
});
