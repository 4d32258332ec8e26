import fc from 'fast-check';
import { expect, test } from 'vitest';

import { END, START, aParser, keysOf } from './parser-kit.ts';

const ESC = '\u001b';

/** Bytes that are likely to hurt: parts of sequences, marks of a paste, controls, halves. */
const nasty = fc.oneof(
  { weight: 3, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  fc
    .constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}O`,
      `${ESC}]`,
      `${ESC}P`,
      '20',
      '1~',
      START,
      END,
      'H',
      '\r',
    )
    .map((text) => new Uint8Array(Buffer.from(text))),
  fc
    .constantFrom([0x9b], [0xe6, 0x97], [0xf4, 0x90], [0xc0, 0x80], [0x18], [0x1b, 0x5b, 0x4d])
    .map((bytes) => Uint8Array.from(bytes)),
);

/** The same bytes, cut at other places. */
function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

const cuts = fc.array(fc.nat({ max: 5_000 }), { maxLength: 12 });

/** Bytes and characters a value holds on to; functions are the test's own. */
function heldBy(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (Buffer.isBuffer(value)) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + 1 + heldBy(one), 0);
}

test('no bytes make it throw, hold on to more and more, or tell what is no text', () => {
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 60 }), fc.boolean(), (chunks, pauses) => {
      const { parser, send, wait, told } = aParser();
      for (const chunk of chunks) {
        send(chunk);
        if (pauses) wait(30);
        expect(heldBy(parser)).toBeLessThan(66_000);
      }
      wait(10_000);
      for (const one of told()) expect(one).not.toMatch(/[\p{Cc}\p{Cs}\uFFFD]/u);
    }),
    { numRuns: 500 },
  );
});

test('megabytes of anything leave no more behind than a few bytes', () => {
  const { parser, send, wait, told } = aParser();
  send(`${ESC}[${'1;'.repeat(500_000)}`);
  expect(heldBy(parser)).toBeLessThan(200);
  wait(10_000);
  for (const unit of [`${ESC}[`, `${ESC}]`, 'H', `${ESC}[A`, '\u00e9', '1;', '\u0090']) {
    send(unit.repeat(1_000_000 / unit.length));
    expect(heldBy(parser), JSON.stringify(unit)).toBeLessThan(200);
    for (const one of told()) expect(one.length).toBeLessThan(70_000);
    wait(10_000);
    told();
  }
  send(START);
  for (let i = 0; i < 64; i += 1) send('H'.repeat(65_536));
  expect(heldBy(parser)).toBeLessThan(66_000);
  send(END);
  expect(heldBy(parser)).toBeLessThan(200);
});

test('nothing inside a paste is ever a key, wherever it is cut', () => {
  const content = fc
    .uint8Array({ maxLength: 200 })
    .chain((bytes) =>
      fc
        .constantFrom('', 'H', '\u0018', 'HHH', '\r', 'q', ESC)
        .map((text) => [...bytes, ...Buffer.from(text)]),
    )
    .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll(END, ''))
    .filter((text) => !`${text}${END}`.slice(0, -1).includes(END));
  fc.assert(
    fc.property(content, cuts, (text, places) => {
      const bytes = Buffer.from(`${START}${text}${END}`, 'latin1');
      const { send, told } = aParser();
      for (const chunk of cut(bytes, places)) send(chunk);
      const [paste = '', ...rest] = told();
      expect(rest).toEqual([]);
      expect(paste).toMatch(/^paste '/);
    }),
    { numRuns: 1_000 },
  );
});

test('no hot key fires among characters that arrive together', () => {
  const printable = fc.string({ unit: 'binary', minLength: 2, maxLength: 300 });
  const harmless =
    /^(?:'[^]*'|(?:shift\+)?tab|up|down|left|right|home|end|page(?:up|down)|backspace|delete)$/;
  fc.assert(
    fc.property(printable, fc.constantFrom('', 'H', 'q', '\r'), (text, last) => {
      const typed = `${text}${last}`.replaceAll('\u0018', '');
      const drawable = typed.replace(/[\p{Cc}\p{Cs}]/gu, '');
      fc.pre(new Set(drawable).size > 1);
      for (const key of keysOf(typed)) expect(key, JSON.stringify(typed)).toMatch(harmless);
    }),
    { numRuns: 1_000 },
  );
});

test('keys pressed one after the other are those keys, whatever came before them', () => {
  const key = fc.constantFrom<[string, string]>(
    ['H', 'H'],
    ['a', 'a'],
    ['\u0018', 'ctrl+x'],
    ['\r', 'enter'],
    [`${ESC}[A`, 'up'],
    [`${ESC}OP`, 'f1'],
    [`${ESC}[15;5~`, 'ctrl+f5'],
    [`${ESC}[120;5u`, 'ctrl+x'],
    ['é', 'é'],
  );
  fc.assert(
    fc.property(fc.array(nasty, { maxLength: 10 }), fc.array(key), cuts, (before, keys, places) => {
      const { send, wait, told } = aParser();
      for (const chunk of before) send(chunk);
      wait(2_000);
      told();
      for (const [bytes] of keys) {
        // Escape and what follows it may come apart; other keys are one byte or character.
        for (const chunk of cut(Buffer.from(bytes), bytes.length > 2 ? places : [])) send(chunk);
        wait(60);
      }
      expect(told()).toEqual(keys.map(([, name]) => name));
    }),
    { numRuns: 500 },
  );
});

test('Ctrl+X halts whatever it arrives with, outside of a paste', () => {
  const around = nasty.filter((bytes) => !Buffer.from(bytes).toString('latin1').includes('200~'));
  fc.assert(
    fc.property(around, around, cuts, (before, after, places) => {
      const bytes = Buffer.concat([before, Uint8Array.of(0x18), after]);
      const { send, told } = aParser();
      for (const chunk of cut(bytes, places)) send(chunk);
      expect(told()).toContain('ctrl+x');
    }),
    { numRuns: 1_000 },
  );
});
