import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const LINTER = join(ROOT, 'node_modules/oxlint/bin/oxlint');
const PLANTED = {
  'a.ts': `
import { readFileSync } from 'node:fs';
import { b } from './b.ts';
export async function send(): Promise<number> {
  return Promise.resolve(b);
}
export function start(value: any): unknown {
  send();
  return value;
}
export const first = [1][0]!;
`,
  'b.ts': `
import { start } from './a.ts';
export const b = 1;
export const again = start;
`,
  'c.tsx': `
import { useState } from 'react';
export function C({ on }: { on: boolean }) {
  if (!on) return null;
  const [text] = useState('');
  return text;
}
`,
  'long.ts': `export function long(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(70)}  return n;\n}\n`,
};

let directory = '';
let output = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-lint-'));
  mkdirSync(join(directory, 'src'));
  mkdirSync(join(directory, 'test'));
  for (const [name, text] of Object.entries(PLANTED)) {
    writeFileSync(join(directory, 'src', name), text);
  }
  cpSync(join(ROOT, 'tsconfig.json'), join(directory, 'tsconfig.json'));
  cpSync(join(ROOT, 'test/oxlint.json'), join(directory, 'test/oxlint.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  output = spawnSync(
    process.execPath,
    [LINTER, '-c', 'test/oxlint.json', '--type-aware', '--format=unix', 'src'],
    { cwd: directory, encoding: 'utf8' },
  ).stdout;
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

test.each([
  ['a promise that nobody awaits', /a\.ts:8:.*no-floating-promises/],
  ['an import cycle', /b\.ts:2:.*no-cycle/],
  ['any', /a\.ts:7:.*no-explicit-any/],
  ['an unused import', /a\.ts:2:.*no-unused-vars/],
  ['a hook behind a condition', /c\.tsx:5:.*rules-of-hooks/],
  ['a non-null assertion', /a\.ts:11:.*no-non-null-assertion/],
  ['a long function', /long\.ts:1:.*max-lines-per-function/],
])('lint finds %s', (_name, finding) => {
  expect(output).toMatch(finding);
});
