// S1 to S6: text from outside on every pane and dialog, in log, CSV and plain lines.
import { describe, expect, test } from 'vitest';

import { createChecked } from './outside-kit.ts';
import { toCsv } from '../../src/app/csv.ts';
import { toFailure } from '../../src/app/failure.ts';
import { logLine, screenText, statusLine } from '../../src/app/plain-text.ts';
import { quoted } from '../../src/config/nearest.ts';
import { InputError } from '../../src/domain/errors.ts';
import { parseSymbol } from '../../src/domain/market.ts';
import { safeText, shownSymbol } from '../../src/domain/safe-text.ts';
import { HOSTILE, UNSEEN } from './hostile.ts';

const NAMES = Object.keys(HOSTILE);
const textOf = (name: string): string => HOSTILE[name] ?? '';

describe.each(NAMES)('S1-S5: %s', (name) => {
  const text = textOf(name);

  test('reaches no pane, no dialog and no line but as visible characters on one line', () => {
    const { view, screens } = createChecked(text);
    expect(screens.size).toBeGreaterThan(20);
    const bad = [...screens].filter(([, rows]) => rows.some((row) => UNSEEN.test(row)));
    expect(bad.map(([screen]) => screen)).toEqual([]);
    const lines = [statusLine(view), ...screenText(view).split('\n'), ...view.log.map(logLine)];
    expect(lines.filter((line) => UNSEEN.test(line))).toEqual([]);
    expect(toFailure(new InputError(text)).line).not.toMatch(UNSEEN);
    expect(quoted(text)).not.toMatch(/\p{Cc}|[\u200b-\u200f\u2028-\u202e\u2066-\u2069]/u);
  });

  test('changes nothing of a word beside it', () => {
    expect(safeText(`before ${text} after`)).toMatch(/^before .*after$/);
    expect(safeText(`${text}${'x'.repeat(9)}`)).toMatch(/xxxxxxxxx$/);
  });

  test('is no symbol', () => {
    expect(parseSymbol(text)).toBe(null);
    expect(shownSymbol(text)).not.toMatch(/[^\x20-\x7e…]/);
  });
});

describe('S5: a symbol with letters of another alphabet', () => {
  test.each([
    ['\u0412\u0422\u0421/USDT', '\\u{412}\\u{422}\\u{421}/USDT'],
    ['BTC/USD\u03a4', 'BTC/USD\\u{3a4}'],
    ['B\u200bTC/USDT', 'B\\u{200b}TC/USDT'],
    ['\uff22TC/USDT', '\\u{ff22}TC/USDT'],
    ['-BTC', '-BTC'],
    ['\\u{41}', '\\u{5c}u{41}'],
    ['币安/USDT', '\\u{5e01}\\u{5b89}/USDT'],
  ])('%j is shown as %s and is none that could be traded', (symbol, shown) => {
    expect(shownSymbol(symbol)).toBe(shown);
    expect(parseSymbol(symbol)).toBe(null);
  });

  test.each(['BTC/USDT', '1000PEPE/USDT:USDT', 'kPEPE/USDC', 'BRK.B/USD', ''])(
    '%j is shown as it is',
    (symbol) => {
      expect(shownSymbol(symbol)).toBe(symbol);
    },
  );
});

describe('S6: much of it', () => {
  test.each<[string, string]>([
    ['a page of 10 MB', '<html>error '.repeat(900_000)],
    ['a million combining marks', `Z${'\u0300'.repeat(1_000_000)}`],
    ['ten million escapes', '\u001b['.repeat(5_000_000)],
    ['a million halves of pairs', '\ud83d'.repeat(1_000_000)],
  ])('%s costs a frame no more than 50 ms', (_name, text) => {
    const { frame } = createChecked(text);
    // Its own work alone: how busy the machine is, is not measured. The best of some frames.
    const costs = Array.from({ length: 20 }, () => {
      const before = process.cpuUsage();
      frame();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    expect(Math.min(...costs)).toBeLessThan(50);
  });
});

describe('S31: a cell that a spreadsheet would run', () => {
  test.each([
    '=HYPERLINK("http://pwned.test","x")',
    '+1+cmd|x',
    '-2+3+cmd|x',
    '@SUM(1)',
    '\t=1+1',
    '\r=1+1',
    '  =1+1',
    '\u0000=1+1',
    '\u200b=1+1',
    '\uff1d1+1',
  ])('%j begins with an apostrophe', (text) => {
    const [, cell = ''] = toCsv([{ text, after: 1 }]).split('\n');
    expect(cell).toMatch(/^"?'/);
  });

  test.each(['-12.5', '0', '1e9 units', 'BTC/USDT', 'stop -2 %'])('%j stays as it is', (text) => {
    expect(toCsv([{ text }])).toBe(`text\n${text}\n`);
  });
});
