/**
 * What states and records of older versions lack, by the version that wrote them. Each step adds
 * what is missing and leaves what is there, so that it may be repeated after a kill.
 */
import type { JournalRecord } from '../../domain/record.ts';
import { STORE_SCHEMA } from '../../store/schema.ts';

/** A state as it was read: maps are lists of entries still. */
export type PlainState = Readonly<Record<string, unknown>>;

interface Migration {
  readonly state: (state: PlainState) => PlainState;
  readonly record: (record: JournalRecord) => JournalRecord;
}

/** From the schema named to the next one. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {
  // 2: stricter states of strategies and symbols; orders and holdings that are not ours; orders
  // never placed; fills inferred; breakers that cool down and look back.
  1: {
    state: (state) => ({
      runs: [],
      scopes: [],
      tombstones: [],
      provisional: [],
      externals: [],
      drifts: [],
      cleared: [],
      incidents: [],
      ...state,
      breakers: entries(state['breakers']).map(([name, breaker]) => [
        name,
        { cooldownUntil: 0, ...breaker },
      ]),
    }),
    // Fields of records since are optional; left out they mean what they meant.
    record: (record) => record,
  },
};

function entries(value: unknown): readonly (readonly [string, object])[] {
  return Array.isArray(value) ? (value as readonly (readonly [string, object])[]) : [];
}

/** The state as this version writes it. */
export function migrateState(state: PlainState, schema: number): PlainState {
  return steps(schema).reduce((found, { state: migrate }) => migrate(found), state);
}

/** The record as this version writes it. */
export function migrateRecord(record: JournalRecord, schema: number): JournalRecord {
  return steps(schema).reduce((found, { record: migrate }) => migrate(found), record);
}

function steps(schema: number): readonly Migration[] {
  const found: Migration[] = [];
  for (let from = schema; from < STORE_SCHEMA; from += 1) {
    const step = MIGRATIONS[from];
    if (step !== undefined) found.push(step);
  }
  return found;
}
