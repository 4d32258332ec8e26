import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { hashSources } from '../../src/cli/build.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STARTERS = ['boot.ts', 'build.ts', 'node.sh', 'tapedeck'];
const MAIN = `
import { Worker } from 'node:worker_threads';
import { readFileSync } from 'node:fs';

const [command, ...args] = process.argv.slice(2);
if (command === 'args') process.stdout.write(JSON.stringify(args));
if (command === 'cwd') process.stdout.write(process.cwd());
if (command === 'env') process.stdout.write(String(process.env.NODE_ENV));
if (command === 'exit') process.exit(Number(args[0]));
if (command === 'lazy') process.stdout.write((await import('../part/lazy.ts')).text);
if (command === 'worker') {
  const worker = new Worker(new URL('../part/answer-worker.ts', import.meta.url));
  worker.on('message', (text) => process.stdout.write(String(text)));
}
if (command === 'wait') {
  process.on('SIGTERM', () => process.exit(42));
  setInterval(() => undefined, 1000);
  process.stdout.write('waiting');
}
`;
const LAZY = `
import { readFileSync } from 'node:fs';
export const text: string = readFileSync(new URL('../../themes/a.json', import.meta.url), 'utf8');
`;
const WORKER = `
import { parentPort } from 'node:worker_threads';
import { text } from './lazy.ts';
parentPort?.postMessage('worker ' + text);
`;

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tapedeck-launcher-'));
  for (const name of STARTERS) cpSync(join(ROOT, 'src/cli', name), join(root, 'src/cli', name));
  write('package.json', '{"type":"module"}');
  write('package-lock.json', '{}');
  write('src/cli/main.ts', MAIN);
  write('src/part/lazy.ts', LAZY);
  write('src/part/answer-worker.ts', WORKER);
  write('themes/a.json', 'theme');
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the launcher', () => {
  test('passes arguments on as they are, from any directory and through a symbolic link', () => {
    symlinkSync(join(root, 'src/cli/tapedeck'), join(root, 'link'));
    const args = ['args', 'a b', '', '--x=$HOME', `it's`];
    const { stdout } = spawnSync(join(root, 'link'), args, { cwd: '/', encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(args.slice(1));
  });

  test('keeps the working directory, says production, writes nothing of its own', () => {
    expect(start('cwd')).toMatchObject({ stdout: join(root, 'src'), stderr: '', status: 0 });
    expect(start('env')).toMatchObject({ stdout: 'production', stderr: '', status: 0 });
  });

  test('passes the exit code on', () => {
    expect(start('exit', '3').status).toBe(3);
  });

  test('is replaced by the program, so a signal reaches it directly', async () => {
    const child = spawn(join(root, 'src/cli/tapedeck'), ['wait'], { stdio: 'pipe' });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(42);
  });

  test('refuses an older Node in one line', () => {
    withOwnModules();
    write('bin/node', '#!/bin/sh\necho 20.20.2\n');
    chmodSync(join(root, 'bin/node'), 0o755);
    const result = start('args');
    expect(result).toMatchObject({ status: 2, stdout: '' });
    expect(result.stderr).toMatch(/^tapedeck: needs Node 24 or newer, found 20\.20\.2;.*\n$/);
  });

  test('falls back to a Node of the machine that is new enough', () => {
    withOwnModules();
    symlinkSync(join(ROOT, 'node_modules/esbuild'), join(root, 'node_modules/esbuild'));
    symlinkSync(join(ROOT, 'node_modules/@esbuild'), join(root, 'node_modules/@esbuild'));
    mkdirSync(join(root, 'bin'));
    symlinkSync(process.execPath, join(root, 'bin/node'));
    expect(start('args', 'a')).toMatchObject({ status: 0, stdout: '["a"]' });
  });

  test('says what to do where dependencies are missing', () => {
    rmSync(join(root, 'node_modules'));
    expect(start('args')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'tapedeck: dependencies are not installed; run: npm ci\n',
    });
  });
});

describe('the build', () => {
  test('serves workers, lazy parts and data files named by URL', () => {
    expect(start('lazy').stdout).toBe('theme');
    expect(start('worker').stdout).toBe('worker theme');
  });

  test('is made again when a source changes, and only then', () => {
    start('args');
    expect(builds()).toEqual([hashSources(root)]);
    start('args');
    expect(builds()).toHaveLength(1);
    write('src/part/lazy.ts', `export const text = 'changed';`);
    expect(start('lazy').stdout).toBe('changed');
    expect(builds()).toHaveLength(2);
  });

  test('is whole for every one of several first starts at once', async () => {
    const starts = Array.from({ length: 4 }, async () => {
      const child = spawn(join(root, 'src/cli/tapedeck'), ['lazy'], { stdio: 'pipe' });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.stderr.on('data', (chunk) => (output += String(chunk)));
      await new Promise((resolve) => child.once('close', resolve));
      return output;
    });
    expect(await Promise.all(starts)).toEqual(['theme', 'theme', 'theme', 'theme']);
    expect(readdirSync(join(root, 'dist')).sort()).toEqual(['.compile-cache', hashSources(root)]);
  });

  test('keeps a bounded number of older builds', () => {
    for (let n = 0; n < 12; n += 1) {
      mkdirSync(join(root, 'dist', `old-${String(n)}`), { recursive: true });
    }
    start('args');
    expect(builds()).toHaveLength(9);
  });

  test('names the place of a mistake and leaves nothing behind', () => {
    write('src/part/lazy.ts', 'export const = 1;');
    const result = start('lazy');
    expect(result).toMatchObject({ status: 1, stdout: '' });
    expect(result.stderr).toMatch(/src\/part\/lazy\.ts:1:13: ERROR/);
    expect(builds()).toEqual([]);
  });
});

function start(...args: string[]): { stdout: string; stderr: string; status: number | null } {
  const path = `${join(root, 'bin')}:/usr/bin:/bin`;
  return spawnSync(join(root, 'src/cli/tapedeck'), args, {
    cwd: join(root, 'src'),
    env: { PATH: path },
    encoding: 'utf8',
  });
}

/** Builds in dist, without the cache of compiled code. */
function builds(): string[] {
  return readdirSync(join(root, 'dist')).filter((name) => name !== '.compile-cache');
}

function withOwnModules(): void {
  rmSync(join(root, 'node_modules'));
  mkdirSync(join(root, 'node_modules'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
