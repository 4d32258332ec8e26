/** Guards around the engine: the stop beside it, keys, user strategies, the keyboard. */
import { guardsOf, type Mutant } from './guard.ts';

export const PROCESS_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'app/emergency/stops.ts',
    ['app/emergency/stops'],
    [
      ['gate', 'a stop closes the gate first', 'board.closeGate();', ''],
      ['gate', 'a stop sends its cancels in the same turn', 'this.clearance.start();', ''],
      [
        'gate',
        'a main loop that heard acts by itself',
        'if (one.isHeard) return;\n    if (one.stop',
        'if (one.stop',
      ],
      [
        'gate',
        'orders made after an older stop are taken by a newer',
        'order.isLater = false',
        'order.isLater = order.isLater',
      ],
      [
        'dedupe',
        'a stop is answered once',
        '!this.cases.delete(one.id)',
        '!this.cases.has(one.id)',
      ],
      [
        'gate',
        'an order that left after the stop was heard is let be',
        'isLater: this.isHeard',
        'isLater: false',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/clearance.ts',
    ['app/emergency/clearance', 'app/emergency/guards'],
    [
      [
        'gate',
        'protective stops are kept',
        'if (!isProtective(ref)) this.cancel(ref)',
        'this.cancel(ref)',
      ],
      [
        'gate',
        'nothing of ours is open twice, a second apart',
        'now - this.emptySince >= APART_MS',
        'now >= this.emptySince',
      ],
      [
        'gate',
        'an order that surfaces begins the looks anew',
        'this.emptySince = null;\n      for (const order of due)',
        'for (const order of due)',
      ],
      [
        'gate',
        'orders of others are left alone',
        'roleOf(clientOrderId) === null || status',
        'status',
      ],
      [
        'dedupe',
        'a cancel is asked for once at a time',
        "if (this.asked.get(key) === 'asked') return;",
        '',
      ],
      ['dedupe', 'closes are bounded', 'this.closes < MOST_CLOSES && ', ''],
      [
        'gate',
        'a stop stays while what it protects may be held',
        'this.closesAll && (!this.unclosed.has(symbol) || this.held.has(symbol))',
        'this.closesAll',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/emergency.ts',
    ['app/emergency/emergency', 'app/emergency/guards'],
    [
      [
        'gate',
        'a stop that was heard late has the books compared',
        'if (lateMs > ALONE_MS)',
        'if (lateMs < 0)',
      ],
      [
        'gate',
        'the gate stays closed where the engine does not halt',
        'if (!isStopped(session.view())) this.board.closeGate();',
        '',
      ],
      [
        'dedupe',
        'a stop that holds already is not carried out twice',
        'if (!isDone) session.dispatch',
        'session.dispatch',
      ],
      [
        'gate',
        'a resume needs the phrase',
        'if (phrase !== accountId) {',
        'if (phrase === null) {',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/control-server.ts',
    ['app/emergency/control'],
    [
      ['lock', 'the control socket is its owner’s alone', 'chmodSync(path, OWNER_ONLY);', ''],
      [
        'lock',
        'only a socket is replaced',
        'if (!lstatSync(path).isSocket()) return `${path} is no socket; remove it`;',
        '',
      ],
      [
        'gate',
        'requests of one connection are bounded',
        'if (pending >= MAX_PENDING)',
        'if (pending < 0)',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/thread-keyboard.ts',
    ['app/emergency/thread-keyboard'],
    [
      [
        'gate',
        'a letter in a field stops nothing',
        'if (isSettled && !board.isTyping) return stop(name);',
        'if (isSettled) return stop(name);',
      ],
      [
        'gate',
        'a main loop that is silent has no say',
        'if (silentMs() > WORD_MS) return stop(name);',
        '',
      ],
      [
        'gate',
        'a letter waits for what the keys before it open',
        'const isSettled = board.handled >= before || now() >= until;',
        'const isSettled = true;',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/watchdog.ts',
    ['app/emergency/watchdog'],
    [
      [
        'gate',
        'a machine that slept is no stall',
        'Math.min(now - looked, MOST_PER_LOOK_MS)',
        'now - looked',
      ],
      [
        'gate',
        'a stall is noticed',
        'return before < limitMs && silent >= limitMs;',
        'return false;',
      ],
      [
        'dedupe',
        'a stall is noticed once',
        'return before < limitMs && silent >= limitMs;',
        'return silent >= limitMs;',
      ],
    ],
  ),
  ...guardsOf(
    'app/state/stop-keeper.ts',
    ['app/stop-keeper-alone'],
    [
      [
        'gate',
        'a stop is written beside the journal',
        'this.attempt(() => writeStopFile(this.ports.directory, stop));',
        '',
      ],
      [
        'gate',
        'a stop goes when its resume is durable',
        'if (this.resumedAt === null || n < this.resumedAt) return;',
        'if (this.resumedAt === null) return;',
      ],
      [
        'gate',
        'recovering is no resume',
        "if (state === 'running' || state === 'paused') this.resumedAt = n;",
        'this.resumedAt = n;',
      ],
      [
        'gate',
        'a stop after a resume stays',
        'this.resumedAt = null;\n    const isFirst',
        'const isFirst',
      ],
      [
        'gate',
        'a start follows a stricter stop',
        'return note !== null && stricter(note.state, state) !== state ? note : null;',
        'return null;',
      ],
      [
        'gate',
        '--start lifts no stop that was left',
        "if (isStarting && state !== 'paused') {",
        "if (isStarting && state === 'paused') {",
      ],
    ],
  ),
  ...guardsOf(
    'app/state/space-guard.ts',
    ['app/space-guard'],
    [
      [
        'gate',
        'a full disk pauses',
        "if (level === 'scarce') this.ports.pause(`${left}: make room, then resume`);",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'keys/key-file.ts',
    ['keys/key-file'],
    [
      [
        'checksum',
        'the first line is part of the seal',
        'cipher.setAAD(line);\n    cipher.setAuthTag',
        'cipher.setAuthTag',
        'comes back with its passphrase',
      ],
      [
        'gate',
        'the cost of a key has bounds',
        'data !== undefined && isAffordable(data)',
        'data !== undefined',
        'bounded',
      ],
      ['gate', 'guessing is never cheap', 'n: z.int().min(COST.n),', 'n: z.int(),', 'bounded'],
      [
        'checksum',
        'a key stands under its own name',
        'if (parts === null || parts.header.name !== of.name)',
        'if (parts === null)',
        'another name',
      ],
      [
        'checksum',
        'a key has one form',
        "bytes.length > 0 && bytes.toString('base64url') === text ? bytes : null",
        'bytes',
        'S13',
      ],
    ],
  ),
  ...guardsOf(
    'keys/key-store.ts',
    ['keys/key-store'],
    [
      [
        'gate',
        'a key is private',
        'if ((stats.mode & GROUP_OR_WORLD) !== 0) {\n    throw refused(`${path} is open',
        'if (stats.size < 0) {\n    throw refused(`${path} is open',
      ],
      [
        'gate',
        'the directory of keys is private',
        'if ((stats.mode & GROUP_OR_WORLD) !== 0) {\n    throw refused(`${directory} is open',
        'if (stats.size < 0) {\n    throw refused(`${directory} is open',
      ],
      [
        'gate',
        'a key with a second name is refused',
        'if (stats.nlink !== 1) throw',
        'if (stats.size < 0) throw',
      ],
      ['gate', 'keys lie in no work tree', 'if (tree === null) return;', 'return;'],
      ['dedupe', 'a key replaces none', 'if (exists(path)) {', 'if (path === name) {'],
    ],
  ),
  ...guardsOf(
    'keys/unlock.ts',
    ['keys/unlock'],
    [
      [
        'gate',
        'wrong passphrases wait',
        'await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.wrong - 1)));',
        '',
      ],
      ['gate', 'wrong passphrases end', 'if (this.wrong >= MAX_WRONG) {', 'if (this.wrong < 0) {'],
    ],
  ),
  ...guardsOf(
    'strategies/host/remote-strategy.ts',
    ['strategies/host/unasked'],
    [
      [
        'gate',
        'a strategy that was not asked has no say',
        "if (asked === null) return this.#sandbox?.kill('it spoke without being asked');",
        'if (asked === null) return;',
      ],
      [
        'dedupe',
        'one question is out',
        "if (this.#phase !== 'ready' || this.#asked !== null || this.#view === null) return;",
        "if (this.#phase !== 'ready' || this.#view === null) return;",
      ],
      [
        'gate',
        'the past is unheard',
        'if (asked.warm || list.length === 0) return;',
        'if (list.length === 0) return;',
      ],
    ],
  ),
  ...guardsOf(
    'app/live-gate.ts',
    ['app/live/live-gate'],
    [
      [
        'gate',
        'nothing loosens before the live gate',
        'if (this.isPassed || !LOOSENING.has(command.kind)) return null;',
        'return null;',
      ],
      [
        'gate',
        'what fails keeps the live gate shut',
        'const failed = checks.find(({ required, ok }) => required && ok === false);',
        'const failed = checks.find(({ required, ok }) => required && ok === undefined);',
      ],
      [
        'gate',
        'the live phrase is typed word for word',
        'if (typed !== this.phrase)',
        'if (typed === "")',
      ],
      [
        'gate',
        'nobody knows: it is vouched for first',
        'if (this.mustVouch) this.vouched.push(typed);',
        'if (typed === "") this.vouched.push(typed);',
      ],
    ],
  ),
  ...guardsOf(
    'app/live/gate-checks.ts',
    ['app/live/live-gate'],
    [
      ['gate', 'a key that may transfer is refused', "transfer === true ? 'transfer' : ''", "''"],
      [
        'gate',
        'a clock beyond half the window is refused',
        'Math.abs(answer.skewMs) > receiveWindowMs / 2',
        'Math.abs(answer.skewMs) > receiveWindowMs * 2',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/instance.ts',
    ['exchange/ccxt/emergency-client'],
    [
      [
        'gate',
        'a page is no empty list',
        "if (typeof said === 'string') throw",
        'if (said === null) throw',
      ],
    ],
  ),
  ...guardsOf(
    'app/emergency/board.ts',
    ['app/emergency/board'],
    [['dedupe', 'no number of a key is given twice', 'now > last ? now : last + 1n', 'now']],
  ),
];
