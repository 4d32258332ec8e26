/** Copies of the sources in which one guard at a time is missing, and tests run in them. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { type Mutant, withoutGuard } from './guard.ts';

export const root = join(import.meta.dirname, '..', '..');
const COPIED = [
  'src',
  'test',
  'config',
  'themes',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** Named tests take a few seconds; a mutant that hangs them is found by this. */
const PATIENCE_MS = 60_000;

export interface TestRun {
  /** Nothing ran: a file that cannot be read, a name that fits no test. */
  readonly problem: string | null;
  readonly passed: number;
  /** File and name of the first test that failed; null: none did. */
  readonly failed: { readonly file: string; readonly test: string } | null;
}

/** What vitest's JSON says, as far as it is needed. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** Test runs under way: none of them outlives the proof. */
const running = new Set<ChildProcess>();
const copies = new Set<string>();
process.once('exit', () => {
  for (const child of running) killGroup(child);
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    return; // it has ended by itself
  }
}

/** One copy of the sources; its tests run one after the other. */
export class Lane {
  private readonly copy = mkdtempSync(join(tmpdir(), 'tapedeck-mutants-'));

  constructor() {
    copies.add(this.copy);
    for (const name of COPIED) {
      cpSync(join(root, name), join(this.copy, name), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.copy, 'node_modules'));
  }

  /** Runs the tests of a mutant on sources without its guard. */
  async try(mutant: Mutant): Promise<TestRun> {
    const path = join(this.copy, mutant.file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, withoutGuard(source, mutant));
    try {
      return await this.run(mutant.tests, mutant.only === undefined ? [] : ['-t', mutant.only]);
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Runs test files with more arguments of vitest, for as long as patience lasts. */
  async run(
    tests: readonly string[],
    more: readonly string[] = [],
    patienceMs = PATIENCE_MS,
  ): Promise<TestRun> {
    const report = join(this.copy, 'report.json');
    rmSync(report, { force: true });
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const config = join('test', 'proofs', 'mutants.config.ts');
    const args = ['run', '-c', config, '--reporter=json', `--outputFile=${report}`];
    const output = await run([vitest, ...args, ...more, ...tests], this.copy, patienceMs);
    if (output === null)
      return { problem: null, passed: 0, failed: { file: tests[0] ?? '', test: 'hangs' } };
    return readReport(report, output);
  }
}

/** What it printed; null when it had to be ended. */
function run(args: readonly string[], cwd: string, patienceMs: number): Promise<string | null> {
  const child = spawn(process.execPath, args, { cwd, detached: true, stdio: 'pipe' });
  running.add(child);
  let output = '';
  let isLate = false;
  const keep = (text: Buffer): void => {
    output = (output + text.toString()).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timer = setTimeout(() => {
    isLate = true;
    killGroup(child);
  }, patienceMs);
  return new Promise((resolve) => {
    child.on('close', () => {
      clearTimeout(timer);
      running.delete(child);
      resolve(isLate ? null : output);
    });
  });
}

function readReport(path: string, output: string): TestRun {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return { problem: `no report: ${output}`, passed: 0, failed: null };
  }
  const { numPassedTests: passed, numFailedTests, testResults } = report;
  const failures = testResults.flatMap(({ name, assertionResults }) => {
    const file = relative(realpathSync(dirname(path)), name);
    const broken = assertionResults.filter(({ status }) => status === 'failed');
    return broken.map(({ fullName }) => ({ file, test: fullName }));
  });
  const failed = failures[0] ?? null;
  // A file that cannot even be read, or a suite that fails outside of its tests, proves nothing.
  const broken = testResults.find(({ message }) => message !== '');
  const problem =
    failed !== null || (broken === undefined && passed + numFailedTests > 0)
      ? null
      : `no test ran: ${broken?.message ?? output}`;
  return { problem, passed, failed };
}
