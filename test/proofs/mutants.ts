/**
 * `npm run prove:mutants`: takes each guard away in turn, in a copy of the sources, and runs the
 * tests that are named for it: some test must fail. A guard nobody would miss is no guard.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Outcome, prove, readProofArgs } from './kit.ts';
import { MUTANTS, type Mutant } from './mutants-table.ts';

const root = join(import.meta.dirname, '..', '..');
/** Named tests take a few seconds; a mutant that hangs them is found by this. */
const PATIENCE_MS = 120_000;

const copy = mkdtempSync(join(tmpdir(), 'tapedeck-mutants-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));

function makeCopy(): void {
  for (const name of ['src', 'test', 'config', 'themes', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

/** The sources with one guard taken away. Throws when the table no longer fits them. */
function mutate({ name, file, find, replace }: Mutant): () => void {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const parts = source.split(find);
  if (parts.length !== 2) throw new Error(`${name}: found ${parts.length - 1} times in ${file}`);
  writeFileSync(path, parts.join(replace));
  return () => writeFileSync(path, source);
}

interface TestRun {
  readonly passed: boolean;
  readonly output: string;
}

function testsPass(tests: readonly string[]): TestRun {
  const args = ['run', '-c', 'test/vitest.config.ts', '--bail', '1', '--no-color', ...tests];
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const result = spawnSync(process.execPath, [vitest, ...args], {
    cwd: copy,
    encoding: 'utf8',
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  return { passed: result.status === 0, output: `${result.stdout}${result.stderr}` };
}

function one(index: number): Outcome {
  const mutant = MUTANTS[index];
  if (mutant === undefined) throw new Error(`there are ${MUTANTS.length} mutants`);
  const restore = mutate(mutant);
  const { passed, output } = testsPass(mutant.tests);
  restore();
  const figures = { [mutant.kind]: 1 };
  if (passed) return { fault: `${mutant.name} survived ${mutant.tests.join(' ')}`, figures };
  // A test that cannot even start proves nothing.
  const isKill = / failed/.test(output) || !/Tests /.test(output);
  process.stdout.write(`killed  ${mutant.kind.padEnd(14)} ${mutant.name}\n`);
  return { fault: isKill ? null : `${mutant.name}: the tests did not run: ${output}`, figures };
}

const plan = { name: 'mutants', unit: 'mutants', floor: MUTANTS.length, full: MUTANTS.length };
const { count } = readProofArgs(process.argv.slice(2), plan);
makeCopy();
const all = [...new Set(MUTANTS.flatMap(({ tests }) => tests))];
const whole = count < MUTANTS.length ? { passed: true, output: '' } : testsPass(all);
if (whole.passed) await prove(plan, (seed) => one(seed - 1));
else {
  process.stdout.write(`${whole.output}\nthe tests fail without any mutant\n0 passed, 1 failed\n`);
  process.exitCode = 1;
}
