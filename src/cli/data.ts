/** `data download|list|check|import`: candles of exchanges on this disk. */
import { resolve } from 'node:path';
import type { Downloaded, DownloadHooks, DownloadProgress } from '../app/data/download.ts';
import { checkFile, importFile, listCache, type SeriesRow } from '../app/data/manage.ts';
import { candleDirectory, isoOf, seriesKey, timeOf } from '../app/data/place.ts';
import { requireWritable } from '../app/csv.ts';
import { EXIT } from '../app/failure.ts';
import { loadConfig } from '../config/load.ts';
import { readEnvironment } from '../config/secrets.ts';
import { addSubcommand, createCommand, runCommand } from './command.ts';
import { note, print, printJson, toPairs, toTable } from './output.ts';
import { textOf, type Values } from './run-flags.ts';

/** Runs a `data` command. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'data',
    summary:
      'Download candles of an exchange and keep them: backtests and the warm-up of a console ' +
      'take them from there. Times are UTC.',
    examples: [
      'tapedeck data download --exchange binance --symbol BTC/USDT \\',
      '    --timeframe 1m --from 2026-01-01 --to 2026-02-01',
      'tapedeck data list',
      'tapedeck data check candles.csv.gz',
      'tapedeck data import candles.csv --exchange binance --symbol BTC/USDT',
    ],
  });
  let exitCode: number = EXIT.done;
  addSubcommand(command, 'download', 'get candles; goes on where an earlier attempt stopped')
    .requiredOption('--exchange <ID>', 'such as binance')
    .requiredOption('--symbol <S>', 'such as BTC/USDT')
    .requiredOption('--timeframe <TF>', 'such as 1m, 1h, 1d')
    .requiredOption('--from <DATE>', 'first candle, e.g. 2026-01-31 or 2026-01-31T12:00Z')
    .option('--to <DATE>', 'up to, without, this time (default: now)')
    .option('--out <FILE>', 'also write the range as CSV; packed when it ends in .gz')
    .option('--endpoint <URL>', 'an emulator on this machine in the place of the exchange')
    .option('--config <DIR>', 'configuration directory')
    .option('--json', 'one JSON document')
    .action(async (values: Values) => {
      exitCode = await download(values);
    });
  addSubcommand(command, 'list', 'what is kept, and where')
    .option('--json', 'one JSON document')
    .action(list);
  addSubcommand(command, 'check <file>', 'read a recording: rows, gaps, checksum')
    .option('--json', 'one JSON document')
    .action(check);
  addSubcommand(command, 'import <file>', 'keep the candles of a file')
    .requiredOption('--exchange <ID>', 'exchange they are of')
    .requiredOption('--symbol <S>', 'such as BTC/USDT')
    .option('--timeframe <TF>', "refuse the file unless this is its candles' length")
    .option('--json', 'one JSON document')
    .action(importCandles);
  await runCommand(command, args);
  return exitCode;
}

async function download(values: Values): Promise<number> {
  const environment = readEnvironment();
  const exchange = String(values['exchange']);
  const flag = textOf(values, 'endpoint');
  const endpoint = flag ?? configuredEndpoint(values, exchange);
  const name = endpoint === null ? exchange : `${exchange}-emulator`;
  const [symbol, timeframe] = [String(values['symbol']), String(values['timeframe'])];
  const to = textOf(values, 'to');
  const out = textOf(values, 'out');
  const plan = {
    key: seriesKey({ exchange: name, symbol, timeframe }),
    exchange,
    endpoint,
    from: timeOf('--from', String(values['from'])),
    to: to === null ? null : timeOf('--to', to),
    out: out === null ? null : resolve(out),
    directory: candleDirectory(environment),
  };
  if (plan.out !== null) requireWritable('--out', plan.out);
  const { downloadCandles } = await import('../app/data/download.ts');
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const progress = new ProgressLine();
  try {
    const hooks: DownloadHooks = {
      onProgress: (now) => progress.show(now),
      say: (text) => progress.say(`tapedeck: ${text}`),
      signal: stop.signal,
    };
    const result = await downloadCandles(plan, hooks);
    progress.end();
    return await report(result, values['json'] === true);
  } finally {
    progress.end();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function configuredEndpoint(values: Values, exchange: string): string | null {
  const config = loadConfig({
    environment: readEnvironment(),
    cwd: process.cwd(),
    directory: textOf(values, 'config'),
    flags: [],
  });
  const file = config.exchanges.find(({ id, enabled }) => id === exchange && enabled);
  return file?.endpoint ?? null;
}

async function report(result: Downloaded, asJson: boolean): Promise<number> {
  const { interrupted } = result;
  if (interrupted) {
    note('tapedeck: interrupted; what was got is kept, the same command goes on from there');
  }
  const exitCode = interrupted ? EXIT.interrupted : EXIT.done;
  if (asJson) {
    await printJson(result);
    return exitCode;
  }
  if (interrupted) return exitCode;
  await print(
    toPairs([
      ['series', `${result.exchange} ${result.symbol} ${result.timeframe}`],
      ['from', isoOf(result.from)],
      ['to', isoOf(result.to)],
      ['candles', String(result.candles)],
      ...gapRows(result.gaps),
      ['requests', String(result.requests)],
      ['left out', `${result.dropped} rows that were no candle`],
      ['sha256', result.sha256],
      ['file', result.file],
    ]),
  );
  return exitCode;
}

const GAPS_SHOWN = 10;

function gapRows(gaps: Downloaded['gaps']): [string, string][] {
  const shown = gaps.slice(0, GAPS_SHOWN).map(({ from, to, candles }): [string, string] => {
    return ['gap', `${isoOf(from)} to ${isoOf(to)}, ${candles} candles`];
  });
  const more = gaps.length - shown.length;
  const rest: [string, string][] = more > 0 ? [['', `and ${more} more; --json lists them`]] : [];
  return [['gaps', String(gaps.length)], ...shown, ...rest];
}

async function list(values: Values): Promise<void> {
  const directory = candleDirectory(readEnvironment());
  const rows = listCache(directory);
  if (values['json'] === true) return printJson(rows);
  if (rows.length === 0) return print(`nothing is kept yet in ${directory}`);
  await print(
    toTable<SeriesRow>(rows, [
      { title: 'EXCHANGE', cell: ({ exchange }) => exchange },
      { title: 'SYMBOL', cell: ({ symbol }) => symbol },
      { title: 'TF', cell: ({ timeframe }) => timeframe },
      { title: 'FROM', cell: ({ from }) => isoOf(from) },
      { title: 'TO', cell: ({ to }) => isoOf(to) },
      { title: 'CANDLES', cell: ({ candles }) => String(candles), align: 'right' },
      { title: 'GAPS', cell: ({ gaps }) => String(gaps), align: 'right' },
      { title: 'MB', cell: ({ bytes }) => (bytes / 1e6).toFixed(2), align: 'right' },
      { title: 'SHA256', cell: ({ sha256 }) => sha256.slice(0, 12) },
    ]),
  );
  note(`kept in ${directory}`);
}

async function check(file: string, values: Values): Promise<void> {
  const found = checkFile(file, process.cwd());
  if (values['json'] === true) return printJson(found);
  await print(
    toPairs([
      ['file', found.file],
      ['holds', `${found.rows} ${found.kind}`],
      ['timeframe', found.timeframe],
      ['from', isoOf(found.from)],
      ['to', isoOf(found.to)],
      ...gapRows(found.gaps),
      ['sha256', found.sha256 ?? '-'],
    ]),
  );
}

async function importCandles(path: string, values: Values): Promise<void> {
  const asked = textOf(values, 'timeframe');
  const key = seriesKey({
    exchange: String(values['exchange']),
    symbol: String(values['symbol']),
    timeframe: asked ?? '1m',
  });
  const row = importFile({
    path,
    cwd: process.cwd(),
    directory: candleDirectory(readEnvironment()),
    key: { ...key, timeframe: asked === null ? null : key.timeframe },
  });
  if (values['json'] === true) return printJson(row);
  await print(
    toPairs([
      ['series', `${row.exchange} ${row.symbol} ${row.timeframe}`],
      ['from', isoOf(row.from)],
      ['to', isoOf(row.to)],
      ['candles', String(row.candles)],
      ['gaps', String(row.gaps)],
      ['file', row.file],
    ]),
  );
}

/** Between two lines where nobody looks at a terminal. */
const LINE_EVERY_MS = 5_000;

/** How far a download is: one line that is written over in a terminal, else a line at times. */
class ProgressLine {
  private readonly isTerminal = process.stderr.isTTY;
  private isOpen = false;
  private nextAt = Date.now() + LINE_EVERY_MS;

  show({ done, total, etaMs }: DownloadProgress): void {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    const left = etaMs === null ? '' : `, ${leftText(etaMs)} left`;
    const text = `${percent} %  ${done} of ${total} candles${left}`;
    if (this.isTerminal) {
      process.stderr.write(`\r\u001b[2K${text}`);
      this.isOpen = true;
      return;
    }
    if (Date.now() < this.nextAt) return;
    this.nextAt = Date.now() + LINE_EVERY_MS;
    note(text);
  }

  say(text: string): void {
    this.end();
    note(text);
  }

  end(): void {
    if (this.isOpen) process.stderr.write('\n');
    this.isOpen = false;
  }
}

function leftText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
