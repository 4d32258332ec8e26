import { expect, test } from 'vitest';

import { decodeJson, encodeJson, encodeRecord } from '../../src/domain/codec.ts';
import { parseDecimal } from '../../src/domain/decimal.ts';
import { required } from '../../src/domain/errors.ts';
import type { JournalRecord, RecordBody } from '../../src/domain/record.ts';
import { createMemoryJournal } from '../../src/engine/memory-journal.ts';
import type { Journal } from '../../src/ports.ts';
import { createDigest } from '../../src/store/digest.ts';
import { recover } from '../../src/store/recover.ts';
import type { StoreCodec } from '../../src/store/recovery.ts';
import { openStore } from '../../src/store/snapshot.ts';
import { inlineChannel, makeDirectory, removeDirectory } from './store-kit.ts';

interface State {
  readonly kinds: string[];
}

const codec: StoreCodec<State, JournalRecord> = {
  initial: () => ({ kinds: [] }),
  encode: encodeRecord,
  decode: (text) => decodeJson(text) as JournalRecord,
  fold: (state, record) => void state.kinds.push(record.kind),
  encodeState: encodeJson,
  decodeState: (text) => decodeJson(text) as State,
};

test('the engine’s records have one digest in memory and on disk, over compaction and restart', async () => {
  const dir = makeDirectory();
  const amount = required(parseDecimal('100000.000000000000000001'), 'amount');
  const bodies: RecordBody[] = [
    { kind: 'deposited', accountId: 'main', asset: 'USDT', amount },
    { kind: 'equitySample', accountId: 'main', hour: 3_600_000, equity: 100_000.5 },
    { kind: 'runStopped', reason: 'done – é', equity: 1.5 },
  ];
  const memory: Journal = createMemoryJournal(createDigest());
  for (const [index, body] of bodies.entries()) {
    const store = await openStore<State, RecordBody>({ dir, codec, channel: inlineChannel() });
    const file: Journal = store.journal;
    const at = { t: 60_000 * index, m: index };
    expect(file.append(body, at)).toBe(memory.append(body, at));
    store.db.data.kinds.push(body.kind);
    if (index === 1) await store.db.write();
    expect(file.digest()).toBe(memory.digest());
    await file.close();
  }
  const recovery = recover(dir, codec);
  expect(recovery.state.kinds).toEqual(bodies.map(({ kind }) => kind));
  expect(recovery.lastRecord).toEqual({ n: 3, t: 120_000, m: 2, ...bodies[2] });
  removeDirectory(dir);
});
