// A person who trades on a local exchange as if it were the real one, and what both sides wrote.
import { expect, onTestFinished } from 'vitest';

import {
  type Decimal,
  ZERO,
  add,
  decimal,
  isZero,
  mul,
  neg,
  toText,
} from '../../src/domain/decimal.ts';
import type { DialectName } from '../../src/exchange/emulator/dialect.ts';
import type { AccountDump } from '../../src/exchange/emulator/dump.ts';
import { temporaryDirectory } from '../support/config-directory.ts';
import { type TestEmulator, openEmulator } from '../support/emulator.ts';
import { PATIENCE_MS, type Robot } from '../support/robot.ts';
import { readJson, testHome, testRobot } from './robot-kit.ts';

const PASSPHRASE = 'practice makes perfect';
const OFF = { strategy: 'sma-cross', symbols: ['BTC/USDT'], enabled: false };

/** A newcomer's machine beside a local exchange of its own. */
export interface Practice {
  readonly dialect: DialectName;
  readonly emulator: TestEmulator;
  readonly home: string;
  readonly config: string;
}

/** A local exchange, a home, and the configuration that README names; no strategy trades. */
export async function practiceOn(dialect: DialectName): Promise<Practice> {
  const emulator = await openEmulator({ dialect, time: 'real' });
  onTestFinished(() => emulator.close());
  const { endpoint } = emulator;
  const config = temporaryDirectory({
    'tapedeck.json': {},
    'strategies/none.json': OFF,
    [`exchanges/${dialect}.json`]: {
      id: dialect,
      account: 'main',
      symbols: ['BTC/USDT'],
      key: 'practice',
      endpoint,
    },
  });
  return { dialect, emulator, home: testHome(), config };
}

/** `tapedeck keys add`, typed as its prompts ask. */
export async function addPracticeKey({ dialect, emulator, home }: Practice): Promise<void> {
  const robot = testRobot({ home, args: ['keys', 'add', 'practice', '--exchange', dialect] });
  const { apiKey, secret } = emulator.credentials();
  for (const [prompt, answer] of [
    ['API key:', apiKey],
    ['API secret:', secret],
    ['own passphrase', ''],
    ['passphrase for the file', PASSPHRASE],
    ['same passphrase again', PASSPHRASE],
  ] as const) {
    await robot.waitFor(prompt);
    robot.press(`${answer}\r`);
  }
  expect(await robot.exited()).toMatchObject({ exitCode: 0 });
  expect(robot.raw()).not.toContain(secret);
}

/** The console in mode live, paused, with books that agree. */
export async function openLiveConsole({ dialect, home, config }: Practice): Promise<Robot> {
  const args = ['--config', config, '--mode', 'live', '--exchange', dialect];
  const robot = testRobot({ home, args, size: '120x40' });
  await robot.waitFor('passphrase of practice:');
  robot.press(`${PASSPHRASE}\r`);
  return robot;
}

/** Types a phrase as a person does: letters that arrive at once would be a paste. */
export async function typePhrase(robot: Robot, phrase: string): Promise<void> {
  for (let count = 1; count <= phrase.length; count += 1) {
    robot.press(phrase.charAt(count - 1));
    await robot.waitFor(`› ${phrase.slice(0, count)}▏`);
  }
  robot.press('\r');
}

/** `r`, the gate with every line met, its phrase, and `r` again. */
export async function goLive(robot: Robot, { dialect }: Practice): Promise<void> {
  robot.press('r');
  await robot.waitFor(new RegExp(`type this: trade live on ${dialect} main`));
  await typePhrase(robot, `trade live on ${dialect} main`);
  await robot.waitFor(/is live for this session/);
  robot.press('r');
  await robot.waitFor('● RUNNING');
}

/** The control API over HTTP, as `curl` asks it. */
export async function askControl(
  { emulator }: Practice,
  name: string,
  body: unknown = {},
): Promise<unknown> {
  const reply = await fetch(`${emulator.endpoint}/_control/${name}`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  expect(reply.status).toBe(200);
  return reply.json();
}

/** The exchange's own records of the account. */
export async function dumpOf(practice: Practice): Promise<AccountDump> {
  return (await askControl(practice, 'dump')) as AccountDump;
}

/** Waits until the exchange's own records are as wanted. */
export async function dumpWith(
  practice: Practice,
  wanted: (dump: AccountDump) => boolean,
): Promise<AccountDump> {
  const isSo = async (): Promise<boolean> => wanted(await dumpOf(practice));
  await expect.poll(isSo, { timeout: PATIENCE_MS }).toBe(true);
  return dumpOf(practice);
}

type Row = Readonly<Record<string, unknown>>;

/** What journal and exchange must say alike, each number as exact text, by the exchange's ids. */
export interface Books {
  readonly orders: readonly Row[];
  readonly fills: readonly Row[];
  /** Totals by asset, zeros left out. */
  readonly balances: Row;
}

const ORDER_FIELDS = ['symbol', 'side', 'type', 'quantity', 'status', 'filled'] as const;
const FILL_FIELDS = ['symbol', 'side', 'price', 'quantity', 'fee', 'feeAsset', 'time'] as const;

/** The exchange's side. */
export function exchangeBooks({ orders, fills, balances }: AccountDump): Books {
  const wireIds = new Map(orders.map((order) => [order.venueOrderId, order.wireId]));
  return {
    orders: byId(orders.map((order) => ({ id: order.wireId, ...pick(order, ORDER_FIELDS) }))),
    fills: byId(
      fills.map((fill) => {
        return { id: fill.wireId, of: wireIds.get(fill.venueOrderId), ...pick(fill, FILL_FIELDS) };
      }),
    ),
    balances: withoutZeros(new Map(balances.map(({ asset, total }) => [asset, decimal(total)]))),
  };
}

interface ExportedFill {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
  readonly feeAsset: string;
}

/** The journal's side: `tapedeck export`; balances are worked out of its fills from `start` on. */
export function journalBooks({ home, dialect }: Practice, start: AccountDump): Books {
  const read = (kind: string): unknown => {
    const run = ['--mode', 'live', '--exchange', dialect, '--emulator'];
    return readJson(home, ['export', kind, '--format', 'json', ...run]);
  };
  const orders = read('orders') as (Row & { readonly orderId: string })[];
  const fills = read('fills') as ExportedFill[];
  return {
    orders: byId(orders.map((order) => ({ id: order.orderId, ...pick(order, ORDER_FIELDS) }))),
    fills: byId(
      fills.map((fill) => ({ id: fill.id, of: fill.orderId, ...pick(fill, FILL_FIELDS) })),
    ),
    balances: withoutZeros(balancesAfter(fills, start)),
  };
}

function balancesAfter(fills: readonly ExportedFill[], start: AccountDump): Map<string, Decimal> {
  const held = new Map(start.balances.map(({ asset, total }) => [asset, decimal(total)]));
  const book = (asset: string, change: Decimal): void => {
    held.set(asset, add(held.get(asset) ?? ZERO, change));
  };
  for (const { symbol, side, price, quantity, fee, feeAsset } of fills) {
    const [base = '', quote = ''] = symbol.split('/');
    const bought = side === 'buy' ? decimal(quantity) : neg(decimal(quantity));
    book(base, bought);
    book(quote, neg(mul(bought, decimal(price))));
    book(feeAsset, neg(decimal(fee)));
  }
  return held;
}

function withoutZeros(held: ReadonlyMap<string, Decimal>): Row {
  const left = [...held].filter(([, total]) => !isZero(total));
  return Object.fromEntries(left.map(([asset, total]) => [asset, toText(total)]));
}

function pick(row: object, fields: readonly string[]): Row {
  const all = row as Row;
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}

const byId = <T extends { readonly id: string }>(rows: readonly T[]): readonly T[] =>
  rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
