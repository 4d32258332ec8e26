/** Figures that were measured by hand with full runs, for README.md: kept here and nowhere else. */

export interface ProofFigures {
  /** As after `npm run`. */
  readonly command: string;
  readonly does: string;
  /**
   * What CI asks for and what the full run asks for; null: `floor` and `full` of the proof's own
   * file, in `unit`.
   */
  readonly plan: { readonly floor: string; readonly full: string } | null;
  readonly unit: string;
  /** Null: not measured yet. */
  readonly reached: string | null;
}

/** When and where `reached` was measured. */
export const MEASURED = {
  date: '2026-11-20',
  /** Its processors, and milliseconds of the calibration loop that `npm run bench` prints. */
  machine: '2 processors, calibration loop 10.9 ms',
} as const;

export const PROOFS: readonly ProofFigures[] = [
  {
    command: 'prove:kill',
    does: '`kill -9` at random instants, in recovery and while a generation is written, too',
    plan: null,
    unit: 'kills, nothing acknowledged lost',
    reached: '200 kills after 37,439 acknowledged records, 87 more in recovery: 0 lost',
  },
  {
    command: 'prove:crash',
    does: 'every state of the disk that a power cut may leave (strict POSIX), read by a start',
    plan: { floor: '60 workloads, 100,000 states', full: '4,000 workloads, 10,000,000 states' },
    unit: '',
    reached: '170,304 distinct states: 0 lost, 0 unreadable',
  },
  {
    command: 'prove:fs',
    does: 'the n-th file call fails, for every n and every errno; short writes as well',
    plan: { floor: 'one workload', full: 'all workloads' },
    unit: '',
    reached: '5,282 failing calls; 14,706 in the full run: 0 faults',
  },
  {
    command: 'prove:sim',
    does: 'trading days of the real engine against an exchange, a wire, a disk and a machine that fail',
    plan: null,
    unit: 'days, no oracle broken',
    reached: '500 days, 385,229 orders, 1.16 million faults, 5,170 crashes: 0 broken',
  },
  {
    command: 'prove:faults',
    does: 'the matrix F1 to F75 below, row by row',
    plan: null,
    unit: 'seeds of every scenario',
    reached: '74 rows pass, 0 fail, 1 waits for exchanges',
  },
  {
    command: 'prove:exchange',
    does: 'the faults F1 to F45 at local exchanges of both dialects, over HTTP and sockets',
    plan: null,
    unit: 'seeds of every scenario',
    reached: '42 rows pass, 0 fail, 3 are none of an exchange: 86 scenarios, 201 orders',
  },
  {
    command: 'prove:mutants',
    does: 'takes away each sync, checksum, dedupe, lock, gate and reservation: a test must fail',
    plan: { floor: 'all of the list', full: 'the same' },
    unit: '',
    reached: '351 of 351 killed',
  },
  {
    command: 'bench:panic',
    does: 'halt key to closed gate, and to the first cancel: 50 orders, 400 requests, the engine stands still',
    plan: { floor: 'p99 5 ms and 50 ms', full: 'p99 2 ms and 20 ms' },
    unit: '',
    reached: 'p99 0.46 ms and 1.34 ms',
  },
  {
    command: 'bench:store',
    does: 'a durable commit on the first day and after 12 months (50,000 trades); the start-up',
    plan: { floor: 'ratio 1.2, start 1 s', full: 'ratio 1.1' },
    unit: '',
    reached: 'ratio 1.00 (p50) and 0.99 (p99); start 0.23 s',
  },
];
