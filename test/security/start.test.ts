// How the program is started: nothing that loads code, opens a debugger or writes memory to disk.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { assembleRun, type RunRequest } from '../../src/app/assemble.ts';
import { type Started, takeSecrets, takeUnsafeStart } from '../../src/config/secrets.ts';
import { testHome, testRobot } from '../scenarios/robot-kit.ts';
import { LAUNCHER, runProgram } from '../support/robot.ts';
import { BARE_REQUEST } from '../support/run-request.ts';

const UNSAFE: Readonly<Record<string, string>> = {
  NODE_OPTIONS: '--require ./spy.cjs',
  NODE_TLS_REJECT_UNAUTHORIZED: '0',
  NODE_DEBUG: 'http,tls',
  NODE_V8_COVERAGE: 'coverage',
  OPENSSL_CONF: '/nowhere/openssl.cnf',
};

const started = (unsafe: Started['unsafe']): Started => ({ secrets: new Map(), unsafe });

const REQUEST: RunRequest = {
  ...BARE_REQUEST,
  flags: [{ flag: '--mode', path: 'general.mode', text: 'live' }],
};

describe('S11: variables that change what Node is', () => {
  test('do not reach it in a simulated run, and are named', () => {
    const home = testHome();
    writeFileSync(join(home, 'spy.cjs'), `require('fs').writeFileSync('spied', '')`);
    const { stdout, stderr, status } = runProgram(home, ['--version'], UNSAFE);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(stderr).toBe(
      `tapedeck: not passed on to Node, for safety: ${Object.keys(UNSAFE).join(', ')}\n`,
    );
    expect(existsSync(join(home, 'spied'))).toBe(false);
    expect(readdirSync(home)).toEqual(['spy.cjs']);
  });

  test('are not claimed by a name of ours, and an empty one is none', () => {
    const env = { TAPEDECK_DROPPED: 'EVERYTHING', NODE_OPTIONS: '' };
    expect(runProgram(testHome(), ['--version'], env)).toMatchObject({ status: 0, stderr: '' });
  });

  test.each<[string, Started['unsafe']]>([
    ['dropped by the launcher', { dropped: ['NODE_OPTIONS'], inForce: [] }],
    ['in force', { dropped: [], inForce: ['NODE_TLS_REJECT_UNAUTHORIZED', '--inspect=9229'] }],
  ])('refuse live when %s', async (_name, unsafe) => {
    const around = { environment: { HOME: testHome() }, cwd: '/', started: started(unsafe) };
    const found = [...unsafe.dropped, ...unsafe.inForce].join(', ');
    await expect(assembleRun(REQUEST, around)).rejects.toMatchObject({
      message: expect.stringContaining(
        `mode live is refused with ${found}: it can load code`,
      ) as unknown,
      exitCode: 3,
    });
  });

  test('the launcher and the program keep the same list', () => {
    const launcher = readFileSync(LAUNCHER, 'utf8');
    const [, names = ''] = /for name in ([^;]+); do/.exec(launcher) ?? [];
    const listed = names.split(/[\s\\]+/).filter((name) => name !== '');
    expect(listed.length).toBeGreaterThan(5);
    const before = { ...process.env };
    try {
      for (const name of listed) process.env[name] = 'x';
      const variables = takeUnsafeStart().inForce.filter((name) => !name.startsWith('--'));
      expect(variables.toSorted()).toEqual(listed.toSorted());
    } finally {
      for (const name of listed) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  });
});

describe('S18: no signal makes it write down its memory', () => {
  test.each(['SIGUSR1', 'SIGUSR2'] as const)(
    '%s opens no debugger and ends nothing',
    async (signal) => {
      const home = testHome();
      const robot = testRobot({ home, args: [] });
      await robot.waitFor('■ PAUSED');
      // Before our own listener is there, only this flag keeps the debugger shut.
      const args = readFileSync(`/proc/${robot.pid}/cmdline`, 'utf8').split('\0');
      expect(args).toContain('--disable-sigusr1');
      for (let i = 0; i < 3; i += 1) robot.kill(signal);
      robot.press('r');
      await robot.waitFor('● RUNNING');
      robot.kill('SIGTERM');
      await robot.exited();
      expect(robot.raw()).not.toMatch(/Debugger|ws:\/\//);
      expect(leftovers(home)).toEqual([]);
    },
  );

  test.each(['SIGQUIT', 'SIGABRT', 'SIGSEGV'] as const)(
    '%s leaves no core and no report',
    async (signal) => {
      const home = testHome();
      const robot = testRobot({ home, args: [] });
      await robot.waitFor('■ PAUSED');
      const limits = readFileSync(`/proc/${robot.pid}/limits`, 'utf8');
      expect(limits).toMatch(/Max core file size +0 +0 /);
      robot.kill(signal);
      await robot.exited();
      expect(leftovers(home)).toEqual([]);
    },
  );

  /** Files outside of the state directory. */
  const leftovers = (home: string): string[] =>
    readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /core|\.heapsnapshot|report\.|\.cpuprofile|isolate/.test(path),
    );
});

describe('S16, S20: secrets of the environment', () => {
  const names = ['TAPEDECK_BINANCE_KEY', 'TAPEDECK_BINANCE_SECRET', 'TAPEDECK_KRAKEN_PASSPHRASE'];
  afterEach(() => {
    for (const name of names) delete process.env[name];
  });

  test('are taken once and are gone for whatever reads it later', () => {
    for (const name of names) process.env[name] = `CANARY-${name}`;
    const taken = takeSecrets();
    expect(taken.get('binance')?.get('secret')?.reveal()).toBe('CANARY-TAPEDECK_BINANCE_SECRET');
    expect(taken.get('kraken')?.get('passphrase')?.reveal()).toMatch(/^CANARY/);
    expect(JSON.stringify(process.env)).not.toContain('CANARY');
    const child = spawnSync(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
      encoding: 'utf8',
    });
    expect(child.stdout).not.toContain('CANARY');
    expect(takeSecrets().size).toBe(0);
  });

  test('are no unknown settings', () => {
    const env = { TAPEDECK_BINANCE_KEY: 'CANARY-0123', TAPEDECK_BINANCE_SECRET: 'CANARY-0123' };
    expect(runProgram(testHome(), ['config', 'check'], env)).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
