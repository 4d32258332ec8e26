// `npm test`: every test, and beside them types, lint, format and dead code, whose faults are
// said at the end. With arguments (`npm test -- test/domain`) it runs vitest alone with them.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { ensureBuild } from '../../src/cli/build.ts';

import { COUNTS_FILE, type Counts } from './count-reporter.ts';

const CHECKS = ['types', 'lint', 'format:check', 'dead'] as const;
const root = join(import.meta.dirname, '..', '..');
const closingLine = join(dirname(COUNTS_FILE), 'closing-line');

interface FailedCheck {
  readonly name: (typeof CHECKS)[number];
  readonly output: string;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  rmSync(COUNTS_FILE, { force: true });
  await ensureBuild(root);
  const checks = args.length > 0 ? Promise.resolve([]) : runChecks();
  const vitest = await run('vitest', ['run', '-c', 'test/vitest.config.ts', ...args], 'inherit');
  const failed = await checks;
  const { passed, failed: failedTests } = readCounts();
  const allFailed = failedTests + failed.length;
  for (const { output } of failed) process.stdout.write(`\n${output}\n`);
  const names = failed.map(({ name }) => name).join(', ');
  if (failed.length > 0) process.stdout.write(`\n checks failed: ${names}\n`);
  writeFileSync(closingLine, `${String(passed)} passed, ${String(allFailed)} failed\n`);
  return vitest.code === 0 && allFailed === 0 ? 0 : 1;
}

async function runChecks(): Promise<FailedCheck[]> {
  const commands = readScripts();
  const failed: FailedCheck[] = [];
  const runs = CHECKS.map(async (name) => {
    const start = performance.now();
    const [command = '', ...args] = commands(name);
    const { code, output } = await run(command, args, 'pipe');
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
    if (code !== 0) failed.push({ name, output: output.trim() });
  });
  await Promise.all(runs);
  return failed;
}

/** The checks are written once, as package scripts; this spares four starts of npm. */
function readScripts(): (name: string) => string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { scripts } = manifest as { scripts: Record<string, string> };
  return (name) => (scripts[name] ?? '').split(' ');
}

function readCounts(): Counts {
  try {
    return JSON.parse(readFileSync(COUNTS_FILE, 'utf8')) as Counts;
  } catch {
    // vitest ended before it could report anything.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function run(
  command: string,
  args: readonly string[],
  output: 'inherit' | 'pipe',
): Promise<{ code: number; output: string }> {
  const bin = join(root, 'node_modules', '.bin');
  const path = [dirname(process.execPath), bin, process.env['PATH']].join(delimiter);
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, command), args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', output, output],
    });
    let text = '';
    child.stdout?.on('data', (chunk) => (text += String(chunk)));
    child.stderr?.on('data', (chunk) => (text += String(chunk)));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output: text });
    });
  });
}
