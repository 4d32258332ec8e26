import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { describe, expect, test } from 'vitest';

import { TOP_LEVEL } from './support/tidy-layers.ts';
import {
  bannedCalls,
  barrelsAndDrawers,
  deadFiles,
  longFilesAndLines,
  machineMentions,
  strayExports,
  undocumented,
  wrongImports,
  type Files,
} from './support/tidy-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const NOT_OURS = ['.git', 'node_modules', 'dist', 'coverage'];

const repository = readRepository();

describe('the repository', () => {
  test('imports only along the layer table', () => {
    expect(wrongImports(repository)).toEqual([]);
  });

  test('calls clocks, randomness, timers, console and environment only in their rooms', () => {
    expect(bannedCalls(repository)).toEqual([]);
  });

  test('keeps files and lines short', () => {
    expect(longFilesAndLines(repository)).toEqual([]);
  });

  test('has no default exports and runs every test', () => {
    expect(strayExports(repository)).toEqual([]);
  });

  test('documents the exported functions of its core', () => {
    expect(undocumented(repository)).toEqual([]);
  });

  test('has no barrels and no drawers for odds and ends', () => {
    expect(barrelsAndDrawers(repository)).toEqual([]);
  });

  // The program has parts that nothing wires yet as long as there is no composition root.
  test.skipIf(!existsSync(join(ROOT, 'src/app/build.ts')))('has no dead source files', () => {
    expect(deadFiles(repository)).toEqual([]);
  });

  test('has nothing but the agreed names at its top level', () => {
    const names = readdirSync(ROOT).filter((name) => !NOT_OURS.includes(name));
    expect(names.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
  });

  test('names no path of a machine and no package host', () => {
    expect(machineMentions(repository)).toEqual([]);
  });
});

describe('the rules find a planted', () => {
  test.each([
    ['upward import', 'src/domain/a.ts', `import { b } from '../engine/b.ts';`],
    ['import of a sibling edge', 'src/store/a.ts', `import { b } from '../config/b.ts';`],
    ['upward re-export', 'src/engine/a.ts', `export {\n  b,\n} from '../strategies/b.ts';`],
    ['lazy import', 'src/risk/a.ts', `const b = await import('../store/b.ts');`],
    ['value import where types are allowed', 'src/ports.ts', `import { z } from 'zod';`],
    ['package', 'src/engine/a.ts', `import chalk from 'chalk';`],
    ['input and output in a pure room', 'src/domain/a.ts', `import { open } from 'node:fs';`],
    ['unknown room', 'src/utils/a.ts', ''],
  ])('%s', (_name, path, text) => {
    expect(wrongImports(new Map([[path, text]]))).toHaveLength(1);
  });

  test.each([
    ['Date.now', 'src/risk/a.ts', 'const now = Date.now();'],
    ['new Date()', 'src/exchange/a.ts', 'const now = new Date();'],
    ['Math.random', 'src/app/a.ts', 'return Math.random();'],
    ['timer', 'src/engine/step.ts', 'setTimeout(next, 5);'],
    ['console', 'src/ui/a.tsx', "console.log('x');"],
    ['environment', 'src/config/load.ts', 'return process.env.HOME;'],
    ['environment in brackets', 'src/cli/a.ts', "return process['env'];"],
    ['module variable', 'src/app/a.ts', 'let count = 0;'],
    ['module cache', 'src/app/a.ts', 'const cache = new Map<string, number>();'],
  ])('call: %s', (_name, path, text) => {
    expect(bannedCalls(new Map([[path, `\n${text}\n`]]))).toHaveLength(1);
    expect(bannedCalls(new Map([[path, `// ${text}\n`]]))).toEqual([]);
  });

  test('long file, long line', () => {
    const files = new Map([
      ['src/a.ts', 'a;\n'.repeat(401)],
      ['src/b.ts', 'a'.repeat(101)],
      ['src/c.ts', `// https://example.org/${'a'.repeat(101)}`],
    ]);
    expect(longFilesAndLines(files)).toEqual(['src/a.ts: 401 lines', 'src/b.ts:1: 101 columns']);
  });

  test('default export and lonely test', () => {
    const files = new Map([
      ['src/a.ts', 'export default 1;'],
      ['test/a.test.ts', "describe.only('a', () => undefined);"],
    ]);
    expect(strayExports(files)).toHaveLength(2);
  });

  test('function without a docstring', () => {
    const bare = '\nexport function a(): void {}\n';
    expect(undocumented(new Map([['src/risk/a.ts', bare]]))).toHaveLength(1);
    expect(undocumented(new Map([['src/risk/a.ts', `/** Why. */${bare}`]]))).toEqual([]);
  });

  test('barrel and drawer', () => {
    const files = new Map([
      ['src/app/parts.ts', `export * from './a.ts';`],
      ['src/app/utils.ts', ''],
    ]);
    expect(barrelsAndDrawers(files)).toHaveLength(2);
  });

  test('dead file, and spares what an import, a lazy import or a worker reaches', () => {
    const files = new Map([
      ['src/cli/main.ts', `import '../a.ts';\nawait import('../b.ts');`],
      ['src/a.ts', `new Worker(new URL('./c.ts', import.meta.url));`],
      ['src/b.ts', ''],
      ['src/c.ts', ''],
      ['src/d.ts', ''],
    ]);
    expect(deadFiles(files)).toEqual(['src/d.ts']);
  });

  test('machine path and package host', () => {
    const planted = [['', 'work', 'main'].join('/'), ['registry', 'example', 'org'].join('.')];
    for (const text of planted) {
      expect(machineMentions(new Map([['README.md', `see ${text}/x`]]))).toHaveLength(1);
    }
  });
});

function readRepository(): Files {
  const files = new Map<string, string>();
  const open = readdirSync(ROOT, { withFileTypes: true }).filter(
    ({ name }) => !NOT_OURS.includes(name),
  );
  for (const entry of open) {
    const path = join(ROOT, entry.name);
    if (entry.isFile()) files.set(entry.name, readFileSync(path, 'utf8'));
    if (!entry.isDirectory()) continue;
    for (const inner of readdirSync(path, { recursive: true, withFileTypes: true })) {
      if (!inner.isFile()) continue;
      const file = join(inner.parentPath, inner.name);
      files.set(relative(ROOT, file).split(sep).join('/'), readFileSync(file, 'utf8'));
    }
  }
  return files;
}
