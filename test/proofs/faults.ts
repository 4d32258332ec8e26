/**
 * `npm run prove:faults`: the fault matrix F1 to F75 as a table, row by row: what the scenarios
 * against the simulated exchange and the tests say of it. A row without any proof fails.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Scenario } from '../simulation/scenario.ts';
import { FAULT_ROWS, type FaultRow, NOT_APPLICABLE, type ProofTest } from './faults-table.ts';
import { prove } from './kit.ts';
import { SCENARIOS } from './scenarios/registry.ts';
import type { FaultScenario } from './scenarios/scenario-kit.ts';

const PLAN = { name: 'faults', unit: 'seeds of every scenario', floor: 20, full: 1_000 } as const;
const ROOT = join(import.meta.dirname, '..', '..');
const MATRIX_ROWS = 75;

/** One run of one scenario; what it broke, or null. */
async function play(scenario: FaultScenario, seed: number): Promise<string | null> {
  const dir = mkdtempSync(join(tmpdir(), 'tapedeck-fault-'));
  try {
    await scenario.play(await Scenario.begin({ seed, dir, ...scenario.options }));
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Every scenario with one seed. Figures: how often each row held and was broken. */
async function playAll(seed: number) {
  const figures: Record<string, number> = {};
  const faults: string[] = [];
  for (const scenario of SCENARIOS) {
    const fault = await play(scenario, seed);
    const name = fault === null ? `F${scenario.row}` : `F${scenario.row} broken`;
    figures[name] = (figures[name] ?? 0) + 1;
    if (fault !== null) faults.push(`F${scenario.row} ${scenario.name}: ${fault}`);
  }
  return { fault: faults.length === 0 ? null : faults.join('\n  '), figures };
}

interface TestResult {
  readonly file: string;
  readonly name: string;
  readonly passed: boolean;
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** All tests the table names, run once. Throws when the runner itself failed. */
function runTests(): TestResult[] {
  const tests = FAULT_ROWS.flatMap((row) => row.tests);
  const files = [...new Set(tests.map(({ file }) => file))];
  const titles = tests.flatMap(({ title }) => (title === null ? [] : [escaped(title)]));
  const filter = [String.raw`\bF\d{1,2}\b`, ...new Set(titles)].join('|');
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-faults-'));
  const outputFile = join(directory, 'results.json');
  const runner = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const reporter = ['--reporter=json', `--outputFile=${outputFile}`];
  const args = [runner, 'run', '-c', 'test/vitest.config.ts', ...files, '-t', filter, ...reporter];
  process.stderr.write(`faults: tests of ${files.length} files\n`);
  spawnSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    return parseResults(readFileSync(outputFile, 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

function parseResults(text: string): TestResult[] {
  const report = JSON.parse(text) as Report;
  return report.testResults.flatMap(({ name: file, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'passed' || status === 'failed')
      .map(({ fullName: name, status }) => ({ file, name, passed: status === 'passed' })),
  );
}

/** Does a name carry the number of a row? `F9, F10`, `F55 to F57`. */
function carries(name: string, row: number): boolean {
  for (const [, from, to] of name.matchAll(/\bF(\d{1,2}) to F(\d{1,2})\b/g)) {
    if (row >= Number(from) && row <= Number(to)) return true;
  }
  return [...name.matchAll(/\bF(\d{1,2})\b/g)].some(([, number]) => Number(number) === row);
}

function resultsOf(proof: ProofTest, row: number, all: readonly TestResult[]): TestResult[] {
  return all.filter(({ file, name }) => {
    if (!file.endsWith(proof.file)) return false;
    return proof.title === null ? carries(name, row) : name.includes(proof.title);
  });
}

/** One line of the table, and whether it fails. */
function judge(
  { row, fault, tests, open }: FaultRow,
  of: { figures: Readonly<Record<string, number>>; all: readonly TestResult[] },
): { readonly line: string; readonly fails: boolean } {
  const held = of.figures[`F${row}`] ?? 0;
  const broken = of.figures[`F${row} broken`] ?? 0;
  const found = tests.map((proof) => ({ proof, results: resultsOf(proof, row, of.all) }));
  const passed = found.flatMap(({ results }) => results).filter((one) => one.passed).length;
  const failed = found.flatMap(({ results }) => results).filter((one) => !one.passed);
  const missing = found.filter(({ results }) => results.length === 0).map(({ proof }) => proof);
  const isProven = held > 0 || passed > 0;
  const excused = NOT_APPLICABLE.has(row);
  const fails = excused ? false : !isProven || broken > 0 || failed.length + missing.length > 0;
  const words = [
    ...(held + broken > 0 ? [`scenario ${held} of ${held + broken}`] : []),
    ...(passed + failed.length > 0 ? [`tests ${passed} of ${passed + failed.length}`] : []),
    ...failed.map(({ name }) => `FAILED ${name}`),
    ...missing.map(({ file, title }) => `MISSING ${file} ${title ?? ''}`),
    ...(isProven || excused ? [] : ['no proof']),
    ...(open === undefined ? [] : [excused ? open : `not applicable: ${open}`]),
  ];
  const verdict = excused ? 'n/a ' : fails ? 'FAIL' : 'pass';
  const line = `F${row}`.padEnd(4) + `${verdict}  ${fault.padEnd(38)}  ${words.join(' · ')}`;
  return { line, fails };
}

let sums: Readonly<Record<string, number>> = {};
await prove(PLAN, playAll, (figures) => {
  sums = figures;
  return null;
});
const all = runTests();
const lines = FAULT_ROWS.map((row) => judge(row, { figures: sums, all }));
process.stdout.write(`${lines.map(({ line }) => line).join('\n')}\n`);
const missing = MATRIX_ROWS - new Set(FAULT_ROWS.map(({ row }) => row)).size;
const failing = lines.filter(({ fails }) => fails).length + missing;
const excused = NOT_APPLICABLE.size;
const good = FAULT_ROWS.length - failing - excused;
process.stdout.write(`${good} rows pass, ${failing} fail, ${excused} not applicable\n`);
if (failing > 0) process.exitCode = 1;
