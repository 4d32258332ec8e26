/**
 * The fault matrix of RELIABILITY 3, row by row, and what proves each: scenarios against the
 * simulated exchange (`scenarios/`), tests by file and title, or why a row does not apply.
 */

export interface ProofTest {
  readonly file: string;
  /** Part of its full name; null: the name carries the number of the row (`F12`). */
  readonly title: string | null;
}

export interface FaultRow {
  readonly row: number;
  readonly fault: string;
  readonly tests: readonly ProofTest[];
  /** What of the row does not apply yet, and why. */
  readonly open?: string;
}

const GATEWAY = 'test/exchange/gateway';
const ENGINE = 'test/engine';
const STORE = 'test/store';
const ROBOT = 'test/scenarios';
const HOST = 'test/strategies/host';
const CCXT = 'test/exchange/ccxt';

/** Tests that carry the row's number. */
const numbered = (...files: readonly string[]): ProofTest[] =>
  files.map((file) => ({ file: `${file}.test.ts`, title: null }));

const named = (file: string, title: string): ProofTest => ({ file, title });

const rowOf = (
  row: number,
  fault: string,
  tests: readonly ProofTest[] = [],
  open?: string,
): FaultRow => ({ row, fault, tests, ...(open === undefined ? {} : { open }) });

export const FAULT_ROWS: readonly FaultRow[] = [
  rowOf(
    1,
    'create times out, order placed',
    numbered(`${GATEWAY}/create`, `${ENGINE}/order-truth`),
  ),
  rowOf(2, 'create times out, not placed', numbered(`${GATEWAY}/create`, `${ENGINE}/order-truth`)),
  rowOf(3, 'accepted late', numbered(`${GATEWAY}/create`, `${ENGINE}/order-truth`)),
  rowOf(4, '5xx, HTML, empty, cut JSON on create', [
    named(`${CCXT}/errors.test.ts`, 'a new order answered by'),
  ]),
  rowOf(5, 'doubled key press', [
    named(`${ENGINE}/commands.test.ts`, 'places one order however often it arrives'),
    named('test/ui/app.test.tsx', 'sends one order for one ticket, even when Enter is doubled'),
  ]),
  rowOf(6, 'library retries', [
    named(`${CCXT}/instance.test.ts`, 'never repeats a request, and refuses a row'),
  ]),
  rowOf(7, 'venue takes client ids again', [
    named('test/domain/ids.test.ts', 'end before they would repeat'),
  ]),
  rowOf(8, 'venue id limits', [
    named('test/domain/ids.test.ts', 'are 19 short letters and digits and tell the role'),
    named(`${CCXT}/client-ids.test.ts`, 'are taken back to what they were'),
  ]),
  rowOf(
    9,
    'partial fill, then cancel race',
    numbered(`${GATEWAY}/cancel`, `${ENGINE}/order-truth`),
  ),
  rowOf(10, 'cancel of a filled order', numbered(`${GATEWAY}/cancel`, `${ENGINE}/order-truth`)),
  rowOf(11, 'cancel times out', numbered(`${GATEWAY}/cancel`)),
  rowOf(12, 'fill before the ack', numbered(`${GATEWAY}/fills`, `${ENGINE}/order-truth`)),
  rowOf(13, 'duplicate fill', numbered(`${GATEWAY}/fills`, `${ENGINE}/order-truth`)),
  rowOf(14, 'stream loses fills', numbered(`${GATEWAY}/fills`, `${ENGINE}/recovery`)),
  rowOf(15, 'updates out of order', numbered(`${GATEWAY}/fills`, `${ENGINE}/order-truth`)),
  rowOf(16, 'fills not listed', numbered(`${GATEWAY}/fills`, 'test/execution/replace-fills')),
  rowOf(17, 'restart with open orders', numbered(`${ENGINE}/recovery`)),
  rowOf(
    18,
    'crash between record and send',
    numbered(`${GATEWAY}/create`, `${ENGINE}/order-truth`),
  ),
  rowOf(19, 'crash between send and ack', numbered(`${GATEWAY}/create`, `${ROBOT}/robot-drill`)),
  rowOf(20, 'crash between fill and disk'),
  rowOf(21, 'orders of somebody else', numbered(`${GATEWAY}/report`, `${ENGINE}/external-orders`)),
  rowOf(22, 'position closed elsewhere', numbered(`${GATEWAY}/report`, `${ENGINE}/recovery`)),
  rowOf(23, 'deposit, withdrawal, dust', numbered(`${GATEWAY}/report`, `${ENGINE}/recovery`)),
  rowOf(24, 'filters change', numbered(`${ENGINE}/refusals`)),
  rowOf(25, 'rest below the smallest order', [
    named(`${ENGINE}/states.test.ts`, 'calls what no order can close dust, names it and ends'),
  ]),
  rowOf(26, 'insufficient funds', numbered(`${ENGINE}/refusals`)),
  rowOf(27, 'maintenance', numbered(`${GATEWAY}/report`)),
  rowOf(28, '429 with a wait', numbered(`${GATEWAY}/limits`)),
  rowOf(29, 'address banned', numbered(`${GATEWAY}/limits`)),
  rowOf(30, 'clock skew', [
    named(`${CCXT}/clock.test.ts`, 'is spoken of when it is off'),
    named(`${CCXT}/connection.test.ts`, 'signs with the time of the exchange'),
    named(`${CCXT}/errors.test.ts`, 'asks for the clock to be measured'),
  ]),
  rowOf(31, 'wall clock jumps', numbered('test/app/vigil', `${ENGINE}/recovery`)),
  rowOf(32, 'leap day, month end, zones', [
    named('test/ui/text/format.test.ts', 'shows the clock in UTC, whatever the machine thinks'),
    named('test/backtest/data-file.test.ts', 'reads dates without time, leap days included'),
    named('test/simulation/calendar.test.ts', 'trading days'),
  ]),
  rowOf(33, 'stream of the account ended', [
    named(`${CCXT}/account-stream.test.ts`, 'a subscription that the exchange ended is made anew'),
  ]),
  rowOf(34, 'half-open stream'),
  rowOf(35, 'market feed stands still', numbered(`${ENGINE}/bad-data`)),
  rowOf(36, 'reconnect storm', numbered(`${GATEWAY}/limits`)),
  rowOf(37, 'DNS, proxy, captive page', [
    named(`${CCXT}/tls.test.ts`, 'whatever the environment says'),
    named(`${CCXT}/errors.test.ts`, 'a new order answered by'),
    named(`${CCXT}/markets.test.ts`, 'are given up where what answers is no exchange'),
  ]),
  rowOf(38, 'market closed or delisted'),
  rowOf(39, 'impossible prices', numbered(`${ENGINE}/bad-data`, 'test/market/datum-check')),
  rowOf(40, 'flash crash', numbered(`${ENGINE}/bad-data`)),
  rowOf(41, 'times of the future or the past', numbered('test/market/datum-check')),
  rowOf(42, 'overfill', numbered(`${GATEWAY}/fills`, `${ENGINE}/order-truth`)),
  rowOf(43, 'liquidation, funding', numbered(`${ENGINE}/recovery`)),
  rowOf(44, 'private side is down, public alive', numbered(`${GATEWAY}/report`)),
  rowOf(45, 'data of another account', numbered(`${GATEWAY}/fills`, `${ENGINE}/order-truth`)),
  rowOf(46, 'strategy throws', numbered(`${HOST}/faults`)),
  rowOf(47, 'strategy loops', numbered(`${HOST}/faults`, `${HOST}/session`)),
  rowOf(48, 'strategy takes memory', numbered(`${HOST}/faults`)),
  rowOf(49, 'strategy returns junk', numbered(`${HOST}/faults`)),
  rowOf(50, 'strategy is slow', numbered(`${HOST}/faults`)),
  rowOf(51, 'event loop stalls', numbered('test/app/vigil', 'test/app/emergency/thread')),
  rowOf(52, 'exception in the screen or the engine', [
    ...numbered('test/app/redraw'),
    named(`${ENGINE}/broken.test.ts`, 'after a step that threw nothing is stepped any more'),
  ]),
  rowOf(53, 'log flood', [
    named(`${STORE}/log-file.test.ts`, 'rotates by size and keeps a fixed number of files'),
    named(`${STORE}/log-file.test.ts`, 'waiting lines and the ring are bounded'),
  ]),
  rowOf(54, 'disk full', [
    ...numbered(`${STORE}/stop-file`),
    named('test/app/journal-failure.test.ts', 'a full disk halts'),
  ]),
  rowOf(55, 'short write', [
    ...numbered(`${STORE}/stop-file`),
    named(`${STORE}/journal.test.ts`, 'that writes half of what it is given is asked for the rest'),
  ]),
  rowOf(56, 'sync fails', numbered(`${STORE}/stop-file`)),
  rowOf(57, 'read-only, no access, no handles', numbered(`${STORE}/stop-file`)),
  rowOf(58, 'power cut at any operation', numbered(`${STORE}/crash-states`)),
  rowOf(59, 'bit flips', numbered(`${STORE}/recover`, `${STORE}/salvage`)),
  rowOf(60, 'newer and older schema', numbered(`${STORE}/recover`, 'test/app/migration')),
  rowOf(61, 'old backup restored', numbered('test/app/backup')),
  rowOf(62, 'SIGHUP', numbered(`${ROBOT}/robot-hangup`)),
  rowOf(63, 'terminal errors', numbered(`${ROBOT}/robot-lost`)),
  rowOf(64, 'exit without a terminal', [
    named(`${ROBOT}/robot-lost.test.ts`, 'a terminal that goes without a signal'),
  ]),
  rowOf(65, 'SIGTERM', [named(`${ROBOT}/robot-hangup.test.ts`, 'SIGTERM: terminal and state')]),
  rowOf(66, 'SIGINT, SIGQUIT', [
    named(`${ROBOT}/robot-hangup.test.ts`, 'SIGINT: terminal and state'),
    named(`${ROBOT}/robot-hangup.test.ts`, 'SIGQUIT: terminal and state'),
    named(`${ROBOT}/robot-plain.test.ts`, 'Ctrl+C ends it in order'),
  ]),
  rowOf(67, 'SIGTSTP, SIGSTOP, SIGCONT', [
    named(`${ROBOT}/robot-suspend.test.ts`, 'Ctrl+Z gives the shell its terminal'),
    named(`${ROBOT}/robot-suspend.test.ts`, 'stopped from outside'),
    ...numbered(`${ENGINE}/recovery`),
  ]),
  rowOf(68, 'SIGKILL', [
    named(`${ROBOT}/robot-kill.test.ts`, 'killed with -9 and started again'),
    named('test/app/kill.test.ts', 'survives kill -9'),
  ]),
  rowOf(
    69,
    'two instances',
    [
      named(`${ROBOT}/robot-state.test.ts`, 'is refused with the pid of the first'),
      ...numbered('test/app/emergency/thread', 'test/app/emergency/control'),
    ],
    'a read-only look at the first one comes with attach',
  ),
  rowOf(70, 'terminal sizes', [
    named('test/ui/terminal-storm.test.ts', 'after a storm of sizes'),
    named(`${ROBOT}/robot-replay.test.ts`, '1x1'),
  ]),
  rowOf(71, 'slow terminal', [
    named('test/ui/terminal-storm.test.ts', 'a terminal that does not read costs frames'),
  ]),
  rowOf(72, 'poor terminal', [
    named(`${ROBOT}/robot-hangup.test.ts`, 'a locale without UTF-8 gets ASCII'),
    named(`${ROBOT}/robot-plain.test.ts`, 'is ASCII where the locale is'),
  ]),
  rowOf(73, 'paste of a megabyte', [
    named(`${ROBOT}/robot-paste.test.ts`, 'fires no key'),
    named('test/ui/terminal-storm.test.ts', 'pastes of a megabyte'),
  ]),
  rowOf(74, 'dead-man heartbeat fails', numbered(`${GATEWAY}/limits`)),
  rowOf(75, 'configuration edited while running', [
    named('test/config/watch.test.ts', 'keeps the old configuration when an edit is wrong'),
    named('test/config/watch.test.ts', 'hands over limits that tighten'),
  ]),
];

/** Rows for which nothing else can be done now. */
export const NOT_APPLICABLE: ReadonlySet<number> = new Set();
