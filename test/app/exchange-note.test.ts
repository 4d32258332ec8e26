import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { readExchangeNote, writeExchangeNote } from '../../src/app/exchange-note.ts';
import { checkStateDirectory } from '../../src/store/state-dir.ts';
import { PLAN } from './live/gate-kit.ts';

const homes: string[] = [];
afterEach(() => {
  for (const home of homes.splice(0)) rmSync(home, { recursive: true, force: true });
});
function directory(): string {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-note-'));
  homes.push(home);
  return home;
}

describe('the note of the exchange', () => {
  test('is read as it was written, private, and known in a state directory', () => {
    const dir = directory();
    const note = { plan: PLAN, keyName: 'main', markets: [{ symbol: 'BTC/USDT', id: 'BTCUSDT' }] };
    expect(readExchangeNote(dir)).toBeNull();
    writeExchangeNote(dir, note);
    expect(readExchangeNote(dir)).toEqual(note);
    expect(statSync(join(dir, 'exchange.json')).mode & 0o777).toBe(0o600);
    expect(() => checkStateDirectory(dir)).not.toThrow();
  });

  test.each(['', '{', '{"plan":{}}', 'null'])('%j is refused in one line', (text) => {
    const dir = directory();
    writeFileSync(join(dir, 'exchange.json'), text);
    expect(() => readExchangeNote(dir)).toThrow(/exchange\.json cannot be used/);
  });

  test('is not read through a link', () => {
    const dir = directory();
    writeFileSync(join(dir, 'elsewhere'), JSON.stringify({ plan: PLAN, keyName: null }));
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'exchange.json'));
    expect(() => readExchangeNote(dir)).toThrow(/cannot be used/);
  });
});
