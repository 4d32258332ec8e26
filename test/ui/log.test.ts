import { expect, it } from 'vitest';

import { logLines, logPane } from '../../src/ui/panes/log.ts';
import { shown } from '../support/rows.ts';
import { NOW } from './account-fixture.ts';

const line = (seconds: number, message: string) =>
  ({ time: NOW + seconds * 1000, level: 'info', category: 'trading', message }) as const;

it('shows log and answers in one stream, newest first, and nothing twice', () => {
  const log = [line(0, 'filled'), line(1, 'filled'), line(60, 'filled'), line(61, 'paused')];
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
  const log = [line(0, 'a'), line(10, 'b'), line(20, 'c')];
  const lines = logLines({ log, notices: [] });
  const [, second] = lines;
  const size = { width: 40, height: 2 };
  const plain = { shows: { level: 'info', category: null }, filter: '', now: NOW } as const;
  const anchor = second?.key ?? null;
  const before = logPane({ lines, anchor, ...plain }, size);
  const after = logPane(
    { lines: logLines({ log: [...log, line(30, 'd')], notices: [] }), anchor, ...plain },
    size,
  );
  expect(shown(after.rows)).toBe(shown(before.rows));
  expect(after.summary.map((one) => one.text).join('')).toBe('2 newer above');
});

it('says the day of lines of another day, and keeps the words below one another', () => {
  const lines = logLines({ log: [line(-86_400, 'yesterday'), line(0, 'today')], notices: [] });
  const shows = { level: 'info', category: null } as const;
  const pane = logPane(
    { lines, anchor: null, shows, filter: '', now: NOW },
    { width: 40, height: 2 },
  );
  const [today = '', yesterday = ''] = shown(pane.rows).split('\n');
  expect(today).toMatch(/^ 14:02:31 {6}today/);
  expect(yesterday).toMatch(/^ 03-01 14:02 {3}yesterday/);
});
