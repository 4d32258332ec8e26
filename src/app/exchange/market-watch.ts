/** Keeps what is known of an exchange's markets and clock true while a session trades on it. */
import { messageOf } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import type { AccountRecord, RecordBody, RejectCode } from '../../domain/record.ts';
import { CLOCK_OFF_MS, HOUR_MS, MINUTE_MS, SECOND_MS, inSeconds } from '../../domain/time.ts';
import { marketChanges } from '../../engine/market-changes.ts';
import type { Connection } from '../../exchange/ccxt/connection.ts';
import type { Words } from '../session-types.ts';

/** Refusals that say that our grids, limits or list of markets are old (F24, F38). */
const OLD_MARKETS: ReadonlySet<RejectCode> = new Set([
  'TICK_SIZE',
  'STEP_SIZE',
  'MIN_QUANTITY',
  'MIN_NOTIONAL',
  'UNKNOWN_SYMBOL',
  'INVALID_ORDER',
]);
/** Without a refusal markets are looked at this often. */
const EVERY_MS = HOUR_MS;
/** Refusals may come in numbers; the list costs much of the request limit. */
const GAP_MS = MINUTE_MS;
const CLOCK_MS = 5 * SECOND_MS;

export interface MarketWatchOptions {
  readonly connection: Pick<Connection, 'markets' | 'refreshMarkets' | 'clock'>;
  readonly accountId: string;
  /** Longest age of a signed request that the exchange takes. */
  readonly receiveWindowMs: number;
  readonly monotonicMs: () => number;
  readonly post: (record: AccountRecord) => void;
  readonly say: (words: Words) => void;
  /** No entries until the operator resumes. */
  readonly pause: (reason: string) => void;
}

export class MarketWatch {
  private readonly of: MarketWatchOptions;
  private known: ReadonlyMap<string, Market>;
  private readonly gone = new Set<string>();
  private readonly timers: readonly NodeJS.Timeout[];
  private lastAt = -Infinity;
  private asking: Promise<void> | null = null;
  private skew: 'fine' | 'warned' | 'paused' = 'fine';
  private isStopped = false;

  constructor(of: MarketWatchOptions) {
    this.of = of;
    this.known = new Map(of.connection.markets.map((market) => [market.symbol, market]));
    this.timers = [
      setInterval(() => void this.refresh(), EVERY_MS).unref(),
      setInterval(() => this.lookAtClock(), CLOCK_MS).unref(),
    ];
  }

  onRecord(body: RecordBody): void {
    if (body.kind === 'rejected' && OLD_MARKETS.has(body.code)) void this.refresh();
  }

  stop(): void {
    this.isStopped = true;
    this.timers.forEach(clearInterval);
  }

  /** Asks for the markets again, at most once a minute. Resolves also where that failed. */
  refresh(): Promise<void> {
    const now = this.of.monotonicMs();
    if (this.asking !== null) return this.asking;
    if (now - this.lastAt < GAP_MS) return Promise.resolve();
    this.lastAt = now;
    this.asking = this.ask().finally(() => {
      this.asking = null;
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    try {
      const markets = await this.of.connection.refreshMarkets();
      if (!this.isStopped) this.compare(markets);
    } catch (error) {
      const text = `markets could not be looked at again: ${messageOf(error)}`;
      if (!this.isStopped) this.of.say({ level: 'warn', text });
    }
  }

  private compare(listed: readonly Market[]): void {
    const changes = marketChanges({ known: this.known, gone: this.gone, listed });
    this.known = new Map([...this.known, ...listed.map((one) => [one.symbol, one] as const)]);
    if (changes === null) return;
    for (const symbol of changes.gone) this.gone.add(symbol);
    for (const symbol of changes.back) this.gone.delete(symbol);
    this.of.post({ kind: 'marketsChanged', accountId: this.of.accountId, ...changes });
  }

  /** F30: a clock that is off is said; one that is far off takes no new entries. */
  lookAtClock(): void {
    const { connection, receiveWindowMs } = this.of;
    const off = Math.abs(connection.clock.skewMs() ?? 0) - (connection.clock.doubtMs() ?? 0);
    const before = this.skew;
    this.skew = off > receiveWindowMs / 2 ? 'paused' : off > CLOCK_OFF_MS ? 'warned' : 'fine';
    if (this.skew === before) return;
    const words = `the clock of this machine differs from the exchange's by ${inSeconds(off)}`;
    const fix = 'set it: timedatectl set-ntp true';
    if (this.skew === 'paused') this.of.pause(`${words}; ${fix}`);
    else if (this.skew === 'warned') this.of.say({ level: 'warn', text: `${words}; ${fix}` });
    else this.of.say({ level: 'info', text: "the clock agrees with the exchange's again" });
  }
}
