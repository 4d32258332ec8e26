import { findState, readState } from '../app/state/reader.ts';
import { type Status, toStatus } from '../app/status.ts';
import { readEnvironment } from '../config/secrets.ts';
import { createCommand, runCommand } from './command.ts';
import { print, printJson, toPairs, toTable } from './output.ts';
import { addIdentity, addPlaces, settingFlags, textOf, type Values } from './run-flags.ts';

/** `status`: state, equity, orders and positions from the files. */
export async function execute(args: readonly string[]): Promise<number> {
  const command = createCommand({
    name: 'status',
    summary: 'What a console holds, read from its files; works while it runs and after.',
    examples: ['tapedeck status', 'tapedeck status --mode replay --json'],
  });
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document').action(status);
  await runCommand(command, args);
  return 0;
}

/** The options that name a state directory. */
export function stateOf(values: Values): ReturnType<typeof findState> {
  const named = { config: textOf(values, 'config'), state: textOf(values, 'state') };
  const around = { environment: readEnvironment(), cwd: process.cwd() };
  return findState({ ...named, flags: settingFlags(values) }, around);
}

async function status(values: Values): Promise<void> {
  const place = stateOf(values);
  const found = toStatus(place, readState(place.directory), Date.now());
  return values['json'] === true ? printJson(found) : print(toText(found, place.directory));
}

/** The last state alone would read as if something still traded. */
function stateText({ tradingState, since, pid }: Status): string {
  if (tradingState === null) return 'nothing stored yet';
  const when = since === null ? '' : ` since ${new Date(since).toISOString()}`;
  const stopped = pid === null && tradingState === 'running';
  return `${tradingState}${when}${stopped ? ', until it ended; a start comes up paused' : ''}`;
}

/** An average has as many digits as its division; eight significant ones are plenty to read. */
const shortPrice = (price: string | null): string =>
  price === null ? '-' : String(Number(Number(price).toPrecision(8)));

function toText(found: Status, directory: string): string {
  const number = (value: number | null, digits = 2): string =>
    value === null ? '-' : value.toFixed(digits);
  const percent =
    found.drawdownFraction === null ? '-' : `${(found.drawdownFraction * 100).toFixed(2)} %`;
  const pairs = toPairs([
    ['mode', found.mode],
    ['process', found.pid === null ? 'not running' : `running, pid ${found.pid}`],
    ['state', stateText(found)],
    ['reason', found.reason ?? '-'],
    ['equity', number(found.equity)],
    ['day P&L', number(found.dayPnl)],
    ['drawdown', percent],
    ['open orders', String(found.openOrders)],
    ['positions', String(found.positions.length)],
    ['data age', found.dataAgeMs === null ? '-' : `${(found.dataAgeMs / 1000).toFixed(1)} s`],
    ['directory', directory],
  ]);
  if (found.positions.length === 0) return pairs;
  const table = toTable(found.positions, [
    { title: 'symbol', cell: (one) => one.symbol },
    { title: 'side', cell: (one) => one.positionSide },
    { title: 'quantity', cell: (one) => one.quantity, align: 'right' },
    { title: 'entry', cell: (one) => shortPrice(one.entryPrice), align: 'right' },
    { title: 'stop', cell: (one) => one.stopPrice ?? '-', align: 'right' },
  ]);
  return `${pairs}\n\n${table}`;
}
