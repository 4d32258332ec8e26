import { resolve } from 'node:path';
import { backtest, DEFAULT_SYMBOL } from '../app/backtest-command.ts';
import { equityCsv, requireWritable, tradesCsv, writeWhole } from '../app/csv.ts';
import { backtestReport } from '../backtest/report.ts';
import { toJson } from '../backtest/run.ts';
import { readEnvironment } from '../config/secrets.ts';
import { collect, createCommand, runCommand, UsageError } from './command.ts';
import { note, print, printJson } from './output.ts';
import { addMarketFlags, settingFlags, textOf, type Values } from './run-flags.ts';

/** `backtest`: one strategy, one recorded file, one report. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'backtest',
    summary: 'Run one strategy over a recorded file with the engine of every mode.',
    examples: [
      'tapedeck backtest --strategy sma-cross --data FILE.csv',
      'tapedeck backtest --strategy rsi-reversion:period=10 --data FILE.csv --json',
      'tapedeck backtest --strategy macd --data FILE.csv.gz --symbol ETH/USDT \\',
      '    --timeframe 15m --fee 0.0005 --sizing percent:50 --trades trades.csv',
      'tapedeck backtest --strategy ema-cross --exchange binance --symbol BTC/USDT \\',
      '    --timeframe 1h --from 2026-01-01 --to 2026-02-01',
    ],
  });
  command
    .requiredOption('--strategy <NAME[:k=v,...]>', 'built in, or ./FILE.ts', onlyOnce)
    .option('--data <FILE>', 'candles or trades (CSV, JSONL, gzip)')
    .option('--exchange <ID>', 'candles that tapedeck data download has kept, instead of a file')
    .option('--from <DATE>', 'first candle, UTC (default: all there is)')
    .option('--to <DATE>', 'up to, without, this time')
    .option('--param <k=v>', 'parameter of the strategy; repeatable', collect)
    .option('--symbol <S>', `market of the file (default ${DEFAULT_SYMBOL})`)
    .option('--timeframe <TF>', "candles to decide on (default: the file's own)");
  addMarketFlags(command);
  command
    .option('--config <DIR>', 'configuration directory')
    .option('--trades <FILE>', 'write round trips as CSV')
    .option('--equity <FILE>', 'write the equity curve as CSV')
    .option('--json', 'one JSON document')
    .action(run);
  await runCommand(command, args);
  return 0;
}

function onlyOnce(value: string, previous: string | undefined): string {
  if (previous === undefined) return value;
  throw new UsageError('--strategy is given twice; a backtest runs one strategy');
}

async function run(values: Values): Promise<void> {
  const around = { environment: readEnvironment(), cwd: process.cwd() };
  const json = values['json'] === true;
  const symbol = textOf(values, 'symbol');
  const trades = textOf(values, 'trades');
  const equity = textOf(values, 'equity');
  if (trades !== null) requireWritable('--trades', resolve(trades));
  if (equity !== null) requireWritable('--equity', resolve(equity));
  const result = await backtest(
    {
      flags: settingFlags(values).filter(({ path }) => path.startsWith('simulation.')),
      config: textOf(values, 'config'),
      strategy: String(values['strategy']),
      params: Array.isArray(values['param']) ? values['param'].map(String) : [],
      data: textOf(values, 'data'),
      exchange: textOf(values, 'exchange'),
      from: textOf(values, 'from'),
      to: textOf(values, 'to'),
      symbol,
      timeframe: textOf(values, 'timeframe'),
      sizing: textOf(values, 'sizing'),
      risk: textOf(values, 'risk'),
      lot: textOf(values, 'lot'),
      tick: textOf(values, 'tick'),
    },
    around,
  );
  if (trades !== null) writeWhole(resolve(trades), tradesCsv(result.trades));
  if (equity !== null) writeWhole(resolve(equity), equityCsv(result.curve));
  if (symbol === null && textOf(values, 'data') !== null && !json) {
    note(`tapedeck: the file is taken for ${DEFAULT_SYMBOL}; say otherwise with --symbol`);
  }
  if (!json) return print(backtestReport(result));
  result.notes.forEach((text) => note(`tapedeck: ${text}`));
  return printJson(toJson(result));
}
