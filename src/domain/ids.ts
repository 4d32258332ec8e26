import { assert } from './errors.ts';

/** Why an order exists; part of its id, so that a panic can spare protective orders. */
export type Role = 'entry' | 'exit' | 'protective';

declare const orderIdBrand: unique symbol;
/** Our client order id: short, lower case, alphanumeric (DECISIONS 8). */
export type OrderId = string & { readonly [orderIdBrand]: 'OrderId' };

declare const runIdBrand: unique symbol;
/** Names one run of the engine: 11 characters of base 36. */
export type RunId = string & { readonly [runIdBrand]: 'RunId' };

const RUN_LENGTH = 11;
const SEQUENCE_LENGTH = 5;
const ROLE_LETTER = { entry: 'e', exit: 'x', protective: 'p' } as const;

const base36 = (value: number, length: number): string =>
  value.toString(36).padStart(length, '0').slice(-length);

/**
 * Run id of a simulated run: a pure function of the seed and the last journal number at start,
 * so that the same inputs give the same journal and a restart never repeats an id.
 */
export function simulatedRunId(seed: number, lastRecord: number): RunId {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (const part of [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, lastRecord >>> 0]) {
    high = Math.imul(high ^ part, 0x01000193) >>> 0;
    low = Math.imul(low ^ (part + high), 0x85ebca6b) >>> 0;
  }
  return (base36(lastRecord, 5) + base36(high ^ low, 6)).slice(-RUN_LENGTH) as RunId;
}

/**
 * Run id of a run whose orders outlive the process: start in wall milliseconds and three random
 * characters. No counter of ours can carry uniqueness through a restored backup (ENGINE 3).
 */
export function createRunId(startMs: number, random: () => number): RunId {
  const three = Math.floor(random() * 36 ** 3);
  return (base36(startMs, RUN_LENGTH - 3) + base36(three, 3)) as RunId;
}

/**
 * Client order id: `td`, run, sequence within the run, role. 19 characters. Throws BugError at the
 * end of the sequence (60 million orders): the next id would repeat the first.
 */
export function createOrderId(run: RunId, sequence: number, role: Role): OrderId {
  assert(sequence < 36 ** SEQUENCE_LENGTH, `order ids of run ${run} are used up`);
  return `td${run}${base36(sequence, SEQUENCE_LENGTH)}${ROLE_LETTER[role]}` as OrderId;
}

const ID = /^td([0-9a-z]{11})[0-9a-z]{5}([exp])$/;

/** The run that made a client order id; null for an id that is none of ours. */
export function runOf(id: string | null): RunId | null {
  const run = id === null ? undefined : ID.exec(id)?.[1];
  return run === undefined ? null : (run as RunId);
}

/**
 * The role that a client order id carries; null for an id that is none of ours. A panic that knows
 * nothing but ids spares protective orders by it.
 */
export function roleOf(id: string): Role | null {
  switch (ID.exec(id)?.[2]) {
    case 'e':
      return 'entry';
    case 'x':
      return 'exit';
    case 'p':
      return 'protective';
    default:
      return null;
  }
}
