import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { FAULT_ROWS } from './proofs/faults-table.ts';
import { FAULT_ANSWERS } from './support/fault-answers.ts';
import { fillTables } from './support/readme-tables.ts';
import { PROOFS } from './support/reliability-figures.ts';

const root = join(import.meta.dirname, '..');

it('has the tables the code has now: keys, settings, rules, drills, proofs', async () => {
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

/** All sources as one text, in which a message that spans lines stands in one piece. */
function sources(): string {
  const from = join(root, 'src');
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /\.(ts|tsx|sh)$/.test(name));
  const text = files.map((name) => readFileSync(join(from, name), 'utf8')).join('\n');
  return text.replaceAll(/['`]\s*\+\s*['`]/g, '').replaceAll("\\'", "'");
}

/** What the first column of every table of the operator's page quotes. */
function quotedMessages(): string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const from = readme.indexOf('## When something goes wrong');
  const page = readme.slice(from, readme.indexOf('## Backup and restore', from));
  const cells = page.split('\n').flatMap((line) => /^\| (.*?) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, quoted = '']) => quoted));
}

describe("the operator's page", () => {
  const all = sources();

  test.each(quotedMessages())('quotes what the program says: %s', (message) => {
    for (const part of message.split('…').map((one) => one.trim())) {
      expect(all.includes(part), `src says nowhere: ${part}`).toBe(true);
    }
  });

  test('quotes more than a few messages', () => {
    expect(quotedMessages().length).toBeGreaterThan(50);
  });
});

describe('the tables on reliability', () => {
  test.each(FAULT_ROWS)('F$row has an answer of at most twelve words', ({ row }) => {
    const words = (FAULT_ANSWERS[row] ?? '').split(/\s+/).filter((word) => /\w/.test(word));
    expect(words.length).toBeGreaterThan(0);
    expect(words.length).toBeLessThanOrEqual(12);
  });

  test('name commands that exist, and all of them', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    const proofs = Object.keys(scripts).filter((name) => name.startsWith('prove:'));
    const commands = PROOFS.map(({ command }) => command);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(commands));
    expect(commands).toEqual(expect.arrayContaining(proofs));
  });
});
