/** Flags that `run` and `backtest` share, and how they become settings. */
import { type Command, Option } from 'commander';
import type { RunRequest } from '../app/assemble.ts';
import type { FlagValue, SettingPath } from '../config/layers.ts';
import { collect } from './command.ts';

interface SettingFlag {
  readonly flag: string;
  readonly path: SettingPath;
  /** What follows it; empty where the flag alone says it. */
  readonly value: string;
  readonly text: string;
}

const MARKET_FLAGS: readonly SettingFlag[] = [
  { flag: '--cash', path: 'simulation.cash', value: 'N', text: 'quote currency to start with' },
  { flag: '--fee', path: 'simulation.fee', value: 'F', text: 'fee as a fraction of notional' },
  {
    flag: '--slippage-bps',
    path: 'simulation.slippageBps',
    value: 'N',
    text: 'slippage of market orders where no book is known',
  },
  {
    flag: '--spread',
    path: 'simulation.spread',
    value: 'F',
    text: 'bid-ask spread as a fraction, where no book is known',
  },
  {
    flag: '--fill',
    path: 'simulation.fill',
    value: 'WHERE',
    text: 'next-open or close: where a decision at a close fills',
  },
  { flag: '--leverage', path: 'simulation.leverage', value: 'N', text: 'of perpetual positions' },
];

const RUN_FLAGS: readonly SettingFlag[] = [
  {
    flag: '--mode',
    path: 'general.mode',
    value: 'MODE',
    text: 'demo, replay, paper, testnet or live',
  },
  {
    flag: '--exchange',
    path: 'general.exchange',
    value: 'ID',
    text: 'of the modes paper, testnet and live, e.g. binance',
  },
  {
    flag: '--emulator',
    path: 'general.emulator',
    value: '',
    text: 'practice on a local exchange in the place of the real one',
  },
  { flag: '--symbols', path: 'general.symbols', value: 'A,B', text: 'markets to follow' },
  { flag: '--timeframe', path: 'general.timeframe', value: 'TF', text: 'candle length, e.g. 1m' },
  { flag: '--speed', path: 'general.speed', value: 'N', text: '1 to 1000, or max' },
  { flag: '--seed', path: 'general.seed', value: 'N', text: 'seed of the demo market' },
  {
    flag: '--drill',
    path: 'general.drill',
    value: 'NAME',
    text: 'a practice exchange on which this goes wrong, e.g. storm',
  },
  { flag: '--profile', path: 'general.profile', value: 'NAME', text: 'name of this set of books' },
];

const THEME_FLAG: SettingFlag = {
  flag: '--theme',
  path: 'ui.theme',
  value: 'NAME',
  text: 'colors of the console',
};

const ALL_FLAGS = [...RUN_FLAGS, ...MARKET_FLAGS, THEME_FLAG];

export type Values = Readonly<Record<string, unknown>>;

export function addMarketFlags(command: Command): void {
  addSettings(command, MARKET_FLAGS);
  command
    .option('--sizing <KIND>', 'all-in, percent:N, fixed:N or risk:N (default percent:20)')
    .option('--lot <N>', 'quantity step of a file market')
    .option('--tick <N>', 'price step of a file market')
    .option('--risk <RULES>', 'none or config');
}

export function addRunFlags(command: Command): void {
  addSettings(command, RUN_FLAGS);
  command
    .option('--replay <FILE>', 'candles or trades to play (CSV, JSONL, gzip)')
    .option('--continue', 'go on with the last replay session')
    .addOption(
      new Option(
        '--strategy <NAME[:k=v,...]>',
        'built in or ./FILE.ts, instead of the configured instances; repeatable',
      ).argParser(collect),
    );
  addMarketFlags(command);
  addSettings(command, [THEME_FLAG]);
  addPlaces(command);
  command
    .option('--record', 'also journal the market data')
    .option('--passphrase-fd <N>', "read the key file's passphrase from an open descriptor")
    .option('--headless', 'without a console')
    .option('--start', 'begin trading at once')
    .option('--for <DURATION>', 'end after, e.g. 60s, 5m, 1h (headless)')
    .option('--trades <FILE>', 'write round trips as CSV at the end')
    .option('--plain', 'lines as things happen instead of a screen')
    .option('--once', 'print one screen as text and leave')
    .option('--json', 'one JSON summary at the end (headless)');
}

export function addPlaces(command: Command): void {
  command
    .option('--config <DIR>', 'configuration directory')
    .option('--state <DIR>', 'state directory');
}

const IDENTITY: ReadonlySet<string> = new Set([
  '--mode',
  '--exchange',
  '--emulator',
  '--profile',
  '--seed',
  '--drill',
]);

/** Adds the flags that choose whose state is meant. */
export function addIdentity(command: Command): void {
  addSettings(
    command,
    RUN_FLAGS.filter(({ flag }) => IDENTITY.has(flag)),
  );
}

function addSettings(command: Command, flags: readonly SettingFlag[]): void {
  for (const { flag, value, text } of flags) {
    command.option(value === '' ? flag : `${flag} <${value}>`, text);
  }
}

/** Typed values that are settings, in the order of the table. */
export function settingFlags(values: Values): FlagValue[] {
  return ALL_FLAGS.flatMap(({ flag, path }) => {
    const value = values[optionName(flag)];
    const text = value === true ? 'true' : textOf(values, optionName(flag));
    return text === null ? [] : [{ flag, path, text }];
  });
}

export function toRequest(values: Values): RunRequest {
  const strategies = values['strategy'];
  return {
    flags: settingFlags(values),
    config: textOf(values, 'config'),
    state: textOf(values, 'state'),
    strategies: Array.isArray(strategies) ? strategies.map(String) : [],
    sizing: textOf(values, 'sizing'),
    risk: textOf(values, 'risk'),
    replay: textOf(values, 'replay'),
    continueReplay: values['continue'] === true,
    lot: textOf(values, 'lot'),
    tick: textOf(values, 'tick'),
    start: values['start'] === true,
    duration: textOf(values, 'for'),
    trades: textOf(values, 'trades'),
    record: values['record'] === true,
    headless: values['headless'] === true,
  };
}

export function textOf(values: Values, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}

/** `--slippage-bps` is `slippageBps` among the parsed values. */
function optionName(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}
