import type { EpochMs } from '../domain/time.ts';
import {
  LATE_MS,
  type Ledger,
  type MoneyState,
  type MovingRecord,
  PROVISIONAL_RECORDS,
  type Provisional,
  positionOf,
} from './money.ts';

/** Does this record book a fill that the venue has not told itself yet? */
export function isInferred(record: MovingRecord): boolean {
  return record.kind === 'fill' && record.inferred === true;
}

/**
 * Remembers a move of a symbol's books from the first inferred fill on, before it is booked: the
 * venue's own fills may come days of trading later and are then booked in its place, exactly.
 * Bounded: beyond PROVISIONAL_RECORDS or a day the inferred fill stays as it is.
 */
export function noteMove(money: MoneyState, record: MovingRecord, time: EpochMs): void {
  const inferred = isInferred(record);
  let known = money.provisional.get(record.symbol);
  if (known && isSpent(known, time)) {
    money.provisional.delete(record.symbol);
    known = undefined;
  }
  if (!known && !inferred) return;
  const { moves, ...before } = known ?? booksBefore(money, record.symbol);
  money.provisional.set(record.symbol, { ...before, moves: [...moves, { time, record }] });
}

function isSpent({ moves }: Provisional, now: EpochMs): boolean {
  const [oldest] = moves;
  return moves.length >= PROVISIONAL_RECORDS || (oldest?.time ?? now) < now - LATE_MS;
}

function booksBefore(money: MoneyState, symbol: string): Provisional {
  const ledgers = [...money.ledgers.values()].filter((ledger) => ledger.symbol === symbol);
  return {
    position: { ...positionOf(money, symbol) },
    ledgers: ledgers.map(copyLedger),
    moves: [],
  };
}

/** A copy that books can move without moving the original. */
export function copyLedger(ledger: Ledger): Ledger {
  return {
    ...ledger,
    position: { ...ledger.position },
    trip: ledger.trip === null ? null : { ...ledger.trip },
  };
}
