import { messageOf } from '../../domain/errors.ts';
import { CLOCK_OFF_MS, type EpochMs, inSeconds, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Log } from '../../ports.ts';
import type { Instance } from './instance-type.ts';
import type { ExchangeRow } from './row.ts';

/** The exchange's clock against ours. */
export interface ServerClock {
  /** Ours less theirs, ms; null until it was measured, and where the exchange does not tell. */
  skewMs(): number | null;
  /** How far `skewMs` may be off, ms: half the way there and back, half a second of a header. */
  doubtMs(): number | null;
  /** The exchange's time now, as far as known. */
  now(): EpochMs;
  /** Measures again. Resolves when done, also without success; never rejects. */
  measure(): Promise<void>;
  close(): void;
}

/** Time between measurements (RELIABILITY 3, row 30). */
const EVERY_MS = 10 * MINUTE_MS;
/** A new measurement is not begun within this time of the last. */
const SPACING_MS = 5 * SECOND_MS;

export interface ClockOptions {
  readonly row: ExchangeRow;
  /** Asks for the time. */
  readonly data: Instance;
  /** Everyone who signs with a time: told the difference. */
  readonly signers: readonly Instance[];
  /** A symbol that may be asked for, where the time is that of any answer. */
  readonly symbol: string | null;
  readonly now: () => EpochMs;
  readonly log: Log;
}

interface Measured {
  readonly skewMs: number;
  readonly doubtMs: number;
}

/** A clock that measures itself every ten minutes until it is closed. */
export function createServerClock(options: ClockOptions): ServerClock {
  let measured: Measured | null = null;
  let running: Promise<void> | null = null;
  let lastAt = -Infinity;
  const { log, signers, row } = options;

  async function take(): Promise<void> {
    lastAt = performance.now();
    try {
      measured = (await measureWell(options)) ?? measured;
    } catch (error) {
      // The library's message may hold an address; what matters is that the time is not known.
      const kind = error instanceof Error ? error.name : typeof messageOf(error);
      log({ level: 'warn', category: 'system', message: `${row.id}: no server time (${kind})` });
      return;
    }
    if (measured === null) return;
    for (const signer of signers) signer.options['timeDifference'] = Math.round(measured.skewMs);
    if (Math.abs(measured.skewMs) - measured.doubtMs > CLOCK_OFF_MS) {
      const message = `${row.id}: the clock here differs by ${inSeconds(measured.skewMs)}`;
      log({ level: 'warn', category: 'system', message });
    }
  }

  function measure(): Promise<void> {
    if (running !== null) return running;
    if (performance.now() - lastAt < SPACING_MS) return Promise.resolve();
    running = take().finally(() => (running = null));
    return running;
  }

  const timer = setInterval(() => void measure(), EVERY_MS);
  timer.unref();
  return {
    skewMs: () => measured?.skewMs ?? null,
    doubtMs: () => measured?.doubtMs ?? null,
    now: () => options.now() - Math.round(measured?.skewMs ?? 0),
    measure,
    close: () => clearInterval(timer),
  };
}

/** Questions asked for one measurement, and a doubt that is small enough to stop at. */
const SAMPLES = 3;
const SMALL_DOUBT_MS = 25;
/** Where whole seconds are named, the time was half a second later on average. */
const HALF_SECOND_MS = SECOND_MS / 2;

/**
 * The least doubtful of several: the first question opens a connection or waits for others, and
 * half of that way is nobody's clock.
 */
async function measureWell(options: ClockOptions): Promise<Measured | null> {
  let best: Measured | null = null;
  // Of whole seconds asking again tells nothing more.
  const samples = options.row.serverTime === 'fetchTime' ? SAMPLES : 1;
  for (let asked = 0; asked < samples; asked += 1) {
    const one = await measureOnce(options);
    if (one === null) return best;
    if (best === null || one.doubtMs < best.doubtMs) best = one;
    if (best.doubtMs <= SMALL_DOUBT_MS) return best;
  }
  return best;
}

async function measureOnce(options: ClockOptions): Promise<Measured | null> {
  const { row, data, symbol, now } = options;
  const begun = performance.now();
  const asked = now();
  // Time in the library's queue is not on the way.
  const waited = (): number => Math.max(0, (data.lastSent() ?? begun) - begun);
  if (row.serverTime !== 'dateHeader') {
    const server = Number(await data.fetchTime());
    if (!Number.isSafeInteger(server) || server <= 0) throw new TypeError('no time');
    const resolutionMs = row.serverTime === 'fetchSeconds' ? HALF_SECOND_MS : 0;
    return between(asked + waited(), now(), { server: server + resolutionMs, resolutionMs });
  }
  if (symbol === null) return null;
  await data.fetchTicker(symbol);
  const date = data.lastDate();
  if (date === null) return null;
  const resolutionMs = HALF_SECOND_MS;
  return between(asked + waited(), now(), { server: date + resolutionMs, resolutionMs });
}

/** The answer was made halfway between question and arrival, as well as anybody can tell. */
function between(
  asked: EpochMs,
  arrived: EpochMs,
  of: { readonly server: EpochMs; readonly resolutionMs: number },
): Measured {
  const half = Math.max(0, arrived - asked) / 2;
  return { skewMs: asked + half - of.server, doubtMs: half + of.resolutionMs };
}
