// The keystore as its user meets it: commands, prompts, descriptors.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { testHome, testRobot } from '../scenarios/robot-kit.ts';
import { LAUNCHER, PATIENCE_MS, plainEnvironment, runProgram } from '../support/robot.ts';

const KEY = 'CANARY-KEY-0123456789';
const SECRET = 'CANARY-SECRET-0123456789';
const PASSPHRASE = 'CANARY correct horse';
const HANDED = JSON.stringify({ key: KEY, secret: SECRET });

/** Descriptors 3 and 4 of the program are these texts. */
function keys(
  home: string,
  args: readonly string[],
  of: {
    readonly three?: string;
    readonly four?: string;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
) {
  const [three, four] = [join(home, 'three'), join(home, 'four')];
  writeFileSync(three, of.three ?? '');
  writeFileSync(four, of.four ?? '');
  const script = 'exec "$0" keys "$@" 3<three 4<four';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, LAUNCHER, ...args], {
    cwd: home,
    env: { ...plainEnvironment(home), ...of.env },
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  });
  expect(stdout + stderr).not.toMatch(/CANARY/);
  return { status, stdout, stderr };
}

const add = (home: string, name = 'main'): ReturnType<typeof keys> =>
  keys(home, ['add', name, '--exchange', 'kraken', '--secrets-fd', '3', '--passphrase-fd', '4'], {
    three: HANDED,
    four: `${PASSPHRASE}\n`,
  });

const UNLOCK = ['check', 'main', '--offline', '--passphrase-fd'];
const CHECK = [...UNLOCK, '3'];

describe('keys', () => {
  test('are kept, listed, checked and removed without a word of them being printed', () => {
    const home = testHome();
    expect(keys(home, ['list']).stdout).toMatch(/^no keys; tapedeck keys add/);
    expect(add(home)).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('key main') as unknown,
    });
    expect(add(home)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('exists') as unknown,
    });
    const [listed] = JSON.parse(keys(home, ['list', '--json']).stdout) as unknown[];
    expect(listed).toMatchObject({
      name: 'main',
      exchange: 'kraken',
      source: 'file',
      problem: null,
    });
    const checked = keys(home, [...CHECK, '--json'], { three: PASSPHRASE });
    expect(JSON.parse(checked.stdout)).toMatchObject({ unlocks: true, permissions: null });
    const text = keys(home, CHECK, { three: PASSPHRASE }).stdout;
    expect(text).toMatch(/unlocks +yes/);
    expect(keys(home, CHECK, { three: 'CANARY wrong' })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('cannot be unlocked: the passphrase is wrong') as unknown,
    });
    const directory = join(home, '.config', 'tapedeck', 'keys');
    expect(readFileSync(join(directory, 'main.key'), 'latin1')).not.toMatch(/CANARY/);
    expect(keys(home, ['remove', 'main']).status).toBe(0);
    expect(readdirSync(directory)).toEqual([]);
    expect(keys(home, CHECK, { three: PASSPHRASE })).toMatchObject({
      status: 2,
      stderr: 'tapedeck: key main is unknown; see tapedeck keys list\n',
    });
  });

  test('a passphrase comes from a credential of systemd', () => {
    const home = testHome();
    add(home);
    const credentials = join(home, 'credentials');
    mkdirSync(credentials);
    writeFileSync(join(credentials, 'tapedeck-passphrase'), `${PASSPHRASE}\n`);
    const env = { CREDENTIALS_DIRECTORY: credentials };
    expect(keys(home, ['check', 'main', '--offline'], { env })).toMatchObject({ status: 0 });
  });

  test('of the environment are listed, and what is missing of them', () => {
    const env = { TAPEDECK_BINANCE_KEY: KEY, TAPEDECK_OKX_KEY: KEY, TAPEDECK_OKX_SECRET: SECRET };
    const { stdout } = keys(testHome(), ['list', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject([
      { exchange: 'binance', source: 'environment', problem: 'TAPEDECK_BINANCE_SECRET is missing' },
      { exchange: 'okx', source: 'environment', problem: null },
    ]);
  });

  test.each<[string, string[], string, string]>([
    ['no descriptor', [...UNLOCK, 'x'], '', '--passphrase-fd: allowed: the number'],
    ['stdout', [...UNLOCK, '1'], '', '--passphrase-fd: allowed: the number'],
    ['a closed one', [...UNLOCK, '900'], '', '--passphrase-fd 900 is not open'],
    ['an empty one', CHECK, '\n', '--passphrase-fd 3 is empty'],
    ['one without end', [...UNLOCK, '3'], 'x'.repeat(20_000), 'gives more than 16384 bytes'],
    ['no terminal', ['check', 'main'], '', 'no terminal to ask at: hand it over with --pass'],
  ])('%s is refused where a passphrase is read', (_name, args, three, line) => {
    const home = testHome();
    add(home);
    expect(keys(home, args, { three })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(line) as unknown,
    });
  });

  test.each<[string, string, string, string]>([
    ['no JSON', `${KEY} ${SECRET}`, PASSPHRASE, '--secrets-fd: not JSON'],
    [
      'a key that is unknown',
      `{"key":"${KEY}","secrt":"${SECRET}"}`,
      PASSPHRASE,
      '--secrets-fd: allowed',
    ],
    ['an empty secret', `{"key":"${KEY}","secret":""}`, PASSPHRASE, 'API secret: too short'],
    [
      'a control character',
      `{"key":"${KEY}\\u001b","secret":"${SECRET}"}`,
      PASSPHRASE,
      'API key: holds a control',
    ],
    ['a short passphrase', HANDED, 'CANARY', 'passphrase: too short; allowed: 12'],
  ])('%s is refused, and nothing is kept', (_name, three, four, line) => {
    const home = testHome();
    const args = [
      'add',
      'main',
      '--exchange',
      'kraken',
      '--secrets-fd',
      '3',
      '--passphrase-fd',
      '4',
    ];
    expect(keys(home, args, { three, four })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(line) as unknown,
    });
    expect(JSON.parse(keys(home, ['list', '--json']).stdout)).toEqual([]);
  });

  test.each<[string[], string]>([
    [['add', 'main', '--exchange', 'kraken', `--secret=${SECRET}`], '--secret is refused'],
    [['add', 'main', '--exchange', 'kraken', '--api-key', KEY], '--api-key is refused'],
    [['check', 'main', `--passphrase=${PASSPHRASE}`], '--passphrase is refused'],
    [
      ['add', 'main', KEY, SECRET, '--exchange', 'kraken'],
      'secrets are asked for, never arguments',
    ],
    [['add', KEY, '--exchange', 'kraken'], 'name of a key: allowed'],
    [['add', 'main', '--exchange', SECRET], '--exchange: allowed: an id'],
  ])('S19: %j is refused without being repeated', (args, line) => {
    expect(keys(testHome(), args)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(line) as unknown,
    });
  });
});

describe('at a terminal', () => {
  const ADD = ['keys', 'add', 'main', '--exchange', 'kraken'];

  test('what is typed is not shown, can be corrected, and is asked for again when wrong', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: ADD });
    await robot.waitFor('API key: ');
    robot.press(`wrong\u0015${KEY}x\u007f\r`);
    await robot.waitFor('API secret: ');
    robot.press(`\u001b[200~${SECRET}\u001b[201~\r`);
    await robot.waitFor('own passphrase (Enter: none): ');
    robot.press('\r');
    await robot.waitFor('12 characters or more): ');
    // Both answers in one piece, as a password manager types them.
    robot.press(`${PASSPHRASE}\r${PASSPHRASE}\r`);
    expect((await robot.exited()).exitCode).toBe(0);
    expect(robot.raw()).not.toMatch(/CANARY|wrong/);

    const check = testRobot({ home, args: ['keys', 'check', 'main', '--offline'] });
    await check.waitFor('passphrase of main: ');
    check.press('CANARY not this one\r');
    await check.waitFor(/cannot be unlocked[^]*passphrase of main: $/m);
    check.press(`${PASSPHRASE}\r`);
    expect((await check.exited()).exitCode).toBe(0);
    expect(check.raw()).toMatch(/unlocks +yes/);
    expect(check.raw()).not.toMatch(/CANARY/);
  });

  test('two passphrases that differ keep nothing', async () => {
    const home = testHome();
    const robot = testRobot({ home, args: ADD });
    await robot.waitFor('API key: ');
    robot.press(`${KEY}\r${SECRET}\r\r${PASSPHRASE}\r${PASSPHRASE}!\r`);
    expect((await robot.exited()).exitCode).toBe(2);
    expect(robot.raw()).toContain('the two passphrases differ; nothing was kept');
    expect(robot.raw()).not.toMatch(/CANARY/);
    expect(JSON.parse(keys(home, ['list', '--json']).stdout)).toEqual([]);
  });

  test.each<[string, string]>([
    ['Ctrl+C', '\u0003'],
    ['Ctrl+D', '\u0004'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGHUP'],
    ['a refusal', 'two\r'],
  ])('%s gives the terminal back as it was', async (_name, end) => {
    const script = 'echo pid $$; "$0" "$@"; echo "ended with $?"; stty -a';
    const robot = testRobot({ home: testHome(), args: ADD, through: ['sh', '-c', script] });
    await robot.waitFor('API key: ');
    if (end.startsWith('SIG')) {
      const shell = /pid (\d+)/.exec(robot.raw())?.[1] ?? '';
      const child = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim();
      process.kill(Number(child), end);
    } else robot.press(`${end}${end.endsWith('\r') ? `${SECRET}\r\r` : ''}`);
    await robot.exited();
    expect(robot.raw()).toMatch(/ended with (130|2)\b/);
    expect(robot.raw()).toMatch(/[^-]\becho\b/);
    expect(robot.raw()).toMatch(/[^-]\bicanon\b/);
  });
});

test('doctor looks at the files of keys without a passphrase', () => {
  const home = testHome();
  const found = (): unknown =>
    (JSON.parse(runProgram(home, ['doctor', '--json']).stdout) as { check: string }[]).find(
      ({ check }) => check === 'keys of exchanges',
    );
  expect(found()).toMatchObject({ ok: true, value: '0 kept' });
  add(home);
  expect(found()).toMatchObject({ ok: true, value: '1 kept' });
  chmodSync(join(home, '.config', 'tapedeck', 'keys', 'main.key'), 0o644);
  expect(JSON.stringify(found())).toContain('run chmod 600');
});
