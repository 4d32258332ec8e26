import { describe, expect, it } from 'vitest';

import type { SessionView } from '../../../src/app/session-types.ts';
import { type Model, createModel } from '../../../src/ui/model.ts';
import { log, logLines, logPane } from '../../../src/ui/panes/log.ts';
import { rowText } from '../../../src/ui/text/rows.ts';
import { shown } from '../../support/rows.ts';
import { letters, pressKeys } from '../press-kit.ts';
import { NOW, anOrder } from '../account-fixture.ts';
import { aScene, aView } from '../session-fixture.ts';

type LogLine = SessionView['log'][number];
const line = (
  seconds: number,
  level: LogLine['level'],
  category: LogLine['category'],
  message: string,
): LogLine => ({ time: NOW + seconds * 1000, level, category, message });

const LINES = [
  line(0, 'debug', 'market', 'book thin'),
  line(10, 'info', 'trading', 'filled buy'),
  line(20, 'warn', 'risk', 'denied SPREAD_LIMIT'),
  line(30, 'error', 'system', 'disk slow'),
  line(40, 'info', 'trading', 'filled sell'),
];
const view = aView({ log: LINES, notices: [] });
const focus: Partial<Model> = { focus: 'log' };
const press = (...keys: Parameters<typeof pressKeys>[0]) => pressKeys(keys, { model: focus, view });
const shownAfter = (keys: readonly string[], of: SessionView = view): string => {
  const { model } = press(...keys);
  const pane = log.draw(aScene({ view: of, model }), { width: 60, height: 8 }, []);
  return `${pane.title} | ${rowText(pane.summary)}\n${shown(pane.rows).trim()}`;
};
const words = (text: string): string[] => text.match(/thin|buy|denied|slow|sell/g) ?? [];

const said = (seconds: number, message: string) => line(seconds, 'info', 'trading', message);

describe('the lines of the log', () => {
  it('shows log and answers in one stream, newest first, and nothing twice', () => {
    const log = [said(0, 'filled'), said(1, 'filled'), said(60, 'filled'), said(61, 'paused')];
    const notices = [
      { id: 1, time: NOW + 62_000, level: 'info', text: 'paused' },
      { id: 2, time: NOW + 63_000, level: 'warn', text: 'nothing to cancel' },
    ] as const;
    expect(logLines({ log, notices }).map((one) => [one.category, one.message])).toEqual([
      ['answer', 'nothing to cancel'],
      ['trading', 'paused'],
      ['trading', 'filled'],
      ['trading', 'filled'],
    ]);
  });

  it('keeps what is being read in its place while newer lines arrive', () => {
    const log = [said(0, 'a'), said(10, 'b'), said(20, 'c')];
    const lines = logLines({ log, notices: [] });
    const [, second] = lines;
    const size = { width: 40, height: 2 };
    const plain = { shows: { level: 'info', category: null }, filter: '', now: NOW } as const;
    const anchor = second?.key ?? null;
    const before = logPane({ lines, anchor, ...plain }, size);
    const after = logPane(
      { lines: logLines({ log: [...log, said(30, 'd')], notices: [] }), anchor, ...plain },
      size,
    );
    expect(shown(after.rows)).toBe(shown(before.rows));
    expect(after.summary.map((one) => one.text).join('')).toBe('2 newer above');
  });

  it('says the day of lines of another day, and keeps the words below one another', () => {
    const lines = logLines({ log: [said(-86_400, 'yesterday'), said(0, 'today')], notices: [] });
    const shows = { level: 'info', category: null } as const;
    const pane = logPane(
      { lines, anchor: null, shows, filter: '', now: NOW },
      { width: 40, height: 2 },
    );
    const [today = '', yesterday = ''] = shown(pane.rows).split('\n');
    expect(today).toMatch(/^ 14:02:31 {6}today/);
    expect(yesterday).toMatch(/^ 03-01 14:02 {3}yesterday/);
  });
});

describe('the log', () => {
  it('goes through the least levels, and says which', () => {
    expect(words(shownAfter([]))).toEqual(['sell', 'slow', 'denied', 'buy']);
    expect(words(shownAfter(['v']))).toEqual(['slow', 'denied']);
    expect(shownAfter(['v'])).toContain('Log warn and up | follow');
    expect(words(shownAfter(['v', 'v']))).toEqual(['slow']);
    expect(shownAfter(['v', 'v'])).toContain('Log error |');
    expect(words(shownAfter(['v', 'v', 'v']))).toEqual(['sell', 'slow', 'denied', 'buy', 'thin']);
    expect(shownAfter(['v', 'v', 'v', 'v'])).toContain('Log |');
  });

  it('goes through the categories, and says which', () => {
    expect(words(shownAfter(['c']))).toEqual(['sell', 'buy']);
    expect(shownAfter(['c'])).toContain('Log · trading');
    expect(shownAfter(['c', 'c'])).toContain('nothing of this level and category yet');
    expect(words(shownAfter(['c', 'c', 'v', 'v', 'v']))).toEqual(['thin']);
    expect(words(shownAfter(Array.from({ length: 6 }, () => 'c')))).toHaveLength(4);
  });

  it('finds words, in any order, whatever their case', () => {
    expect(words(shownAfter(['/', ...letters('SELL filled'), 'enter']))).toEqual(['sell']);
  });

  it('marks what was searched for, and changes no letter', () => {
    const { model } = press('/', ...letters('fill'), 'enter');
    const [row = []] = log.draw(aScene({ view, model }), { width: 60, height: 2 }, []).rows;
    expect(row.filter(({ token }) => token === 'accent').map(({ text }) => text)).toEqual(['fill']);
    expect(rowText(row).trim()).toBe('14:03:11   filled sell');
  });

  it('marks levels without color', () => {
    expect(shownAfter([])).toMatch(/! denied/);
    expect(shownAfter([])).toMatch(/✗ disk slow/);
  });

  it('holds still on f while newer lines come, and follows on the next', () => {
    const later = aView({
      ...view,
      log: [...LINES, line(50, 'info', 'trading', 'filled buy again')],
    });
    const held = shownAfter(['f'], later).split('\n');
    expect(held[0]).toBe('Log | 1 newer above');
    expect(held.slice(1)).toEqual(shownAfter(['f']).split('\n').slice(1));
    expect(shownAfter(['f', 'f'], later)).toContain('Log | follow');
    expect(shownAfter(['f'])).toContain('Log | held');
  });

  it('exports what is shown, oldest first, once a press', () => {
    const { commands } = press('v', 'E');
    expect(commands).toEqual([
      {
        kind: 'exportLog',
        lines: [
          '2026-03-02 14:02:51 warn  risk     denied SPREAD_LIMIT',
          '2026-03-02 14:03:01 error system   disk slow',
        ],
      },
    ]);
    expect(press('E', 'E').commands).toHaveLength(2);
    expect(press('c', 'c', 'E')).toMatchObject({ commands: [] });
    expect(press('c', 'c', 'E').model.note).toBe('no line is shown that could be exported');
    expect(pressKeys([{ name: '', text: 'EE' }], { model: focus, view }).commands).toEqual([]);
  });

  it('shows an event whole', () => {
    const long = aView({
      log: [line(0, 'warn', 'risk', 'denied '.repeat(30).trim())],
      notices: [],
    });
    const scene = aScene({ view: long, model: createModel() });
    const [key = ''] = log.rowKeys(scene);
    const text = shown(log.why(key, scene, 60) ?? []);
    expect(text).toContain('category    risk');
    expect(text.match(/denied/g)).toHaveLength(30);
  });
});

describe('rows under the cursor', () => {
  it('stay what a key means while rows come above them', () => {
    const [seen, newer] = [anOrder({ symbol: 'SEEN/USDT' }), anOrder({ symbol: 'NEW/USDT' })];
    const { model } = pressKeys(['6'], { view: aView({ orders: [seen] }) });
    const later = pressKeys(['c'], { model, view: aView({ orders: [newer, seen] }) });
    expect(later.commands).toEqual([{ kind: 'cancelOrder', orderId: seen.id }]);
  });
});
