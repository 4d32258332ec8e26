/** How records and the money state are written and read back (DECISIONS 19: one reducer). */
import { decodeJson, encodeJson, encodeRecord } from '../../domain/codec.ts';
import { assert } from '../../domain/errors.ts';
import type { JournalRecord } from '../../domain/record.ts';
import { createMoneyState, type MoneyState } from '../../execution/money.ts';
import { reduceMoney } from '../../execution/reduce-money.ts';
import type { StoreCodec } from '../../store/recovery.ts';
import { STORE_SCHEMA } from '../../store/schema.ts';
import { migrateRecord, migrateState, type PlainState } from './migrations.ts';

/** What the store is told about our records and state. */
export function stateCodec(): StoreCodec<MoneyState, JournalRecord> {
  return {
    initial: createMoneyState,
    encode: (body, at) => encodeRecord(body, at),
    decode: decodeRecord,
    fold: (money, record) => reduceMoney(money, record, record),
    encodeState: encodeJson,
    decodeState,
  };
}

function decodeRecord(text: string, schema = STORE_SCHEMA): JournalRecord {
  return migrateRecord(decodeJson(text) as JournalRecord, schema);
}

/** Reverse of `encodeJson`, which writes a map as its entries. Throws BugError on another shape. */
function decodeState(text: string, schema = STORE_SCHEMA): MoneyState {
  const found = migrateState(decodeJson(text) as PlainState, schema);
  const fields = Object.entries(createMoneyState()).map(([name, empty]) => {
    assert(Object.hasOwn(found, name), `the state has no ${name}`);
    const value = found[name];
    if (!(empty instanceof Map)) return [name, value];
    assert(Array.isArray(value), `${name} is no list of entries`);
    return [name, new Map(value as [unknown, unknown][])];
  });
  return Object.fromEntries(fields) as MoneyState;
}
