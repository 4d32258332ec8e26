import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { SECURITY_ROWS } from './table.ts';

const TESTS = join(import.meta.dirname, '..');

describe('the table of attacks', () => {
  test('has each of S1 to S40 once, in order', () => {
    const ids = Array.from({ length: 40 }, (_, i) => `S${i + 1}`);
    expect(SECURITY_ROWS.map(({ id }) => id)).toEqual(ids);
  });

  test.each(SECURITY_ROWS)(
    '$id is proven by tests that exist, or says what it waits for',
    (row) => {
      expect(row.proofs.length > 0 || row.waits !== null, 'one of the two').toBe(true);
      expect(row.proofs.length > 0).toBe(row.answer !== '');
      if (row.waits !== null) expect(row.waits.because.length).toBeGreaterThan(10);
      for (const { file, title } of row.proofs) {
        const text = readFileSync(join(TESTS, file), 'utf8');
        expect(text, `${file} has no such test`).toContain(title);
      }
    },
  );
});
