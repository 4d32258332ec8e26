// S7, S8, S9: configuration and state that are more than they seem.
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createConsoleFile } from '../../src/app/console-file.ts';
import { stateCodec } from '../../src/app/state/codec.ts';
import { loadConfig } from '../../src/config/load.ts';
import { parseJson } from '../../src/config/json.ts';
import { decodeJson } from '../../src/domain/codec.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

function load(text: string) {
  const cwd = temporaryDirectory({ 'config/tapedeck.json': text });
  return loadConfig({ directory: join(cwd, 'config'), environment: {}, flags: [], cwd });
}

/** Is what every object inherits as it was? */
function isCleanPrototype(): boolean {
  const plain: Record<string, unknown> = {};
  return plain['polluted'] === undefined && Object.keys(Object.prototype).length === 0;
}

const PLANTED = '{"polluted":true}';

describe('S7: keys that reach for the prototype', () => {
  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    '%s is unknown in every part of a configuration',
    (key) => {
      for (const text of [
        `{"${key}":${PLANTED}}`,
        `{"general":{"${key}":${PLANTED}}}`,
        `{"risk":{"${key}":1}}`,
      ]) {
        expect(() => load(text)).toThrow(/is unknown/);
      }
      expect(isCleanPrototype()).toBe(true);
    },
  );

  test('are no keys of the console', () => {
    const { settings } = load('{"ui":{"keys":{"__proto__":["x"],"zoom":["z"]}}}');
    expect(Object.entries(settings.ui.keys)).toEqual([['zoom', ['z']]]);
    expect(Object.getPrototypeOf(settings.ui.keys)).toBe(Object.prototype);
    expect(isCleanPrototype()).toBe(true);
  });

  test('stay data in a record of the journal and in a snapshot', () => {
    const record = decodeJson(`{"n":1,"__proto__":${PLANTED},"constructor":${PLANTED}}`);
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
    expect(isCleanPrototype()).toBe(true);
    const codec = stateCodec();
    const text = codec.encodeState(codec.initial());
    const planted = text.replace(/^\{/, `{"__proto__":${PLANTED},"extra":${PLANTED},`);
    const { decodeState } = codec;
    const state = decodeState(planted);
    expect(Object.keys(state)).toEqual(Object.keys(codec.initial()));
    expect((state as unknown as Record<string, unknown>)['polluted']).toBe(undefined);
    expect(isCleanPrototype()).toBe(true);
  });

  test('are no workspace and no theme of the console', () => {
    const dir = temporaryDirectory({ 'console.json': `{"__proto__":${PLANTED}}` });
    expect(createConsoleFile(dir, () => undefined).load()).toContain('polluted');
    expect(isCleanPrototype()).toBe(true);
  });
});

describe('S8: a limit that is no limit', () => {
  test.each([
    '"1e999"',
    '1e999',
    '-1',
    '"NaN"',
    'NaN',
    'null',
    '"0x10"',
    '0x10',
    '[1]',
    '{"value":1}',
    '"1"',
    'true',
    '"1,000"',
    'Infinity',
    '1e400',
  ])('%s is refused with its place', (value) => {
    for (const name of ['maxNotionalFraction', 'dailyLossFraction', 'maxOrdersPerMinute']) {
      expect(() => load(`{"risk":{"${name}":${value}}}`)).toThrow(
        new RegExp(`risk\\.${name} is .*; allowed: |:1:\\d+: .* is (not a value|too large)`),
      );
    }
  });
});

describe('S9: a file that takes its time', () => {
  const within = (ms: number, action: () => unknown): void => {
    // Its own work: how busy the machine is, is not measured.
    const before = process.cpuUsage();
    expect(action).toThrow();
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(ms);
  };

  test('a key given twice is refused, however it is written', () => {
    expect(() => load('{"risk":{"maxPositions":1,"maxPositions":99}}')).toThrow(/given twice/);
    expect(() => load('{"risk":{"maxPositions":1,"max\\u0050ositions":99}}')).toThrow(
      /given twice/,
    );
    expect(() => load('{"risk":{},"risk":{"enabled":false}}')).toThrow(/given twice/);
    expect(() => load('{"ui":{"__proto__":1,"__proto__":2}}')).toThrow(/given twice/);
  });

  test.each<[string, string]>([
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a hundred thousand objects', '{"a":'.repeat(100_000)],
    ['a million keys', `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`).join(',')}}`],
    ['a long number', `{"a":${'9'.repeat(500_000)}}`],
    ['a long text without an end', `{"a":"${'\\"'.repeat(250_000)}`],
    ['a long word', 'x'.repeat(500_000)],
    ['nothing but space', ' '.repeat(1_000_000)],
  ])('%s: refused within a second', (_name, text) => {
    within(1000, () => load(text));
  });

  test('aliases and tags of other notations mean nothing', () => {
    for (const text of ['a: &a [x]\nb: [*a,*a]', '!!js/function "x"', '// x\n{}', '{a:1}']) {
      expect(() => parseJson(text, 'x.json')).toThrow(/^x\.json:\d+:\d+: /);
    }
  });

  test('100 MB are refused without being read', () => {
    const cwd = temporaryDirectory({ 'config/tapedeck.json': '{}' });
    const fd = openSync(join(cwd, 'config/tapedeck.json'), 'r+');
    ftruncateSync(fd, 100 * 1024 * 1024);
    closeSync(fd);
    within(1000, () =>
      loadConfig({ directory: join(cwd, 'config'), environment: {}, flags: [], cwd }),
    );
  });
});
