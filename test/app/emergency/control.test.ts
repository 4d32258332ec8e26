import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { askConsole } from '../../../src/app/emergency/control-client.ts';
import type { ControlRequest } from '../../../src/app/emergency/control-protocol.ts';
import {
  type ControlServer,
  type Reply,
  serveControl,
} from '../../../src/app/emergency/control-server.ts';

const TIMES = { firstMs: 20_000, finalMs: 20_000 };
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

function makeDirectory(name = ''): string {
  const home = mkdtempSync(join(tmpdir(), 'tapedeck-control-'));
  closers.push(() => rmSync(home, { recursive: true, force: true }));
  const directory = join(home, name);
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** A server that remembers what it was asked; resolves with why there is none, or null. */
async function serve(
  directory: string,
  answer: (request: ControlRequest, reply: Reply) => void = (_request, reply) =>
    reply({ final: true, ok: false, problem: 'heard' }),
) {
  const asked: ControlRequest[] = [];
  let server: ControlServer | null = null;
  const problem = await new Promise<string | null>((resolve) => {
    server = serveControl(directory, {
      onReady: resolve,
      onRequest: (request, reply) => {
        asked.push(request);
        answer(request, reply);
      },
    });
  });
  closers.push(() => server?.close());
  return { asked, problem };
}

/** Writes raw bytes and resolves with everything that came until the other side ended or was idle. */
function talk(directory: string, text: string, answers: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = connect({ path: join(directory, 'control.sock') });
    const look = (): void => {
      const lines = heard.split('\n').slice(0, -1);
      if (lines.length < answers) return;
      socket.destroy();
      resolve(lines);
    };
    socket.on('data', (data) => {
      heard += data.toString();
      look();
    });
    socket.on('end', () => resolve(heard.split('\n').slice(0, -1)));
    socket.on('error', reject);
    socket.write(text);
  });
}

describe('the control socket', () => {
  test('is its owner’s alone', async () => {
    const directory = makeDirectory();
    expect((await serve(directory)).problem).toBeNull();
    expect(statSync(join(directory, 'control.sock')).mode & 0o777).toBe(0o600);
  });

  test('answers one request a line, several in a row', async () => {
    const directory = makeDirectory();
    const { asked } = await serve(directory);
    await talk(directory, '{"ask":"status"}\n{"ask":"halt"}\n', 2);
    expect(asked).toEqual([{ ask: 'status' }, { ask: 'halt' }]);
  });

  test.each([
    ['no JSON', 'halt\n', 'not JSON'],
    ['an empty line', '\n', 'not JSON'],
    ['a list', '["halt"]\n', 'not an object'],
    ['null', 'null\n', 'not an object'],
    ['an unknown request', '{"ask":"sell"}\n', 'must be one of status, halt, flatten, resume'],
    ['no request', '{}\n', 'must be one of'],
    ['a resume without a phrase', '{"ask":"resume"}\n', 'resume needs'],
    ['a phrase that is no text', '{"ask":"resume","phrase":1}\n', 'resume needs'],
    ['a prototype', '{"__proto__":{"ask":"halt"}}\n', 'must be one of'],
    ['bytes that are no text', '\u0000\u0001\u0002\n', 'not JSON'],
  ])('refuses %s in one line and stays open', async (_name, text, problem) => {
    const directory = makeDirectory();
    const { asked } = await serve(directory);
    const lines = await talk(directory, `${text}{"ask":"status"}\n`, 2);
    expect(lines[0]).toContain(problem);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ ok: false, final: true });
    expect(asked).toEqual([{ ask: 'status' }]);
  });

  test('lets go of whoever sends a line without an end', async () => {
    const directory = makeDirectory();
    const { asked } = await serve(directory);
    const lines = await talk(directory, 'x'.repeat(5_000), 9);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('shorter than 1024 bytes');
    expect(asked).toEqual([]);
  });

  test('does not take more than it can answer', async () => {
    const directory = makeDirectory();
    const { asked } = await serve(directory, () => undefined);
    const lines = await talk(directory, '{"ask":"halt"}\n'.repeat(6), 2);
    expect(asked).toHaveLength(4);
    expect(lines.join()).toContain('too many requests');
  });

  test('works where the path is longer than a socket may be named', async () => {
    const directory = makeDirectory('a-directory-with-a-long-name/'.repeat(6));
    expect((await serve(directory)).problem).toBeNull();
    const { answers, problem } = await askConsole(directory, { ask: 'status' }, TIMES);
    expect(problem).toBeNull();
    expect(answers).toEqual([{ final: true, ok: false, problem: 'heard' }]);
  });
});

describe('F69: a socket that is in the way', () => {
  test('of a console that was killed is replaced', async () => {
    const directory = makeDirectory();
    const path = join(directory, 'control.sock');
    // Closed without taking its name away, as the end of a process leaves it.
    const left = createServer();
    await new Promise<void>((resolve) => left.listen({ path: `${path}.old` }, resolve));
    renameSync(`${path}.old`, path);
    await new Promise((resolve) => left.close(resolve));
    expect((await serve(directory)).problem).toBeNull();
    const { problem } = await askConsole(directory, { ask: 'status' }, TIMES);
    expect(problem).toBeNull();
  });

  test('that is no socket is left alone, and named', async () => {
    const directory = makeDirectory();
    writeFileSync(join(directory, 'control.sock'), 'mine');
    const { problem } = await serve(directory);
    expect(problem).toMatch(/control\.sock is no socket; remove it/);
  });

  test('in a directory that is not ours is said', async () => {
    const directory = makeDirectory();
    rmSync(directory, { recursive: true });
    const { problem } = await serve(directory);
    expect(problem).toMatch(/ENOENT|EACCES/);
  });
});

describe('a console that does not answer', () => {
  test('is given up after the time for the first word', async () => {
    const directory = makeDirectory();
    await serve(directory, () => undefined);
    const asked = await askConsole(directory, { ask: 'halt' }, { firstMs: 50, finalMs: 20_000 });
    expect(asked).toEqual({ answers: [], problem: 'no answer within 50 ms' });
  });

  test('keeps its first word when the last one does not come', async () => {
    const directory = makeDirectory();
    await serve(directory, (_request, reply) => reply({ final: false, ok: true, gate: 'closed' }));
    const times = { firstMs: 20_000, finalMs: 50 };
    const { answers, problem } = await askConsole(directory, { ask: 'halt' }, times);
    expect(answers).toEqual([{ final: false, ok: true, gate: 'closed' }]);
    expect(problem).toBe('no end within 50 ms');
  });

  test('is not there at all', async () => {
    const { problem } = await askConsole(makeDirectory(), { ask: 'halt' }, TIMES);
    expect(problem).toMatch(/ENOENT/);
  });
});
