import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { assembleRun, checkConfig, parseDuration } from '../../src/app/assemble.ts';
import { applyChanges } from '../../src/app/hot-reload.ts';
import { parseParams } from '../../src/app/params.ts';
import { fileMarket } from '../../src/app/simulation.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Command } from '../../src/domain/command.ts';
import { toText } from '../../src/domain/decimal.ts';
import { InputError } from '../../src/domain/errors.ts';
import { temporaryDirectory } from '../support/config-directory.ts';
import { BARE_REQUEST } from '../support/run-request.ts';

const AROUND = { environment: { HOME: '/nowhere' }, cwd: '/nowhere' };
const symbols = (text: string) => ({ flag: '--symbols', path: 'general.symbols', text }) as const;

function recording(stepMs: number): string {
  const rows = [0, 1, 2].map((i) => `${1_640_995_200_000 + i * stepMs},1,2,0.5,1,9`);
  return ['time,open,high,low,close,volume', ...rows, ''].join('\n');
}

describe('assembleRun', () => {
  test('without flags it is the demo market with the configured strategies', async () => {
    const { options, notes } = await assembleRun(BARE_REQUEST, AROUND);
    expect(options).toMatchObject({ mode: 'demo', speed: 60, seed: 1, start: false });
    expect(options.stateDirectory).toBe('/nowhere/.local/state/tapedeck/default-demo');
    expect(options.symbols).toHaveLength(4);
    expect(options.simulation.feeRate).toBeNull();
    expect(options.risk.enabled).toBe(true);
    expect(options.strategies.map(({ id }) => id)).toContain('sma-cross');
    expect(notes).toEqual([]);
  });

  test('a drill runs as fast as a clock unless another speed is typed, in a place of its own', async () => {
    const drill = { flag: '--drill', path: 'general.drill', text: 'storm' } as const;
    const { options } = await assembleRun({ ...BARE_REQUEST, flags: [drill] }, AROUND);
    expect(options).toMatchObject({ mode: 'demo', drill: 'storm', speed: 1 });
    expect(options.stateDirectory).toBe('/nowhere/.local/state/tapedeck/default-demo-drill');
    const speed = { flag: '--speed', path: 'general.speed', text: '60' } as const;
    const typed = await assembleRun({ ...BARE_REQUEST, flags: [drill, speed] }, AROUND);
    expect(typed.options.speed).toBe(60);
    const replay = { ...BARE_REQUEST, flags: [drill], replay: 'file.csv' };
    await expect(assembleRun(replay, AROUND)).rejects.toThrow(/drill storm needs the demo market/);
  });

  test('configured strategies run on the symbols of the run; others are left out, said', async () => {
    const { options, notes } = await assembleRun(
      { ...BARE_REQUEST, flags: [symbols('SOL/USDT')] },
      AROUND,
    );
    expect(new Set(options.strategies.flatMap((one) => one.symbols))).toEqual(
      new Set(['SOL/USDT']),
    );
    expect(notes).toContain('strategy sma-cross is left out: its symbols are not in this run');
  });

  test('strategies that are named replace the configured ones, with typed params', async () => {
    const strategies = ['sma-cross:fast=5,direction=both', 'macd', 'sma-cross'];
    const { options } = await assembleRun(
      { ...BARE_REQUEST, strategies, sizing: 'risk:1' },
      AROUND,
    );
    expect(options.strategies.map(({ id }) => id)).toEqual(['sma-cross', 'macd', 'sma-cross-2']);
    expect(options.strategies[0]).toMatchObject({
      params: { fast: 5, direction: 'both' },
      sizing: { kind: 'risk', value: 1 },
      stopFraction: null,
    });
  });

  test('a file means replay of one market at the pace of its rows', async () => {
    const cwd = temporaryDirectory({ 'h.csv': recording(3_600_000) });
    const run = await assembleRun({ ...BARE_REQUEST, replay: 'h.csv' }, { ...AROUND, cwd });
    const { options, notes } = run;
    expect(options).toMatchObject({
      mode: 'replay',
      symbols: ['BTC/USDT'],
      timeframe: '1h',
      replayFile: join(cwd, 'h.csv'),
    });
    expect(options.stateDirectory).toMatch(/default-replay$/);
    const { takerFeeRate } = fileMarket('BTC/USDT', options.simulation);
    expect(toText(takerFeeRate)).toBe('0.001');
    expect(notes).toContain('strategy sma-cross is left out: candles of 1h are too long');
  });

  test('a replay file holds one market', async () => {
    const cwd = temporaryDirectory({ 'm.csv': recording(60_000) });
    const flags = [symbols('BTC/USDT,ETH/USDT')];
    await expect(
      assembleRun({ ...BARE_REQUEST, replay: 'm.csv', flags }, { ...AROUND, cwd }),
    ).rejects.toThrow('--symbols names 2 markets; a replay file holds one');
  });

  test('--risk none switches the rules off', async () => {
    const { options } = await assembleRun({ ...BARE_REQUEST, risk: 'none' }, AROUND);
    expect(options.risk.enabled).toBe(false);
  });
});

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration('--for', text)).toBe(ms);
});

test('parameters are numbers, booleans or text', () => {
  const texts = ['a=1', 'b=-2.5e-3', 'c=true', 'd=both', 'e=0x10', 'f=1=2'];
  expect(parseParams(texts, '--param')).toEqual({
    a: 1,
    b: -0.0025,
    c: true,
    d: 'both',
    e: '0x10',
    f: '1=2',
  });
});

test('a reload dispatches what tightens and parameters in use, and says the rest', async () => {
  const run = await assembleRun(BARE_REQUEST, AROUND);
  const commands: Command[] = [];
  const notices: string[] = [];
  const target = {
    dispatch: (command: Command) => void commands.push(command),
    notice: (level: string, text: string) => void notices.push(`${level} ${text}`),
  };
  const changes = {
    risk: { maxPositions: 3 },
    params: [
      { strategyId: 'macd', params: { fast: 5 } },
      { strategyId: 'absent', params: { fast: 5 } },
    ],
    applied: [{ path: 'risk.maxPositions', from: 5, to: 3 }],
    heldBack: [{ path: 'risk.maxSpreadBps', from: 50, to: 80 }],
    afterRestart: [{ path: 'ui.theme', from: 'dark', to: 'light' }],
  };
  applyChanges(changes, target, run);
  expect(commands).toEqual([
    { kind: 'changeRisk', changes: { maxPositions: 3 }, fromConfig: true },
    { kind: 'changeParams', strategyId: 'macd', params: { fast: 5 }, fromConfig: true },
  ]);
  expect(notices).toEqual([
    'info reloaded: risk.maxPositions 5 → 3',
    'warn not applied, it loosens a limit; restart to use it: risk.maxSpreadBps 50 → 80',
    'info ui.theme changes with a restart',
  ]);
  applyChanges(changes, target, { ...run, adHoc: true });
  expect(commands).toHaveLength(3);
});

describe('a configuration that no run would take', () => {
  const strategy = { strategy: 'sma-cross', symbols: ['BTC/USDT'], timeframe: '1s' };

  test.each([
    ['a mode that is not there yet', { general: { mode: 'paper' } }, {}],
    ['a symbol the market does not have', { general: { symbols: ['BTC/USDD'] } }, {}],
    ['candles the demo market does not have', {}, { 'strategies/quick.json': strategy }],
  ])('is refused by config check in the words of the run: %s', async (_what, settings, more) => {
    const config = temporaryDirectory({ 'tapedeck.json': settings, ...more });
    const refused = await assembleRun({ ...BARE_REQUEST, config }, AROUND).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(InputError);
    const loaded = loadConfig({ ...AROUND, directory: config, flags: [] });
    expect(() => checkConfig(loaded)).toThrow((refused as InputError).message);
  });

  test('is not one whose recording is named with the run', () => {
    const settings = { general: { mode: 'replay', symbols: ['XRP/EUR'] } };
    const directory = temporaryDirectory({ 'tapedeck.json': settings });
    const loaded = loadConfig({ ...AROUND, directory, flags: [] });
    expect(checkConfig(loaded).length).toBeGreaterThan(0);
  });
});
