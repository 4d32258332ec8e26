import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { temporaryDirectory } from '../support/config-directory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'src/cli/tapedeck');
const options = () => {
  const home = temporaryDirectory();
  return { cwd: home, env: { PATH: process.env['PATH'] ?? '', HOME: home } };
};
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const refusal = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(PROGRAM, ['emulator', ...args], {
    ...options(),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test('tells where it is and its practice keys in one line, serves, and ends by Ctrl+C', async () => {
  const child = spawn(
    PROGRAM,
    ['emulator', '--port', '0', '--dialect', 'kraken', '--json'],
    options(),
  );
  children.push(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await expect.poll(() => output.endsWith('\n'), { timeout: 120_000 }).toBe(true);
  const facts = JSON.parse(output) as { endpoint: string; control: string; accounts: object[] };
  expect(facts).toMatchObject({ dialect: 'kraken', seed: 7 });
  expect(facts.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(facts.accounts).toHaveLength(4);
  expect(await (await fetch(`${facts.control}/info`)).json()).toMatchObject({ emulator: true });

  const port = new URL(facts.endpoint).port;
  expect(refusal('--port', port)).toEqual({
    status: 2,
    stdout: '',
    stderr: `tapedeck: port ${port} is in use: give another one with --port, or 0 for any\n`,
  });

  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([130, null]);
});

test('a dialect that is none is one line', () => {
  expect(refusal('--dialect', 'krakn')).toEqual({
    status: 2,
    stdout: '',
    stderr: 'tapedeck: --dialect "krakn" is unknown; did you mean "kraken"?\n',
  });
});
