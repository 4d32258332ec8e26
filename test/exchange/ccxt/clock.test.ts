import { afterEach, describe, expect, it, vi } from 'vitest';
import { required } from '../../../src/domain/errors.ts';
import { findExchange } from '../../../src/exchange/ccxt/catalog.ts';
import { createServerClock, type ServerClock } from '../../../src/exchange/ccxt/clock.ts';
import type { Instance } from '../../../src/exchange/ccxt/instance-type.ts';

const opened: ServerClock[] = [];
afterEach(() => {
  for (const clock of opened.splice(0)) clock.close();
  vi.useRealTimers();
});

interface Script {
  readonly id: string;
  /** Ours when the question leaves, and when the answer is here. */
  readonly times: readonly number[];
  readonly server?: () => Promise<unknown>;
  readonly date?: number;
  readonly signer?: Instance;
}

function open({ id, times, server, date, signer }: Script) {
  let turn = 0;
  const now = () => times[turn++ % times.length] ?? 0;
  const asked = { times: 0, logs: [] as string[] };
  const data = {
    fetchTime: async () => {
      asked.times++;
      return server?.();
    },
    fetchTicker: async () => {
      asked.times++;
    },
    lastDate: () => date ?? null,
    lastSent: () => null,
  } as unknown as Instance;
  const clock = createServerClock({
    row: required(findExchange(id), id),
    data,
    signers: signer ? [signer] : [],
    symbol: 'BTC/USD',
    now,
    log: ({ message }) => asked.logs.push(message),
  });
  opened.push(clock);
  return { clock, asked };
}

describe("the exchange's clock", () => {
  it('is taken halfway between question and answer', async () => {
    const { clock } = open({ id: 'binance', times: [10_000, 10_300], server: async () => 9_000 });
    await clock.measure();
    expect([clock.skewMs(), clock.doubtMs()]).toEqual([1_150, 150]);
  });

  it('is that of the quickest of several answers', async () => {
    const times = [10_000, 10_400, 10_500, 10_510];
    const { clock, asked } = open({ id: 'binance', times, server: async () => 10_505 });
    await clock.measure();
    expect([clock.skewMs(), clock.doubtMs(), asked.times]).toEqual([0, 5, 2]);
  });

  it('is told to whoever signs', async () => {
    const signer = { options: {} } as unknown as Instance;
    const server = async () => 15_000;
    const { clock } = open({ id: 'binance', times: [10_000, 10_000], server, signer });
    await clock.measure();
    expect(signer.options['timeDifference']).toBe(-5_000);
  });

  it('of a header is right within half a second and the way', async () => {
    const { clock } = open({ id: 'gemini', times: [10_000, 10_200], date: 9_000 });
    await clock.measure();
    expect([clock.skewMs(), clock.doubtMs()]).toEqual([600, 600]);
  });

  it('of an exchange that names whole seconds is right within half a second, too', async () => {
    const { clock, asked } = open({
      id: 'kraken',
      times: [9_700, 9_900],
      server: async () => 9_000,
    });
    await clock.measure();
    expect([clock.skewMs(), clock.doubtMs(), asked.times]).toEqual([300, 600, 1]);
  });

  it('cannot be told where no answer has a date', async () => {
    const { clock, asked } = open({ id: 'gemini', times: [10_000] });
    await clock.measure();
    expect([clock.skewMs(), asked.times]).toEqual([null, 1]);
  });

  it('is spoken of when it is off by more than a second and doubt', async () => {
    const told = async (server: number) => {
      const { clock, asked } = open({
        id: 'binance',
        times: [10_000, 10_400],
        server: async () => server,
      });
      await clock.measure();
      return asked.logs;
    };
    expect(await told(9_100)).toEqual([]);
    expect(await told(8_500)).toEqual(['binance: the clock here differs by 1.7 s']);
  });

  it.each([
    ['nothing', undefined],
    ['words', 'soon'],
    ['a number that is none', NaN],
    ['zero', 0],
  ])('stays as it was known when the answer is %s', async (_name, value) => {
    const { clock, asked } = open({ id: 'binance', times: [1], server: async () => value });
    await clock.measure();
    expect(clock.skewMs()).toBeNull();
    expect(asked.logs).toEqual(['binance: no server time (TypeError)']);
  });

  it('is measured every ten minutes, and not in a storm', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
    const { clock, asked } = open({ id: 'binance', times: [0], server: async () => 1 });
    await clock.measure();
    await Promise.all(Array.from({ length: 50 }, () => clock.measure()));
    expect(asked.times).toBe(1);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(asked.times).toBe(2);
    clock.close();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(asked.times).toBe(2);
  });
});
