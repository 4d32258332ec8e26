import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toFailure } from '../../src/app/failure.ts';
import { execute as backtest } from '../../src/cli/backtest.ts';
import { execute as config } from '../../src/cli/config.ts';
import { execute as exportAll } from '../../src/cli/export.ts';
import { execute as indicators } from '../../src/cli/indicators.ts';
import { execute as run } from '../../src/cli/run.ts';
import { execute as status } from '../../src/cli/status.ts';
import { execute as strategies } from '../../src/cli/strategies.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

type Execute = (args: readonly string[]) => Promise<number>;

/** The one line and the exit code that the command ends with. */
async function failureOf(execute: Execute, args: readonly string[]) {
  try {
    await execute(args);
  } catch (error) {
    return toFailure(error);
  }
  throw new Error(`nothing was refused: ${args.join(' ')}`);
}

const HEADLESS = ['--headless', '--for', '1s', '--state', '/nowhere/state'];

describe('run refuses', () => {
  test.each<[string[], string]>([
    [['--cahs', '1'], "unknown option '--cahs'; did you mean --cash?"],
    [['--frobnicate'], "unknown option '--frobnicate'; see tapedeck run --help"],
    [['--exchange', ''], '--exchange is ""; allowed: id of an exchange'],
    [['--compat'], "unknown option '--compat'"],
    [['--cash'], "option '--cash <N>' argument missing"],
    [['now'], "unexpected argument 'now'; see tapedeck run --help"],
    [['--cash', 'abc'], '--cash is "abc"; allowed: decimal number above 0'],
    [['--cash', '-5'], '--cash is "-5"; allowed: decimal number above 0'],
    [['--cash', '1e999'], '--cash is "1e999"; allowed: decimal number above 0'],
    [['--cash', '0x10'], '--cash is "0x10"; allowed: decimal number above 0'],
    [['--cash', 'NaN'], '--cash is "NaN"; allowed: decimal number above 0'],
    [['--fee', '0.5'], '--fee is "0.5"; allowed: decimal number from 0 up to 0.1'],
    [['--lot', '0'], '--lot is "0"; allowed: a decimal number above 0 (0.001)'],
    [['--tick', 'x'], '--tick is "x"; allowed: a decimal number above 0 (0.01)'],
    [['--leverage', '500'], '--leverage is 500; allowed: number from 1 to 125 (default 1)'],
    [['--slippage-bps', '-1'], '--slippage-bps is -1; allowed: number from 0 to 1000'],
    [
      ['--fill', 'nextopen'],
      'allowed: one of next-open, close (default next-open); did you mean "next-open"?',
    ],
    [['--speed', '2000'], '--speed is 2000; allowed: number from 1 to 1000 or "max"'],
    [['--seed', '1.5'], '--seed is 1.5; allowed: whole number from 0 to 4294967295'],
    [['--for', '60'], '--for is "60"; allowed: a duration up to 365d such as 500ms, 60s, 5m or 1h'],
    [['--for', '0s'], '--for is "0s"; allowed: a duration'],
    [
      ['--mode', 'dmeo'],
      '--mode is "dmeo"; allowed: one of demo, replay, paper, testnet, live (default demo)',
    ],
    [['--mode', 'live'], 'mode live needs an exchange: --exchange binance'],
    [['--mode', 'paper'], 'mode paper needs an exchange: --exchange binance'],
    [['--mode', 'replay'], '--mode replay plays a file; name it with --replay FILE'],
    [['--mode', 'demo', '--replay', 'x.csv'], '--replay plays a file, --mode demo does not'],
    [['--continue'], '--continue goes on with a replay; add --replay FILE'],
    [
      ['--symbols', 'BTC/USTD'],
      '--symbols: symbol "BTC/USTD" is unknown; did you mean "BTC/USDT"?',
    ],
    [['--symbols', 'btc'], '--symbols is "btc"; allowed: symbol such as BTC/USDT'],
    [
      ['--symbols', 'BTC\u001b]0;x\u0007/USDT'],
      '--symbols is "BTC\\u001b]0;x\\u0007/USDT"; allowed: symbol',
    ],
    [
      ['--timeframe', '1s', '--strategy', 'macd'],
      "strategy macd wants 1s candles; the demo market's are 1m here: choose 1m or longer",
    ],
    [
      ['--mode', 'paper', '--exchange', 'binance', '--timeframe', '1s', '--strategy', 'macd'],
      "strategy macd wants 1s candles; an exchange's are 1m here: choose 1m or longer",
    ],
    [['--timeframe', '1min'], '--timeframe is "1min"; allowed: one of 1s, 1m'],
    [
      ['--strategy', 'sma-crss'],
      '--strategy: strategy "sma-crss" is unknown; did you mean "sma-cross"?',
    ],
    [['--strategy', './mine.ts'], '--strategy ./mine.ts: there is no such file'],
    [['--strategy', 'https://example.org/x.ts'], 'is an address; name a file of this machine'],
    [
      ['--strategy', 'sma-cross:fast=0'],
      '--strategy: sma-cross.fast is 0; allowed: whole number from 1 to 10000 (default 10)',
    ],
    [
      ['--strategy', 'sma-cross:fast=ten'],
      '--strategy: sma-cross.fast is "ten"; allowed: whole number from 1',
    ],
    [
      ['--strategy', 'sma-cross:fst=5'],
      '--strategy: sma-cross.fst is unknown; did you mean "fast"?',
    ],
    [['--strategy', 'sma-cross:fast=40'], 'fast 40 must be below slow 30'],
    [['--strategy', 'sma-cross:fast'], '--strategy: "fast" is not a parameter; write name=value'],
    [['--strategy', 'sma-cross:'], 'ends with ":"; write NAME:param=value'],
    [['--strategy', 'sma-cross:fast=5,fast=6'], '--strategy: parameter "fast" is given twice'],
    [
      ['--strategy', 'macd', '--sizing', 'lots:3'],
      '--sizing is "lots:3"; allowed: all-in | percent:N',
    ],
    [['--sizing', 'percent:5'], '--sizing belongs to --strategy'],
    [['--risk', 'off'], '--risk is "off"; allowed: none or config'],
    [['--theme', 'drak'], '--theme: theme "drak" is unknown; did you mean "dark"?'],
    [['--config', 'no/such'], '--config: no/such holds no tapedeck.json'],
    [['--replay', '/nowhere/x.csv'], '/nowhere/x.csv: cannot be read: no such file'],
    [['--plain'], '--headless and --plain exclude each other'],
    [['--trades', '/nowhere/t.csv'], '--trades: /nowhere is no directory to write to'],
    [['--trades', '/'], '--trades: / is a directory; name a file'],
  ])('%j', async (args, message) => {
    const { exitCode, line } = await failureOf(run, [...HEADLESS, ...args]);
    expect(line).toContain(message);
    expect(line).not.toContain('\n');
    expect(exitCode).toBe(2);
    expect(existsSync('/nowhere')).toBe(false);
  });

  test.each<[string[], string]>([
    [
      ['--mode', 'paper'],
      'mode paper needs an exchange: --exchange binance, or config/exchanges/binance.json; ' +
        'add --emulator to practice on a local one',
    ],
    [['--theme', 'drak'], '--theme: theme "drak" is unknown; did you mean "dark"?'],
    [['--json'], '--json needs --headless; add it'],
    [['--for', '60s'], '--for needs --headless; add it'],
    [['--trades', 'x.csv'], '--trades needs --headless; add it'],
  ])('without a screen: %j', async (args, message) => {
    expect(await failureOf(run, args)).toMatchObject({ exitCode: 2, line: message });
  });
});

describe('backtest refuses', () => {
  const data = 'time,open,high,low,close,volume\n1640995200000,1,2,0.5,1,9\n';
  const files = {
    'good.csv': data + '1640995260000,1,2,0.5,1,9\n',
    'nan.csv': data + '1640995260000,NaN,2,0.5,1,9\n',
    'unsorted.csv': data + '1640995140000,1,2,0.5,1,9\n',
    'empty.csv': '',
  };
  test.each<[string[], string]>([
    [['--data', 'good.csv'], "required option '--strategy <NAME[:k=v,...]>' not specified"],
    [['--strategy', 'macd'], 'name --data FILE or --exchange ID, and only one of them'],
    [['--strategy', 'macd', '--strategy', 'grid'], 'a backtest runs one strategy'],
    [
      ['--strategy', 'mcad', '--data', 'good.csv'],
      'strategy "mcad" is unknown; did you mean "macd"?',
    ],
    [
      ['--strategy', 'macd', '--param', 'fast', '--data', 'good.csv'],
      '--param: "fast" is not a parameter',
    ],
    [
      ['--strategy', 'macd:fast=5', '--param', 'fast=6', '--data', 'good.csv'],
      'parameter "fast" stands in --strategy already',
    ],
    [
      ['--strategy', 'macd', '--data', 'good.csv', '--symbol', 'BTC'],
      'symbol "BTC": allowed: BTC/USDT or BTC/USDT:USDT',
    ],
    [
      ['--strategy', 'macd', '--data', 'good.csv', '--timeframe', '1x'],
      '--timeframe is "1x"; allowed: 1s, 1m',
    ],
    [['--strategy', 'macd', '--data', 'good.csv', '--from', '2020'], '--from is "2020"; allowed:'],
    [['--strategy', 'macd', '--data', 'good.csv', '--finalize'], "unknown option '--finalize'"],
    [['--strategy', 'macd', '--data', 'missing.csv'], 'missing.csv: cannot be read: no such file'],
    [['--strategy', 'macd', '--data', 'empty.csv'], 'empty.csv: the file is empty'],
    [['--strategy', 'macd', '--data', 'nan.csv'], 'nan.csv:3'],
    [['--strategy', 'macd', '--data', 'unsorted.csv'], 'unsorted.csv:3'],
  ])('%j', async (args, message) => {
    const directory = temporaryDirectory(files);
    const trades = join(directory, 'trades.csv');
    const placed = args.map((one) => (one.endsWith('.csv') ? join(directory, one) : one));
    const failure = await failureOf(backtest, [...placed, '--trades', trades]);
    expect(failure.line).toContain(message);
    expect(failure.exitCode).toBe(2);
    expect(existsSync(trades)).toBe(false);
  });
});

test.each(['--trades', '--equity'])('backtest refuses a place for %s first', async (flag) => {
  const args = ['--strategy', 'macd', '--data', '/nowhere/x.csv', flag, '/nowhere/out.csv'];
  expect(await failureOf(backtest, args)).toMatchObject({
    exitCode: 2,
    line: `${flag}: /nowhere is no directory to write to; create it first`,
  });
});

describe('other commands refuse', () => {
  const data = ['--data', '/nowhere/x.csv'];
  test.each<[string, Execute, string[], string]>([
    ['strategies', strategies, [], 'tapedeck strategies needs one of: list, show'],
    ['strategies', strategies, ['lst'], "unknown command 'lst'; did you mean list?"],
    ['strategies', strategies, ['show'], "missing required argument 'name'"],
    [
      'strategies',
      strategies,
      ['show', 'bolinger'],
      'strategy "bolinger" is unknown; did you mean "bollinger"?',
    ],
    [
      'indicators',
      indicators,
      ['compute', 'rsy', ...data],
      'indicator "rsy" is unknown; did you mean "rsi"?',
    ],
    [
      'indicators',
      indicators,
      ['compute', 'rsi', ...data, '--param', 'period=0'],
      '--param: rsi.period: "0" is not a whole number from 1 to 10000',
    ],
    [
      'indicators',
      indicators,
      ['compute', 'rsi', ...data, '--param', 'period'],
      '--param: "period" is not a parameter; write name=value',
    ],
    ['indicators', indicators, ['compute', 'rsi'], "required option '--data <FILE>' not specified"],
    [
      'config',
      config,
      ['schema', 'tapdeck'],
      'config schema "tapdeck" is unknown; did you mean "tapedeck"?',
    ],
    [
      'config',
      config,
      ['check', '--config', '/nowhere'],
      '--config: /nowhere holds no tapedeck.json',
    ],
    [
      'export',
      exportAll,
      ['fils'],
      'export "fils": allowed: fills, orders, equity, journal; did you mean "fills"?',
    ],
    ['export', exportAll, ['fills', '--format', 'xml'], '--format "xml": allowed: csv, json'],
    ['status', status, ['--profile', '../x'], '--profile is "../x"; allowed: 1 to 32 letters'],
  ])('%s %#', async (_name, execute, args, message) => {
    const failure = await failureOf(execute, args);
    expect(failure.line).toContain(message);
    expect(failure.exitCode).toBe(2);
  });

  test('config check names strategy, file and parameter of a wrong instance', async () => {
    const instance = { strategy: 'macd', symbols: ['BTC/USDT'], params: { fast: -1 } };
    const directory = temporaryDirectory({ 'tapedeck.json': {}, 'strategies/m.json': instance });
    const { line } = await failureOf(config, ['check', '--config', directory]);
    expect(line).toMatch(/strategies\/m\.json: macd\.fast is -1; allowed: whole number from 1 /);
  });

  test('config check names an unknown theme and the nearest one', async () => {
    const directory = temporaryDirectory({ 'tapedeck.json': { ui: { theme: 'drak' } } });
    const { line } = await failureOf(config, ['check', '--config', directory]);
    expect(line).toMatch(/tapedeck\.json: theme "drak" is unknown; did you mean "dark"\?$/);
  });

  test('a state directory with foreign files is refused for safety', async () => {
    const directory = temporaryDirectory({ 'holiday.jpg': 'x' });
    const failure = await failureOf(status, ['--state', directory]);
    expect(failure.exitCode).toBe(3);
    expect(failure.line).toContain("holds files that are not Tapedeck's (holiday.jpg)");
  });
});
