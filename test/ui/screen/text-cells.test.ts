import { describe, expect, it } from 'vitest';

import { ATTRIBUTES, PLAIN, StyleTable, gentleChange } from '../../../src/ui/screen/styles.ts';
import { TextCells, applySgr } from '../../../src/ui/screen/text-cells.ts';

const { bold, dim, underline } = ATTRIBUTES;

describe('text with escape sequences', () => {
  it('becomes characters with styles; styles last over line ends', () => {
    const table = new StyleTable();
    const [first, second] = new TextCells(table).parse('a\u001B[1;31mb\n中\u001B[22mc');
    const red = table.intern({ ...PLAIN, attributes: bold, foreground: '31' });
    const plainRed = table.intern({ ...PLAIN, foreground: '31' });
    expect(first).toEqual({ codes: [97, 98], styles: [0, red], width: 2 });
    expect(second).toEqual({ codes: [0x4e2d, 99], styles: [red, plainRed], width: 3 });
  });

  it('loses what would move the cursor, ring, or draw nothing', () => {
    const cells = new TextCells(new StyleTable());
    const hostile = 'a\u001B[2Jb\u001B]0;title\u0007c\u0007\u009B31md\u200B\u0301e\u001B[?25hf\r\t';
    const [line] = cells.parse(hostile);
    expect(String.fromCodePoint(...(line?.codes ?? []))).toBe('abcdef');
  });

  it('comes back as text that reads the same', () => {
    const table = new StyleTable();
    const cells = new TextCells(table);
    const [line] = cells.parse('\u001B[1;2;44ma\u001B[22;4mb\u001B[0mc\u001B[38;5;9md');
    if (!line) throw new Error('no line');
    const again = new TextCells(table).parse(cells.toText(line));
    expect(again).toEqual([line]);
  });

  it('is read once, and forgotten when many others came', () => {
    const cells = new TextCells(new StyleTable());
    const first = cells.parse('first');
    expect(cells.parse('first')).toBe(first);
    for (let i = 0; i < 4_095; i++) cells.parse(`text ${String(i)}`);
    expect(cells.parse('first')).toBe(first);
    for (let i = 0; i < 4_096; i++) cells.parse(`other ${String(i)}`);
    expect(cells.parse('first')).not.toBe(first);
  });
});

describe('a change of style', () => {
  it.each([
    ['', '0', PLAIN],
    ['1;4', '24', { ...PLAIN, attributes: bold }],
    ['1;2', '22', PLAIN],
    ['31;44', '39', { ...PLAIN, background: '44' }],
    ['38;2;1;2;3;48;5;7', '', PLAIN],
    ['97', '107', { ...PLAIN, foreground: '97', background: '107' }],
    ['1', '999;;5', PLAIN],
  ])('%s, then %s', (first, second, expected) => {
    expect(applySgr(applySgr(PLAIN, first), second)).toEqual(expected);
  });

  it('is the shorter of step by step and anew', () => {
    const table = new StyleTable();
    const strong = table.intern({ attributes: bold | underline, foreground: '31', background: '' });
    const red = table.intern({ ...PLAIN, foreground: '31' });
    expect(table.change(0, red)).toBe('\u001B[31m');
    expect(table.change(red, strong)).toBe('\u001B[1;4m');
    expect(table.change(strong, 0)).toBe('\u001B[m');
    expect(table.change(strong, red)).toBe('\u001B[;31m');
    const blue = table.intern({ attributes: bold | underline, foreground: '34', background: '' });
    expect(table.change(strong, blue)).toBe('\u001B[34m');
  });

  it('says again what shares an end with what goes', () => {
    const both = { ...PLAIN, attributes: bold | dim };
    expect(gentleChange(both, { ...PLAIN, attributes: dim })).toBe('\u001B[22m\u001B[2m');
  });

  it('does not count on blanks that show nothing of it', () => {
    const table = new StyleTable();
    const blank = (style: Partial<typeof PLAIN>): number =>
      table.blankOf(table.intern({ ...PLAIN, ...style }));
    expect(blank({ attributes: bold, foreground: '31' })).toBe(0);
    const back = table.intern({ ...PLAIN, background: '44' });
    expect(blank({ attributes: bold, foreground: '31', background: '44' })).toBe(back);
    expect(blank({ attributes: underline, foreground: '31' })).not.toBe(0);
  });
});
