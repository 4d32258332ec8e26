/** Guards of the order manager: one send, one booking, nothing concluded without proof. */
import { guardsOf, type Mutant } from './guard.ts';

const ALL = ['guards', 'create', 'cancel', 'fills', 'report', 'limits'].map(
  (name) => `exchange/gateway/${name}`,
);

export const GATEWAY_GUARDS: readonly Mutant[] = [
  ...guardsOf('exchange/gateway/registry.ts', ALL, [
    ['dedupe', 'an order is sent once by its id', 'if (this.byId.has(order.id)) return null;', ''],
    [
      'dedupe',
      'inferred fills are known again after a restart',
      'tracked.inferred.push(...inferredOf(order));',
      '',
    ],
    [
      'dedupe',
      'an order that was given up is known again after a restart',
      "books.tombstones.has(id) ? 'buried' : 'ended'",
      "'ended'",
    ],
    [
      'gate',
      'what was never acknowledged is unknown after a restart',
      "wasSeen && order.status !== 'submitted' ? 'open' : 'unknown'",
      "'open'",
    ],
  ]),
  ...guardsOf(
    'exchange/gateway/settlement.ts',
    [...ALL, 'exchange/gateway/orderings'],
    [
      [
        'dedupe',
        'a fill is posted once by its id',
        'if (tracked.fillIds.has(fill.id) || tracked.held.has(fill.id)) return;',
        '',
      ],
      [
        'dedupe',
        'fills wait where they were inferred',
        'if (tracked.inferred.length === 0) return this.book(tracked, toFill(tracked, fill));',
        'return this.book(tracked, toFill(tracked, fill));',
      ],
      [
        'gate',
        'missing fills are asked for before an end is told',
        'if (isMissing(tracked)) this.onMissing(tracked);\n    else this.finish(tracked);',
        'this.finish(tracked);',
      ],
      [
        'gate',
        'an end waits for the fills before it',
        'if (ending === null || lt(tracked.filled, ending.filled)) {',
        'if (ending === null) {',
      ],
      ['dedupe', 'an end is told once', "if (phase === 'ended' || phase === 'buried') return;", ''],
    ],
  ),
  ...guardsOf(
    'exchange/gateway/observer.ts',
    [...ALL, 'exchange/gateway/orderings'],
    [
      [
        'gate',
        'an order that is not what it claims to be is not believed',
        'if (fault !== null) {\n      this.quarantine',
        'if (fault === "") {\n      this.quarantine',
      ],
      [
        'gate',
        'a fill that is not of the order it names is not believed',
        'if (isOther || !isPositive(at.quantity)',
        'if (!isPositive(at.quantity)',
      ],
      [
        'gate',
        'a word on another account is not believed',
        'if (at.accountId === this.core.ports.accountId) return true;',
        'return true;',
      ],
      [
        'dedupe',
        'an older word changes nothing',
        'if (at.updatedTime < tracked.updatedTime) return;',
        '',
      ],
      [
        'dedupe',
        'an order given up that came to nothing stays given up',
        "if (tracked.phase === 'buried' && isNothing) return tracked;",
        '',
      ],
      [
        'dedupe',
        'a fill without an order waits once',
        'if (list.some(({ id }) => id === at.id)) return;',
        '',
      ],
      [
        'gate',
        'fills without an order are bounded',
        'if (this.strayCount >= LIMITS.strayFills) {',
        'if (this.strayCount < 0) {',
      ],
      [
        'dedupe',
        'an order is asked for once in a moment',
        'if (this.soon.has(tracked)) return;',
        '',
      ],
      [
        'gate',
        'a second order with an id of ours is not ours',
        'if (tracked.venueOrderId !== null && tracked.venueOrderId !== at.venueOrderId) return true;',
        '',
      ],
    ],
  ),
  ...guardsOf('exchange/gateway/creates.ts', ALL, [
    [
      'gate',
      'of the emergency stop right before the wire',
      'if (isStopped === true) return answer(GATE_CLOSED);',
      '',
    ],
    [
      'gate',
      'a duplicate id proves nothing',
      "return fault.code !== 'DUPLICATE_ID';",
      'return true;',
    ],
    [
      'gate',
      'an unknown outcome proves nothing',
      "case 'notFound':\n    case 'unknownOutcome':\n      return false;",
      "case 'notFound':\n    case 'unknownOutcome':\n      return true;",
    ],
    [
      'gate',
      'an answer about another order proves nothing',
      'if (this.observer.order(result.value) === tracked) return;',
      'this.observer.order(result.value);\n      if (tracked !== null) return;',
    ],
    [
      'dedupe',
      'an order that was seen is not lost',
      "if (tracked.phase === 'sent') this.unknowns.begin",
      'this.unknowns.begin',
    ],
    [
      'gate',
      'an order seen there is not ended by a refusal',
      "if (tracked.phase === 'open') return this.observer.look(tracked, 'proof', () => undefined);",
      '',
    ],
  ]),
  ...guardsOf('exchange/gateway/unknowns.ts', ALL, [
    [
      'reservation',
      'an order is given up after four denials',
      'proof.denials < LIMITS.denials || ',
      '',
    ],
    [
      'reservation',
      'an order is given up after the window only',
      ' || askedAt < proof.since + WINDOW_MS',
      '',
    ],
    [
      'reservation',
      'an order that was seen was placed',
      "tracked.venueOrderId === null ? 'neverPlaced' : 'canceled'",
      "'neverPlaced'",
    ],
    [
      'reservation',
      'open orders must deny it, too',
      "if (look === 'notFound') this.askOpen(tracked, proof, askedAt);",
      "if (look === 'notFound') this.deny(tracked, proof, askedAt);",
    ],
    [
      'reservation',
      'fills must deny it, too',
      'if (isRead) this.askFills(tracked, proof, askedAt);',
      'if (isRead) this.deny(tracked, proof, askedAt);',
    ],
    [
      'reservation',
      'a question that failed denies nothing',
      "if (look === 'notFound') this.askOpen(tracked, proof, askedAt);",
      'if (look !== null) this.askOpen(tracked, proof, askedAt);',
    ],
  ]),
  ...guardsOf('exchange/gateway/wire.ts', ALL, [
    [
      'dedupe',
      'a request is answered once',
      "if (state === 'done' || this.isClosed) return;",
      'if (this.isClosed) return;',
    ],
    [
      'gate',
      'what the venue demands holds requests back',
      "const until = lane === 'cancel' ? this.bannedUntil : held;",
      "const until = lane === 'cancel' ? this.bannedUntil : 0;",
    ],
    [
      'gate',
      'what the venue demands holds no cancel back',
      "const until = lane === 'cancel' ? this.bannedUntil : held;",
      'const until = held;',
    ],
    [
      'gate',
      'a ban holds cancels back, too',
      "const until = lane === 'cancel' ? this.bannedUntil : held;",
      "const until = lane === 'cancel' ? 0 : held;",
    ],
    [
      'gate',
      'requests that wait are bounded',
      'if (queue.length >= LIMITS.queued) {',
      'if (queue.length < 0) {',
    ],
    [
      'gate',
      'nothing is sent after the end',
      'ask<T>(request: Request<T>): Withdraw {\n    if (this.isClosed) return () => false;',
      'ask<T>(request: Request<T>): Withdraw {',
    ],
  ]),
  ...guardsOf('exchange/gateway/rate-budget.ts', ALL, [
    ['gate', 'the budget holds no cancel back', "lane === 'cancel' || cost === 0", 'cost === 0'],
    [
      'gate',
      'what costs nothing never waits',
      "lane === 'cancel' || cost === 0",
      "lane === 'cancel'",
    ],
    [
      'reservation',
      'a part of the budget is kept for questions',
      "cost + (lane === 'proof' ? 0 : reserve)",
      'cost',
    ],
    [
      'gate',
      'the budget is never exceeded',
      'this.tokens = Math.max(this.tokens - this.costOf(kind), -this.limits.burst);',
      '',
    ],
  ]),
  ...guardsOf('exchange/gateway/cancels.ts', ALL, [
    ['dedupe', 'one wish is under way', 'if (this.wishes.has(orderId)) return;', ''],
    ['dedupe', 'one cancel waits to leave', 'if (wish.isWaiting) return;', ''],
    [
      'gate',
      'a cancel is repeated until the end is known',
      'wish.cancelTimer = core.after(wait, () => this.send(tracked, wish));',
      '',
    ],
    [
      'gate',
      'a cancel goes out again when the order surfaces',
      'wish.attempt = 0;\n    this.send(tracked, wish);',
      'wish.attempt = 0;',
    ],
    [
      'dedupe',
      'an order that has not left is taken back',
      "if (tracked.phase === 'queued' && this.creates.withdraw(tracked)) return;",
      '',
    ],
  ]),
  ...guardsOf('exchange/gateway/amends.ts', ALL, [
    [
      'gate',
      'an unchanged order proves nothing before the window',
      'const isFinal = this.core.now() >= asked.since + LIMITS.amendWindowMs;',
      'const isFinal = true;',
    ],
    [
      'dedupe',
      'one change is under way',
      "return this.open.has(tracked) ? 'a change before it has no answer yet' : null;",
      'return null;',
    ],
    [
      'dedupe',
      'a change without an answer is not sent again',
      "if (kind === 'unknownOutcome') return this.ask(tracked, asked);",
      '',
    ],
  ]),
  ...guardsOf('exchange/gateway/reports.ts', ALL, [
    [
      'gate',
      'a report in which a fill was booked is taken again',
      'core.moves !== round.moves || ',
      '',
    ],
    ['gate', 'a report waits for what is on its way', ' || this.isSending()', ''],
    [
      'gate',
      'a report of another account is not told',
      'if (account.accountId !== core.ports.accountId) {',
      "if (account.accountId === '') {",
    ],
    [
      'gate',
      'runs that are not ours are named',
      'if (run !== null && !core.ports.knowsRun(run)) foreignRuns.add(run);',
      '',
    ],
    ['dedupe', 'what is planned sooner stays', 'if (this.dueAt <= dueAt) return;', ''],
    [
      'gate',
      'orders that ended here and are open there are looked at',
      "if (tracked.phase === 'ended') found.push(tracked);",
      '',
    ],
    [
      'gate',
      'orders that are open here and gone there are looked at',
      'if (wasOpen && !listed.has(tracked) && tracked.ending === null) found.push(tracked);',
      '',
    ],
    [
      'dedupe',
      'a report is answered once',
      'isLate: boolean): void => {\n      if (isLate) return;',
      'isLate: boolean): void => {',
    ],
  ]),
  ...guardsOf('exchange/gateway/links.ts', ALL, [
    [
      'gate',
      'the books are in question after a lost link',
      "core.postEvent({ kind: 'recover', time, reason: `${LINK} ${isUp ? 'was' : 'is'} lost` });",
      '',
    ],
    ['gate', 'refused keys halt', "this.command('halt', `keys refused: ${reason}`);", ''],
    ['dedupe', 'refused keys are told once', 'if (this.areKeysRefused) return;', ''],
    [
      'gate',
      'a ban pauses',
      "this.command('pause', `the venue banned us for ${seconds} s: ${reason}`);",
      '',
    ],
    ['dedupe', 'a ban is told once', 'if (isKnown) return;', ''],
  ]),
  ...guardsOf('exchange/gateway/core.ts', ALL, [
    [
      'gate',
      'nothing is posted after the end',
      'if (!this.isStopped) this.ports.post(event);',
      'this.ports.post(event);',
    ],
    [
      'dedupe',
      'a doubt is said once',
      'if (this.doubts.has(line) || this.doubts.size >= LIMITS.doubts) return;',
      '',
    ],
  ]),
];
