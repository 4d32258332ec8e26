/** What the operator should not have to look for: denials, breakers, stale feeds, failures. */
import type { JournalRecord } from '../domain/record.ts';
import { type EpochMs, inSeconds } from '../domain/time.ts';
import { type TradingState, describeDenial, stricter } from '../domain/verdict.ts';
import { BAD_DATA } from '../engine/admit.ts';
import { SWITCHED_OFF } from '../engine/decide.ts';
import { measuredText } from '../engine/breakers.ts';
import { describeRequest } from '../engine/judge.ts';
import type { EngineState } from '../engine/state.ts';
import {
  type MoneyState,
  type TradingStateEntry,
  breakerKey,
  findOrder,
} from '../execution/money.ts';
import { NOT_FLAT } from '../execution/flatten.ts';
import { CLEARS } from '../execution/stop-states.ts';
import { NOBODY, type Raised } from './raised.ts';
import type { AlertView, ExchangeView } from './session-types.ts';
import { truthAlert } from './truth-alerts.ts';

/** Alerts kept; the oldest that no longer holds leaves first. */
export const MAX_ALERTS = 200;
/** A simulated market speaks every two seconds of wall time at the latest while it runs. */
const SILENT_FEED_MS = 10_000;

/** Of our clock against the exchange's: from here it is said. */
const SKEW_MS = 1_000;

type Kept = Raised & { readonly id: number; count: number };

/** What the feed is doing, in wall time. */
export interface FeedPulse {
  readonly silentMs: number;
  /** The operator holds it, it has ended, or it has not begun. */
  readonly isAtRest: boolean;
  /** Left out where there is none. */
  readonly exchange?: ExchangeView | null;
}

export class AlertBoard {
  private readonly state: EngineState;
  /** Newest last. */
  private readonly alerts = new Map<string, Kept>();
  /** The newest denial of a strategy and symbol: later repeats are its. */
  private readonly denials = new Map<string, string>();
  /** When an exchange was first looked at. */
  private connected: EpochMs | null = null;
  private before: TradingState = 'running';
  private count = 0;

  /** `records`: the newest ones so far, oldest first. */
  constructor(state: EngineState, records: readonly JournalRecord[]) {
    this.state = state;
    const begun = records[0]?.t ?? Infinity;
    for (const [name, tripped] of state.money.breakers) {
      if (tripped.time < begun) this.raiseBreaker({ breaker: name, ...tripped });
    }
    const { trading } = state.money;
    // Left so by a run whose records are gone; before the very first start nothing was.
    if (trading.since > 0 && trading.since < begun) this.onTradingState(trading.since, trading);
    for (const record of records) this.onRecord(record);
  }

  /** Takes a record that the money has just applied. */
  onRecord(record: JournalRecord): void {
    switch (record.kind) {
      case 'denied':
        return this.onDenied(record);
      case 'rejected':
        return this.onRejected(record);
      case 'breakerTripped':
        return this.raiseBreaker({
          ...record,
          breaker: breakerKey(record.breaker, record.scope),
          time: record.t,
        });
      case 'strategyToggled':
        return this.onToggled(record);
      case 'tradingState':
        // A strategy's or a market's own stop stands beside it.
        return record.scope ? undefined : this.onTradingState(record.t, record);
      default: {
        const raised = truthAlert(this.state.money, record);
        return raised === null ? undefined : this.raise(raised);
      }
    }
  }

  /** The journal or its disk failed: nothing makes that good but a new start. */
  onFailure(text: string): void {
    this.raise({
      key: 'journal',
      time: this.state.market.now,
      level: 'error',
      source: 'journal',
      text,
      clears: 'make room or repair the disk, then start again',
      ...NOBODY,
      holds: () => true,
    });
  }

  /** Looks for data that stopped; called for every view. */
  look(feed: FeedPulse): void {
    const isSilent = !feed.isAtRest && feed.silentMs > SILENT_FEED_MS;
    this.setStale('feed', isSilent, {
      symbol: null,
      text: 'the market has stopped: no data arrives',
      clears: 'ends by itself when data arrives',
    });
    if (feed.exchange) this.lookAtExchange(feed.exchange);
    const { market, settings } = this.state;
    for (const { name, dataTime, badData } of market.symbols.values()) {
      const age = dataTime === 0 ? 0 : (market.now - dataTime) / 1000;
      const limit = settings.limits.staleSeconds;
      this.setStale(`feed ${name}`, !feed.isAtRest && age > limit, {
        symbol: name,
        text: `${name} has no data for more than ${limit} s: no entries`,
        clears: 'ends by itself when data arrives',
      });
      this.setStale(`bad ${name}`, badData >= BAD_DATA, {
        symbol: name,
        text: `${name} sends data that cannot be true: no entries`,
        clears: 'ends by itself when its data are good again',
      });
    }
  }

  private lookAtExchange({ id, feeds, link, skewMs }: ExchangeView): void {
    const clears = 'ends by itself; exits and stops at the exchange go on';
    this.connected ??= this.state.market.now;
    const sinceStart = this.state.market.now - this.connected;
    // What has not come yet is late like what came long ago.
    const late = feeds.filter(
      ({ by, ageMs }) =>
        (by === 'stale' || by === 'down') && (ageMs ?? sinceStart) > SILENT_FEED_MS,
    );
    const [first] = late;
    const more = late.length > 1 ? ` and ${late.length - 1} more` : '';
    const which = first === undefined ? '' : `${first.symbol} ${first.data} is ${first.by}${more}`;
    this.setStale('exchange data', first !== undefined, {
      symbol: first?.symbol ?? null,
      text: `${id}: ${which}`,
      clears,
    });
    this.setStale('exchange account', link === 'down', {
      symbol: null,
      text: `${id}: the account cannot be reached; nothing is opened`,
      clears,
    });
    const off = Math.abs(skewMs ?? 0);
    this.setStale('exchange clock', off > SKEW_MS, {
      symbol: null,
      text: `${id}: the clock of this machine is off by ${inSeconds(off)}`,
      clears: 'set it: timedatectl set-ntp true',
    });
  }

  /** Newest last. */
  views(): readonly AlertView[] {
    return [...this.alerts.values()].map(({ key, holds, ...alert }) => ({
      ...alert,
      count: alert.count + this.pendingRepeats(key),
      active: holds?.() ?? false,
    }));
  }

  /** Repeats are journaled with the next denial; until then the engine counts them. */
  private pendingRepeats(key: string): number {
    const [source, who = ''] = key.split('\n');
    if (source !== 'denial' || this.denials.get(who) !== key) return 0;
    return this.state.market.denials.get(who)?.repeated ?? 0;
  }

  private onDenied(record: Extract<JournalRecord, { kind: 'denied' }>): void {
    const { strategyId, symbol, code, value, limit, setting, what, repeated, t: time } = record;
    const who = `${strategyId} ${symbol}`;
    const previous = this.alerts.get(this.denials.get(who) ?? '');
    if (previous) previous.count += repeated;
    const key = `denial\n${who}\n${code}`;
    this.denials.set(who, key);
    const verdict = { code, ok: false, value, limit, setting };
    this.raise({
      key,
      time,
      level: 'warn',
      source: 'denial',
      text: `${strategyId} denied ${describeDenial(verdict)}: ${what}`,
      clears: setting === null ? '' : `${setting} sets the limit`,
      verdict,
      strategyId,
      symbol,
    });
  }

  private onRejected(record: Extract<JournalRecord, { kind: 'rejected' }>): void {
    const order = findOrder(this.state.money, record.orderId);
    const [strategyId, symbol] = [order?.strategyId ?? null, order?.symbol ?? null];
    const what = order ? describeRequest(order) : `order ${record.orderId}`;
    this.raise({
      key: `rejection\n${strategyId} ${symbol}\n${record.code}`,
      time: record.t,
      level: order?.role === 'protective' ? 'error' : 'warn',
      source: 'rejection',
      text: `the venue refused ${what}: ${record.code}: ${record.reason}`,
      clears: '',
      verdict: null,
      strategyId,
      symbol,
    });
  }

  private raiseBreaker(of: {
    readonly breaker: string;
    readonly time: EpochMs;
    readonly value: number;
    readonly limit: number;
    readonly clears: string;
  }): void {
    this.raise({
      key: `breaker\n${of.breaker}`,
      time: of.time,
      level: 'error',
      source: 'breaker',
      text: `breaker ${of.breaker} at ${measuredText(of.breaker, of.value)} of ${measuredText(of.breaker, of.limit)}`,
      clears: of.clears,
      ...NOBODY,
      holds: () => this.state.money.breakers.has(of.breaker),
    });
  }

  /** What the engine tightens by itself, and a flattening that could not close everything. */
  private onTradingState(time: EpochMs, of: Omit<TradingStateEntry, 'since'>): void {
    const { state, reason } = of;
    const { before } = this;
    this.before = state;
    const isTighter = state !== before && stricter(before, state) === state;
    const isStuck = reason.startsWith(NOT_FLAT);
    if (of.by !== 'engine' || !(isTighter || isStuck)) return;
    this.raise({
      key: `state\n${state}`,
      time,
      level: state === 'paused' ? 'warn' : 'error',
      source: 'state',
      text: `${state} by the engine: ${reason}`,
      clears: CLEARS[state],
      ...NOBODY,
      holds: () => isState(this.state.money, { state, since: time }),
    });
  }

  /** Switched off by its own errors; the operator's switch is no alert. */
  private onToggled(record: Extract<JournalRecord, { kind: 'strategyToggled' }>): void {
    const { strategyId, enabled, note, t: time } = record;
    const key = `strategy\n${strategyId}`;
    const known = this.alerts.get(key);
    if (enabled && known) this.alerts.set(key, { ...known, holds: () => false });
    if (enabled || !note.startsWith(SWITCHED_OFF)) return;
    this.raise({
      ...NOBODY,
      key,
      time,
      level: 'error',
      source: 'state',
      text: `${strategyId} ${note}`,
      clears: 'space in the strategies switches it on again',
      strategyId,
      holds: () => true,
    });
  }

  private setStale(
    key: string,
    isStale: boolean,
    of: Pick<Raised, 'symbol' | 'text' | 'clears'>,
  ): void {
    const known = this.alerts.get(key);
    const wasStale = known?.holds?.() === true;
    if (isStale === wasStale) return;
    if (known) this.alerts.set(key, { ...known, holds: () => isStale });
    if (!isStale) return;
    const [verdict, strategyId] = [null, null];
    const when = { time: this.state.market.now, level: 'warn', source: 'feed' } as const;
    this.raise({ key, ...when, ...of, verdict, strategyId, holds: () => true });
  }

  private raise(raised: Raised): void {
    const known = this.alerts.get(raised.key);
    this.alerts.delete(raised.key);
    const id = known?.id ?? (this.count += 1);
    this.alerts.set(raised.key, { ...raised, id, count: (known?.count ?? 0) + 1 });
    if (this.alerts.size > MAX_ALERTS) this.drop();
  }

  private drop(): void {
    const over = [...this.alerts.values()].find(({ holds }) => holds?.() !== true);
    const [oldest] = this.alerts.keys();
    this.alerts.delete(over?.key ?? oldest ?? '');
  }
}

function isState(
  { trading }: MoneyState,
  of: { readonly state: TradingState; readonly since: EpochMs },
): boolean {
  return trading.state === of.state && trading.since === of.since;
}
