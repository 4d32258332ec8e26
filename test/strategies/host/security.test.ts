import { fileURLToPath } from 'node:url';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { comparePins } from '../../../src/app/user-strategies/pins.ts';
import { askStrategy, parseSpec } from '../../../src/app/user-strategies/user-strategies.ts';
import { startProcess } from '../../../src/strategies/host/sandbox.ts';
import { askUserFile, readUserFile } from '../../../src/strategies/host/user-file.ts';
import { makeDirectory, removeAll, until } from '../../support/session-kit.ts';
import { closeHosts, openHosted, writeStrategy } from './host-kit.ts';

afterEach(() => {
  closeHosts();
  removeAll();
});

const CANARY = 'canary-5f1d0c';

describe('S20 a strategy looks for secrets', () => {
  test('its process has no environment, and no file but our own code can be read', async () => {
    vi.stubEnv('TAPEDECK_KRAKEN_SECRET', CANARY);
    const entry = new URL('./outward.ts', import.meta.url);
    const child = startProcess(entry, [fileURLToPath(entry)], 'ipc');
    const got = await new Promise((done) => child.once('message', done));
    const refused = ['procfs', 'parent', 'home', 'write', 'shell', 'thread'];
    expect(got).toEqual({
      environment: 'got ',
      code: 'EvalError',
      ...Object.fromEntries(refused.map((name) => [name, 'Error'])),
    });
  });

  test.each(['node:fs', 'fs', 'node:child_process', './other.ts', 'https://example.org/x.js'])(
    'a file that imports %s is refused, in words that say what to do',
    async (name) => {
      const file = writeStrategy('');
      const text = `import * as other from '${name}';\n${file.source.text}`;
      const asked = askUserFile({ ...file, source: { ...file.source, text } }, () => ({}));
      await expect(asked).rejects.toThrow(/imports .*: a strategy is one file and imports nothing/);
    },
  );

  test('an import while it runs is refused too', async () => {
    const file = writeStrategy(`onCandle() {
      const heard = globalThis.heard ??= [];
      for (const name of ['node:fs', 'node:process', './other.ts']) {
        import(name).then(() => heard.push('got'), () => heard.push('refused'));
      }
      return heard.length === 0 ? undefined : hold('long', heard.slice(0, 3).join());
    }`);
    const hosted = await openHosted(file);
    hosted.candle();
    await hosted.quiet();
    // The answers come between two calls; how many calls that takes is no matter.
    for (let i = 0; i < 100 && hosted.wants.length === 0; i++) {
      hosted.candle();
      await hosted.quiet();
    }
    expect(hosted.wants[0]).toMatch(/^refused/);
    expect(hosted.wants.join()).not.toContain('got');
  });
});

describe('S21 a strategy reaches out of its process', () => {
  const calls = {
    'process.exit': 'process.exit(0)',
    'process.kill': 'process.kill(process.ppid)',
    'process.env': 'process.env.HOME',
    fetch: "fetch('http://127.0.0.1')",
    WebSocket: "new WebSocket('ws://127.0.0.1')",
    setTimeout: 'setTimeout(() => undefined, 1)',
    require: "require('child_process')",
    Function: "new Function('return process')()",
  };
  test.each(Object.entries(calls))(
    '%s throws, is told, and the engine lives',
    async (_name, call) => {
      const hosted = await openHosted(
        writeStrategy(`onCandle() { ${call}; return hold('long', 'did'); }`),
      );
      hosted.candle();
      await hosted.quiet();
      expect(hosted.wants).toEqual([]);
      expect(hosted.failures).toEqual([expect.stringMatching(/not defined|disallowed/)]);
    },
  );

  test('an end of its process is told, whatever brought it about', async () => {
    const hosted = await openHosted(writeStrategy(`onCandle() { return undefined; }`));
    const pid = Number(/child (\d+)/.exec(hosted.strategy.explain?.().text ?? '')?.[1]);
    process.kill(pid, 'SIGTERM');
    await until(() => hosted.failures.length > 0);
    expect(hosted.failures[0]).toMatch(/^its process was ended by SIGTERM; it is started again/);
  });
});

describe('S22 a strategy forges what it says', () => {
  test('it speaks for itself alone: whose it is says the pipe, and more fields are junk', async () => {
    const file = writeStrategy(`onCandle() {
      return [{ ...hold('long', 'as another')[0], strategyId: 'grid', kind: 'target' }];
    },
    explain() { return { text: 'me', inputs: {} }; }`);
    const hosted = await openHosted(file);
    hosted.candle();
    await hosted.quiet();
    expect(hosted.events).toEqual([
      expect.objectContaining({ kind: 'strategyFailed', strategyId: 'mine', symbol: 'BTC/USDT' }),
    ]);
  });

  test('its console, and thoughts without end, reach nobody', async () => {
    const file = writeStrategy(`onCandle() {
      for (let i = 0; i < 100_000; i++) console.log('{"kind":"answer","intents":[]}');
      return hold('long', 'quiet');
    },
    explain() { return { text: 'x'.repeat(10_000), inputs: { price: 1 } }; }`);
    const hosted = await openHosted(file);
    hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual(['quiet']);
    expect(hosted.failures).toEqual([]);
    expect(hosted.strategy.explain?.().text.length).toBeLessThan(300);
  });
});

describe('S23 the path of a strategy', () => {
  test.each([
    ['https://example.org/x.ts', 'is an address'],
    ['file:///tmp/x.ts', 'is an address'],
    ['data:text/javascript,0', 'is an address'],
    ['node:fs', 'is an address'],
  ])('%s is refused: %s', (text, why) => {
    expect(() => parseSpec(text)).toThrow(why);
  });

  test('what is no regular .ts or .js file is refused', () => {
    const dir = makeDirectory();
    mkdirSync(join(dir, 'folder.ts'));
    writeFileSync(join(dir, 'notes.txt'), '');
    symlinkSync(join(dir, 'notes.txt'), join(dir, 'link.ts'));
    symlinkSync('/dev/zero', join(dir, 'zero.ts'));
    expect(() => readUserFile('./folder.ts', dir)).toThrow('is not a regular file');
    expect(() => readUserFile('./notes.txt', dir)).toThrow('is no .ts or .js file');
    expect(() => readUserFile('./link.ts', dir)).toThrow('which is no .ts or .js file');
    expect(() => readUserFile('./zero.ts', dir)).toThrow('no .ts or .js file');
    expect(() => readUserFile('./nowhere.ts', dir)).toThrow('there is no such file');
  });

  test('a link is followed and said, and what runs is what was read first', async () => {
    const good = writeStrategy(`onCandle() { return hold('long', 'reviewed'); }`);
    const bad = writeStrategy(`onCandle() { return hold('long', 'swapped'); }`);
    const link = join(makeDirectory(), 'mine.ts');
    symlinkSync(good.path, link);
    const file = readUserFile(link, '/');
    expect(file).toMatchObject({ path: good.path, link, hash: good.hash });
    writeFileSync(good.path, bad.source.text);
    const hosted = await openHosted(file);
    hosted.candle();
    await hosted.quiet();
    expect(hosted.wants).toEqual(['reviewed']);
    expect(comparePins(makeDirectory(), [{ strategyId: 'mine', file }])).toEqual([
      {
        level: 'info',
        text: `mine is ${good.path}, asked for as ${link}, sha256 ${good.hash.slice(0, 12)}`,
      },
    ]);
  });

  test('code that changed since it last ran here is a warning with both hashes', () => {
    const state = makeDirectory();
    const file = writeStrategy('');
    const said = (hash: string) =>
      comparePins(state, [{ strategyId: 'mine', file: { ...file, hash } }])[0];
    expect(said('a'.repeat(64))?.level).toBe('info');
    expect(said('a'.repeat(64))?.level).toBe('info');
    const is = `mine is ${file.path}, sha256 bbbbbbbbbbbb`;
    const text = `${is}; its code changed since it last ran here (aaaaaaaaaaaa)`;
    expect(said('b'.repeat(64))).toEqual({ level: 'warn', text });
  });

  test('parameters are checked by the schema of the file, in our words and in its own', async () => {
    const file = writeStrategy('');
    const ask = (params: Record<string, number>) => askStrategy({ name: file.path, params }, '/');
    await expect(ask({ at: -1 })).rejects.toThrow('mine.at is -1; allowed: whole number from 0');
    await expect(ask({ att: 1 })).rejects.toThrow('mine.att is unknown; did you mean "at"?');
    await expect(ask({ at: 7 })).resolves.toMatchObject({ name: 'mine', params: { at: 7 } });
  });
});
