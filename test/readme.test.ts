import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fillTables } from './support/readme-tables.ts';

const root = join(import.meta.dirname, '..');

it('has the tables the code has now: keys, settings, rules', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  expect(readme, 'run `npm run -s generate` and commit README.md').toBe(await fillTables(readme));
});

it('shows a strategy that passes the contract suite', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, shown = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const tested = readFileSync(join(root, 'test/contracts/price-above-average.ts'), 'utf8');
  const inPlace = tested
    .replace('../../src/indicators/', '../indicators/')
    .replace('../../src/strategies/', './');
  expect(shown).toBe(inPlace);
});

it('shows the tested example of a strategy in a file of your own', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, , shown = ''] = readme.split('```ts\n').map((part) => part.split('```')[0]);
  const tested = readFileSync(join(root, 'test/strategies/host/examples/my-cross.ts'), 'utf8');
  expect(shown).toBe(tested.replaceAll('../../../../src/', './tapedeck/src/'));
});
