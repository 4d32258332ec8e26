// The header: what must not give way on a narrow screen, and what appears on a wide one.
import { describe, expect, it } from 'vitest';

import type { SessionView } from '../../../src/app/session-types.ts';
import { headerLine, statusLine } from '../../../src/ui/panes/header.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { account } from '../account-fixture.ts';
import { aView } from '../session-fixture.ts';

const header = (width: number, change: Partial<ReturnType<typeof account>> = {}): string =>
  rowText(headerLine(aView({ account: { ...account(), ...change } }), 120, width));

describe('the header', () => {
  it('shows the risk of all stops wherever there is room, its limit beside it', () => {
    expect(header(80)).not.toContain('risk');
    expect(header(100)).toMatch(/risk \d+\.\d\/\d+ %/);
    expect(header(120)).toMatch(/risk \d+\.\d of \d+ %/);
  });

  it('says at every size that rules are off, before any figure but the P&L', () => {
    for (const width of [50, 60, 80, 100, 120, 200]) {
      expect(header(width, { riskEnabled: false }), String(width)).toContain('risk rules off');
    }
  });
});

describe('the line of the process', () => {
  it('says first that the journal failed, and of a recording what it lacks', () => {
    const line = (change: Partial<SessionView>): string =>
      rowText(statusLine(aView(change), 100, 120));
    const { store, feed } = aView();
    expect(line({ store: { ...store, failed: 'ENOSPC: no space left on device' } })).toContain(
      'data 0.1 s   journal failed: ENOSPC: no space left on device',
    );
    const replay = line({
      mode: 'replay',
      feed: { ...feed, hasBook: false, length: 1000, events: 20 },
    });
    expect(replay).toContain('no book in this recording');
    expect(replay).toContain('2 % of recording  2026-03-02 14:02:31 UTC');
  });

  it('says how much room is left on a disk that fills up', () => {
    const line = (level: 'enough' | 'low' | 'scarce'): string => {
      const store = { ...aView().store, space: { level, freeBytes: 42_300_000 } };
      return rowText(statusLine(aView({ store }), 100, 120));
    };
    expect(line('enough')).not.toContain('left on the disk');
    expect(line('low')).toContain('42 MB left on the disk');
    expect(line('scarce')).toContain('42 MB left on the disk');
  });

  const line = (health: SessionView['health'], width: number): string =>
    rowText(statusLine(aView({ health }), 120, width));

  it('says from 110 columns on how long an event takes and how late the loop comes', () => {
    const health = { eventMicros: 4.2, loopDelayMs: 1.6 };
    expect(line(health, 110)).toContain('engine   4 µs  loop   2 ms');
    expect(line(health, 109)).not.toContain('engine');
    expect(line(health, 120)).toMatch(/loop +2 ms {2}disk +4\.2 ms/);
  });

  it('shows no figure before one was measured, and nothing where nobody measures', () => {
    const unknown = { eventMicros: null, loopDelayMs: null };
    expect(line(unknown, 120)).toContain('engine   — µs  loop   — ms');
    expect(line(null, 120)).not.toContain('engine');
  });

  it('shows no old figure while the market is held or has ended', () => {
    const health = { eventMicros: 4.2, loopDelayMs: 1.6 };
    for (const still of [{ held: true }, { ended: true }]) {
      const view = aView({ health, feed: { ...aView().feed, ...still } });
      expect(rowText(statusLine(view, 120, 120))).toContain('engine   — µs  loop   — ms');
    }
  });

  it('marks a loop that is felt', () => {
    const tokens = (loopDelayMs: number): readonly string[] =>
      statusLine(aView({ health: { eventMicros: 4, loopDelayMs } }), 120, 120).map(
        (one) => one.token,
      );
    expect(tokens(49)).not.toContain('warn');
    expect(tokens(50)).toContain('warn');
    expect(tokens(250)).toContain('danger');
  });
});

describe('an exchange in the header', () => {
  const exchange = {
    id: 'kraken',
    account: 'main',
    emulator: null,
    isProven: true,
    data: { by: 'poll', ageMs: 4_000 },
    feeds: [],
    link: 'down',
    skewMs: -1_500,
    budget: { used: 12, limit: 20, waitingMs: 0 },
  } as const;
  const view = (change: Partial<SessionView> = {}) => aView({ mode: 'live', exchange, ...change });

  it('says LIVE and the account at every size, and EMULATOR where it is one', () => {
    for (const width of [60, 80, 120, 200]) {
      const text = rowText(headerLine(view(), 100, width));
      expect(text, String(width)).toMatch(/LIVE {2}kraken:main/);
    }
    const practice = view({ exchange: { ...exchange, emulator: 'http://127.0.0.1:8777' } });
    expect(rowText(headerLine(practice, 100, 80))).toContain('LIVE EMULATOR  kraken:main');
  });

  it('says at every size that nobody has proven an exchange', () => {
    const paper = view({ mode: 'paper', exchange: { ...exchange, isProven: false } });
    for (const width of [60, 80, 200]) {
      expect(rowText(headerLine(paper, 100, width))).toContain('kraken:main unproven');
    }
  });

  it('tells how data and account arrive, the request limit and the clock', () => {
    const text = rowText(statusLine(view(), 100, 140));
    expect(text).toMatch(/data poll 4\.0 s .*account down .*requests 60 % .*clock −1,500 ms/);
  });

  it('counts the accounts of a console that has several', () => {
    const total = { currency: 'USDT', equity: 1, dayPnl: 0, missing: [] };
    const text = rowText(headerLine(view({ accounts: { lines: [], shown: 1, total } }), 100, 120));
    expect(text).toContain('kraken:main 2/0');
  });
});
