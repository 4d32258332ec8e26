import { describe, expect, test } from 'vitest';

import { parseSeek } from '../../../src/ui/edit/seek.ts';
import { NOW } from '../account-fixture.ts';
import { pressKeys } from '../press-kit.ts';
import { aView } from '../session-fixture.ts';

const at = (text: string): string | null => {
  const time = parseSeek(text, NOW);
  return time === null ? null : new Date(time).toISOString();
};

describe('a time to go to', () => {
  test.each([
    ['+2h', '2026-03-02T16:02:31.000Z'],
    ['-30m', '2026-03-02T13:32:31.000Z'],
    ['−1d', '2026-03-01T14:02:31.000Z'],
    ['+90 s', '2026-03-02T14:04:01.000Z'],
    ['14:30', '2026-03-02T14:30:00.000Z'],
    ['14:02', '2026-03-03T14:02:00.000Z'],
    ['9:05:30', '2026-03-03T09:05:30.000Z'],
    ['2026-03-05', '2026-03-05T00:00:00.000Z'],
    ['2026-03-05 14:30', '2026-03-05T14:30:00.000Z'],
    ['2026-03-05T4:30:15', '2026-03-05T04:30:15.000Z'],
  ])('%s is %s', (text, expected) => {
    expect(at(text)).toBe(expected);
  });

  test.each(['', 'soon', '+', '2h', '25:00', '12:60', '2026-02-30', '2026-3-5', '+1y', '1e9'])(
    'is not %s',
    (text) => {
      expect(at(text)).toBeNull();
    },
  );
});

describe('seeking', () => {
  const go = (text: string, view = aView({ mode: 'replay' })) =>
    pressKeys(['J', { name: '', text }, 'enter'], { view });

  test('asks the session once, and closes', () => {
    expect(go('+1h')).toMatchObject({
      commands: [{ kind: 'seekFeed', time: NOW + 3_600_000 }],
      model: { dialog: null },
    });
    expect(go('-1h').commands).toEqual([{ kind: 'seekFeed', time: NOW - 3_600_000 }]);
  });

  test('goes nowhere without a time, beyond the recording, or back in a market without one', () => {
    const feed = { ...aView().feed, startTime: NOW - 60_000, endTime: NOW + 60_000 };
    const short = aView({ mode: 'replay', feed });
    for (const [text, view] of [
      ['soon', short],
      ['+1h', short],
      ['-1h', short],
    ] as const) {
      expect(go(text, view).commands).toEqual([]);
    }
    expect(go('-1h', aView()).commands).toEqual([]);
    expect(go('+1h', aView({ mode: 'paper' })).commands).toEqual([]);
  });
});
