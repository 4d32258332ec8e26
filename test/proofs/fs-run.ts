/**
 * One workload of the real store on a real directory with one fault in its file calls. Afterwards:
 * what was acknowledged is there (I4), a journal that failed says so with its errno and never
 * acknowledges again, so that nothing gated on it leaves (I5), and the next start goes on.
 */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { errnoOf, messageOf } from '../../src/domain/errors.ts';
import { recover } from '../../src/store/recover.ts';
import { parseEnvelope, parseLine, STORE_SCHEMA, toLine } from '../../src/store/schema.ts';
import { readStopFile, RESERVE_FILE, writeStopFile } from '../../src/store/stop-file.ts';
import type { StoreFs } from '../../src/store/store-fs.ts';
import { crc32 } from 'node:zlib';
import { add, inlineChannel, openSum, sumCodec, type SumStore } from '../store/store-kit.ts';
import { type CountedFiles, countedFiles, type FileFault } from './fs-calls.ts';
import type { Outcome } from './kit.ts';

/** What a run did, and what of it was confirmed. */
interface Confirmed {
  acked: number;
  /** Set when the journal gave up. */
  failure: string | null;
  /** Acknowledged although the journal had given up. */
  late: number;
  /** Stop that was confirmed; null: none. */
  stop: string | null;
}

interface Workload {
  readonly name: string;
  /** Makes the directory it begins with; records in it count as acknowledged. */
  readonly prepare: (dir: string) => Promise<void>;
  readonly work: (dir: string, files: StoreFs, confirmed: Confirmed) => Promise<void>;
}

/** Files in memory where the system has them: what a real disk does is planted here. */
const MEMORY = '/dev/shm';

const amountOf = (n: number): number => n * 7;
const totalOf = (n: number): number => (7 * n * (n + 1)) / 2;

async function session(
  dir: string,
  files: StoreFs,
  confirmed: Confirmed,
  steps: number,
): Promise<void> {
  const store = await openSum(dir, { channel: inlineChannel(files), files });
  confirmed.acked = Math.max(confirmed.acked, store.recovery.lastN);
  store.journal.onDurable(() => {
    if (confirmed.failure !== null) confirmed.late += 1;
    confirmed.acked = Math.max(confirmed.acked, store.journal.durable);
  });
  store.journal.onFailed((reason) => {
    confirmed.failure = `${reason} ${store.journal.failure?.details.errno ?? ''}`;
  });
  for (let step = 1; step <= steps; step += 1) {
    await commit(store, 1 + (step % 3));
    if (step % 4 === 0) await store.db.write().catch(() => undefined);
    if (store.journal.failure !== null) break;
  }
  await store.journal.close();
}

async function commit(store: SumStore, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) add(store, amountOf(store.journal.last + 1), 'note');
  store.journal.commit();
  const { last } = store.journal;
  // The channel answers within some turns, or the journal has failed.
  while (store.journal.durable < last && store.journal.failure === null) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const nothing = (): Confirmed => {
  return { acked: 0, failure: null, late: 0, stop: null };
};

const lived = async (dir: string): Promise<void> => {
  await session(dir, countedFiles(null).files, nothing(), 6);
};

/** The first one is the floor. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: 'a first session with compactions',
    prepare: () => Promise.resolve(),
    work: (dir, files, confirmed) => session(dir, files, confirmed, 9),
  },
  {
    name: 'a restart on a torn end and left-overs',
    async prepare(dir) {
      await lived(dir);
      const newest = readdirSync(dir)
        .filter((name) => name.startsWith('journal-'))
        .sort()
        .at(-1);
      appendFileSync(join(dir, newest ?? ''), '01234567 {"n":');
      writeFileSync(join(dir, '.state-0a-1.tmp'), '{"sch', { mode: 0o600 });
    },
    work: (dir, files, confirmed) => session(dir, files, confirmed, 5),
  },
  {
    name: 'a migration of an older state',
    async prepare(dir) {
      await lived(dir);
      for (const name of readdirSync(dir)) makeOlder(join(dir, name));
    },
    work: (dir, files, confirmed) => session(dir, files, confirmed, 4),
  },
  {
    name: 'a stop on a disk with a reserve',
    async prepare(dir) {
      await lived(dir);
      writeFileSync(join(dir, RESERVE_FILE), Buffer.alloc(4096), { mode: 0o600 });
    },
    work(dir, files, confirmed) {
      for (const state of ['reducing', 'halted'] as const) {
        writeStopFile(dir, { state, reason: 'planted', time: 1, by: 'engine' }, files);
        confirmed.stop = state;
      }
      return Promise.resolve();
    },
  },
];

/** The same file as the version before wrote it. */
function makeOlder(path: string): void {
  const older = STORE_SCHEMA - 1;
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.jsonl')) {
    const [first = '', ...rest] = text.split('\n');
    const header = parseLine(Buffer.from(first)) ?? '';
    const changed = header.replace(`"schema":${STORE_SCHEMA}`, `"schema":${older}`);
    return writeFileSync(path, toLine(changed) + rest.join('\n'));
  }
  const envelope = parseEnvelope(Buffer.from(text));
  if (envelope === null || envelope === 'newer') return;
  const { gen, seq, digest, data } = envelope;
  const crc = crc32(`${older},${gen},${seq},${digest},${data}`).toString(16).padStart(8, '0');
  const head = `{"schema":${older},"gen":${gen},"seq":${seq},"digest":"${digest}"`;
  writeFileSync(path, `${head},"crc":"${crc}","data":${data}}\n`);
}

const ERRNOS = ['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG', 'EROFS', 'EACCES', 'EMFILE'] as const;

export interface FaultCase {
  readonly workload: Workload;
  readonly fault: FileFault;
}

/** Every call of a workload with every errno, once and for good; every write cut at every byte. */
export async function casesOf(workload: Workload): Promise<FaultCase[]> {
  const { calls } = await play(workload, null);
  return calls.flatMap(({ length }, index) => {
    const nth = index + 1;
    const fails = ERRNOS.flatMap((errno) =>
      [false, true].map((isLasting) => ({ nth, errno, isLasting, written: 0 })),
    );
    const short = Array.from({ length: Math.max(0, length - 1) }, (_, bytes) => {
      return { nth, errno: null, isLasting: false, written: bytes + 1 };
    });
    const torn = short.map((one) => ({ ...one, errno: 'ENOSPC', isLasting: true }));
    return [...fails, ...short, ...torn].map((fault) => ({ workload, fault }));
  });
}

interface Played extends Pick<CountedFiles, 'calls'> {
  readonly outcome: Outcome;
}

/** Plays a workload with a fault, or without one, and judges what is left. `wrap`: mutants. */
export async function play(
  workload: Workload,
  fault: FileFault | null,
  wrap: (files: StoreFs) => StoreFs = (files) => files,
): Promise<Played> {
  const dir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'tapedeck-fs-'));
  try {
    await workload.prepare(dir);
    const before = recover(dir, sumCodec()).lastN;
    const counted = countedFiles(fault);
    const confirmed = { ...nothing(), acked: before };
    let thrown = '';
    try {
      await workload.work(dir, wrap(counted.files), confirmed);
    } catch (error) {
      thrown = `${messageOf(error)} ${errnoOf(error)}`;
    }
    const broken = judge({ dir, confirmed, thrown, fault, struck: counted.struck() });
    const going = broken ?? (await goesOn(dir, confirmed));
    const figures = {
      runs: 1,
      struck: counted.struck() ? 1 : 0,
      failedJournals: confirmed.failure === null ? 0 : 1,
      refusedStarts: thrown === '' ? 0 : 1,
      acks: confirmed.acked,
    };
    return { calls: counted.calls, outcome: { fault: going, figures } };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** What is wrong with what is left; null: nothing. */
function judge(of: {
  readonly dir: string;
  readonly confirmed: Confirmed;
  readonly thrown: string;
  readonly fault: FileFault | null;
  readonly struck: boolean;
}): string | null {
  const { dir, confirmed, thrown, fault } = of;
  if (confirmed.late > 0) return `${confirmed.late} acknowledgements after the failure`;
  const said = `${confirmed.failure ?? ''} ${thrown}`;
  const mustSay = fault !== null && fault.errno !== null && said.trim() !== '';
  if (mustSay && !said.includes(fault.errno))
    return `the words do not name ${fault.errno}: ${said}`;
  if (fault?.errno === null && said.trim() !== '') return `a short write is no error: ${said}`;
  if (confirmed.stop !== null) {
    const found = readStopFile(dir)?.state ?? 'none';
    const fits = found === confirmed.stop || (confirmed.stop === 'reducing' && found === 'halted');
    if (!fits) return `the stop ${confirmed.stop} was confirmed, ${found} was found`;
  }
  try {
    const { lastN, state } = recover(dir, sumCodec());
    if (lastN < confirmed.acked) return `lost: ${confirmed.acked} acknowledged, ${lastN} found`;
    if (state.total !== totalOf(lastN)) return `another sum after record ${lastN}`;
    return null;
  } catch (error) {
    return `unreadable: ${messageOf(error)}`;
  }
}

/** The next start, on a disk that works again, goes on and loses nothing either. */
async function goesOn(dir: string, confirmed: Confirmed): Promise<string | null> {
  const next = { ...nothing(), acked: confirmed.acked };
  try {
    await session(dir, countedFiles(null).files, next, 4);
    const { lastN, state } = recover(dir, sumCodec());
    if (next.failure !== null) return `the next session failed: ${next.failure}`;
    if (lastN < next.acked || lastN <= confirmed.acked) return `the next session lost records`;
    return state.total === totalOf(lastN) ? null : 'the next session has another sum';
  } catch (error) {
    return `the next start failed: ${messageOf(error)}`;
  }
}
