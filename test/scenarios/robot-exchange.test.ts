import { expect, test } from 'vitest';

import type { AccountDump } from '../../src/exchange/emulator/dump.ts';
import type { Robot } from '../support/robot.ts';

import {
  type Practice,
  addPracticeKey,
  askControl,
  dumpOf,
  dumpWith,
  exchangeBooks,
  goLive,
  journalBooks,
  openLiveConsole,
  practiceOn,
  typePhrase,
} from './exchange-kit.ts';
import { placeOrder, savedLog } from './robot-kit.ts';

const SYMBOL = 'BTC/USDT';
const AGREES = 'books agree with the venue after: ';
/** Far below the market: it rests until the exchange fills it or somebody cancels it. */
const LIMIT = { Type: 'limit', Quantity: '0.02', Price: '66000', Stop: '65000' } as const;

const openOrder = (dump: AccountDump, type: string) =>
  dump.orders.find((order) => order.type === type && order.status === 'open');

/** The resting limit order fills in part at the exchange, whoever looks. */
async function fillPart(practice: Practice, quantity: string): Promise<void> {
  const order = openOrder(await dumpOf(practice), 'limit');
  await askControl(practice, 'fill-part', { venueOrderId: order?.venueOrderId, quantity });
}

/** A market order with a stop, and a limit order; both stand at the exchange afterwards. */
async function trade(robot: Robot, practice: Practice): Promise<void> {
  await askControl(practice, 'price', { symbol: SYMBOL, price: 68_000 });
  await placeOrder(robot, { Quantity: '0.01', Stop: '65000' });
  robot.press('5');
  await robot.waitFor(/BTC\/USDT +long +0\.\d+ .* 65,000\.\d+ +venue/);
  await placeOrder(robot, LIMIT);
  robot.press('6');
  await robot.waitFor(/BTC\/USDT +buy +limit +0\.02\d* +66,000\.\d+ +accepted/);
}

test.each(['binance', 'kraken'] as const)(
  'a day on a local %s ends with journal and exchange agreeing to the last digit',
  async (dialect) => {
    const practice = await practiceOn(dialect);
    const start = await dumpOf(practice);
    await addPracticeKey(practice);
    const first = await openLiveConsole(practice);
    await first.waitFor(/LIVE EMULATOR[^]*■ PAUSED/);
    await savedLog(practice.home, `${AGREES}started`);
    await goLive(first, practice);
    await trade(first, practice);

    // The cable is pulled, and the exchange fills meanwhile.
    await askControl(practice, 'upgrades', { refuse: 1 });
    await askControl(practice, 'drop', { how: 'terminate' });
    await fillPart(practice, '0.003');
    await first.waitFor(/BTC\/USDT +long +0\.01[23]\d+/);
    // The whole account is read again, for which Kraken's request limit takes its time.
    if (dialect === 'binance') await savedLog(practice.home, `${AGREES}account link was lost`);

    first.kill('SIGKILL');
    await first.exited();
    await fillPart(practice, '0.004');

    const second = await openLiveConsole(practice);
    await second.waitFor(/■ PAUSED[^]*BTC\/USDT +long +0\.01[67]\d+/);
    expect(openOrder(await dumpOf(practice), 'stop')).toBeDefined();
    second.press('H');
    await second.waitFor(/■ HALTED[^]*halted by the operator/);
    const halted = await dumpWith(practice, (dump) => !openOrder(dump, 'limit'));
    expect(openOrder(halted, 'stop')).toBeDefined();
    second.press('F');
    await second.waitFor('type this to confirm: FLATTEN');
    await typePhrase(second, 'FLATTEN');
    await savedLog(practice.home, 'manual filled sell');
    await dumpWith(practice, ({ orders }) => orders.every(({ status }) => status !== 'open'));
    second.press('q');
    await second.waitFor('quit and leave everything');
    second.press('y');
    await second.exited();

    const dump = await dumpOf(practice);
    expect(dump.orders.filter(({ status }) => status === 'open')).toEqual([]);
    const ours = journalBooks(practice, start);
    expect(ours).toEqual(exchangeBooks(dump));
    expect(ours.fills.length).toBeGreaterThanOrEqual(4);
  },
);
