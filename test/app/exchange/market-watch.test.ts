import { afterEach, describe, expect, test, vi } from 'vitest';

import { MarketWatch } from '../../../src/app/exchange/market-watch.ts';
import { decimal } from '../../../src/domain/decimal.ts';
import type { AccountRecord, RejectCode } from '../../../src/domain/record.ts';
import type { Market } from '../../../src/domain/market.ts';
import type { OrderId } from '../../../src/domain/ids.ts';
import { SPOT } from '../../support/builders.ts';

const ETH: Market = { ...SPOT, symbol: 'ETH/USDT', base: 'ETH' };
const opened: MarketWatch[] = [];
afterEach(() => opened.splice(0).forEach((watch) => watch.stop()));

function open() {
  const state = { markets: [SPOT, ETH] as Market[], skew: 0, now: 0, fails: false };
  const posted: AccountRecord[] = [];
  const words: string[] = [];
  const refreshMarkets = vi.fn(async () => {
    if (state.fails) throw new Error('no answer');
    return state.markets;
  });
  const watch = new MarketWatch({
    connection: {
      markets: state.markets,
      refreshMarkets,
      clock: {
        skewMs: () => state.skew,
        doubtMs: () => 10,
        now: () => 0,
        measure: async () => undefined,
        close: () => undefined,
      },
    },
    accountId: 'binance:main',
    receiveWindowMs: 5_000,
    monotonicMs: () => state.now,
    post: (record) => posted.push(record),
    say: ({ level, text }) => words.push(`${level} ${text}`),
    pause: (reason) => words.push(`pause ${reason}`),
  });
  opened.push(watch);
  return { watch, state, posted, words, refreshMarkets };
}

const refused = (code: RejectCode) =>
  ({ kind: 'rejected', orderId: 'td1' as OrderId, code, reason: '' }) as const;

describe('markets that an exchange changes', () => {
  test('are looked at after a refusal that says ours are old, once a minute', async () => {
    const { watch, state, refreshMarkets } = open();
    watch.onRecord(refused('INSUFFICIENT_FUNDS'));
    expect(refreshMarkets).toHaveBeenCalledTimes(0);
    for (let i = 0; i < 50; i += 1) watch.onRecord(refused('TICK_SIZE'));
    await watch.refresh();
    expect(refreshMarkets).toHaveBeenCalledTimes(1);
    state.now = 59_999;
    watch.onRecord(refused('TICK_SIZE'));
    expect(refreshMarkets).toHaveBeenCalledTimes(1);
    state.now = 60_000;
    watch.onRecord(refused('MIN_NOTIONAL'));
    expect(refreshMarkets).toHaveBeenCalledTimes(2);
  });

  test('are journaled where they differ, and not where they do not', async () => {
    const { watch, state, posted } = open();
    await watch.refresh();
    expect(posted).toEqual([]);
    const coarse = { ...SPOT, tickSize: decimal('0.5') };
    state.markets = [coarse, ETH];
    state.now = 60_000;
    await watch.refresh();
    const accountId = 'binance:main';
    expect(posted).toEqual([
      { kind: 'marketsChanged', accountId, markets: [coarse], gone: [], back: [] },
    ]);
  });

  test('are said to be gone once, and to be back', async () => {
    const { watch, state, posted } = open();
    const turn = async (markets: Market[]) => {
      state.now += 60_000;
      state.markets = markets;
      await watch.refresh();
    };
    await turn([SPOT]);
    await turn([SPOT]);
    await turn([SPOT, ETH]);
    expect(posted).toMatchObject([
      { gone: ['ETH/USDT'], back: [] },
      { gone: [], back: ['ETH/USDT'] },
    ]);
  });

  test('stay as they are where the exchange does not answer', async () => {
    const { watch, state, posted, words } = open();
    state.fails = true;
    await watch.refresh();
    expect([posted.length, words]).toEqual([
      0,
      ['warn markets could not be looked at again: no answer'],
    ]);
  });
});

describe('a clock that is off', () => {
  test('is said, takes no entries when it is far off, and is said when it is right again', () => {
    const { watch, state, words } = open();
    for (const skew of [300, 1_200, 1_300, -5_000, -5_000, 0]) {
      state.skew = skew;
      watch.lookAtClock();
    }
    expect(words.map((one) => one.split(';')[0])).toEqual([
      "warn the clock of this machine differs from the exchange's by 1.2 s",
      "pause the clock of this machine differs from the exchange's by 5.0 s",
      "info the clock agrees with the exchange's again",
    ]);
  });
});
