import { describe, expect, test } from 'vitest';

import { DAY_MS, dayStart } from '../../src/domain/time.ts';

describe('F32: trading days', () => {
  const zone = process.env['TZ'];

  test.each(['UTC', 'America/New_York', 'Australia/Lord_Howe'])(
    'begin at midnight UTC whatever the zone of the machine: %s',
    (name) => {
      process.env['TZ'] = name;
      try {
        // A leap day, the end of a month, of a year, and both changes of summer time.
        for (const text of ['2028-02-29', '2026-04-30', '2026-12-31', '2026-03-29', '2026-11-01']) {
          const begins = Date.parse(`${text}T00:00:00Z`);
          expect(dayStart(begins)).toBe(begins);
          expect(dayStart(begins + DAY_MS - 1)).toBe(begins);
          expect(dayStart(begins + DAY_MS)).toBe(begins + DAY_MS);
        }
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
    },
  );

  test('the day after the end of February is the 29th in a leap year, the 1st otherwise', () => {
    const next = (text: string): string =>
      new Date(dayStart(Date.parse(`${text}T12:00:00Z`)) + DAY_MS).toISOString().slice(0, 10);
    expect(next('2028-02-28')).toBe('2028-02-29');
    expect(next('2026-02-28')).toBe('2026-03-01');
    expect(next('2100-02-28')).toBe('2100-03-01');
  });
});
