import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { showStrategy } from '../../../src/app/catalog.ts';
import { checkFile } from '../../../src/app/user-strategies/user-strategies.ts';
import { removeAll } from '../../support/session-kit.ts';
import { writeStrategy } from './host-kit.ts';

afterAll(removeAll);

const EXAMPLE = join(import.meta.dirname, 'examples', 'my-cross.ts');
const failedChecks = async (path: string) =>
  (await checkFile(path, '/')).flatMap(({ check, ok }) => (ok ? [] : [check]));

test('strategies check passes the example', async () => {
  const lines = await checkFile(EXAMPLE, '/');
  expect(lines.map(({ check }) => check)).toEqual([
    'runs',
    'speaks',
    'answers',
    'warm-up',
    'repeats',
    'no look-ahead',
  ]);
  expect(lines.filter(({ ok }) => !ok)).toEqual([]);
});

const sometimes = (when: string) => `onCandle({ candle }, view) {
  count += 1;
  return ${when} ? hold(view.expected > 0 ? 'flat' : 'long', 'because') : undefined;
}`;

test.each([
  ['one that throws', sometimes('count === 9 ? nothing : count % 9 === 0'), 'runs'],
  ['one that never wants anything', 'onCandle() {}', 'speaks'],
  ['one that answers junk', "onCandle() { return [{ kind: 'buy' }]; }", 'answers'],
  ['one that speaks in its warm-up', sometimes('count === 1 || count % 99 === 0'), 'warm-up'],
  ['one that throws dice', sometimes('count > 9 && Math.random() < 0.1'), 'repeats'],
  [
    'one that keeps something between runs',
    sometimes('count > 9 && (globalThis.runs = (globalThis.runs ?? 0) + 1) % 7 === 0'),
    'no look-ahead',
  ],
])('strategies check finds %s', async (_name, body, check) => {
  const file = writeStrategy(body, 'warmup: () => 9,');
  expect(await failedChecks(file.path)).toContain(check);
});

test('strategies show tells of a file what it tells of a built-in', async () => {
  const shown = await showStrategy(EXAMPLE, '/');
  expect(shown).toMatchObject({ name: 'my-cross', canShort: false, warmup: 31 });
  expect(shown.paramList[0]).toEqual({
    name: 'fast',
    byDefault: '10',
    allowed: 'whole number from 1 to 500',
    text: 'candles of the fast average',
  });
});
