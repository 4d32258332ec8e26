/** Guards of the books and of the room in them: what is booked once, what is reserved. */
import { guardsOf, type Mutant } from './guard.ts';

export const MONEY_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'execution/book-fills.ts',
    ['execution/reduce-money'],
    [
      [
        'dedupe',
        'a fill is booked once by its id',
        'if (!order || order.fillIds.includes(fill.id)) return;',
        'if (!order) return;',
      ],
    ],
  ),
  ...guardsOf(
    'execution/replace-fills.ts',
    ['execution/guards', 'execution/replace-fills'],
    [
      [
        'dedupe',
        'a fill that came by itself is not booked with its replacement',
        'record.fills.filter(({ id }) => !order.fillIds.includes(id))',
        'record.fills',
      ],
      [
        'dedupe',
        'of an inferred fill that was replaced only new fills are booked',
        'if (at < 0) {',
        'if (at < -1) {',
      ],
    ],
  ),
  ...guardsOf(
    'execution/order-life.ts',
    ['execution/guards', 'engine/guards', 'engine/order-truth', 'engine/amend'],
    [
      [
        'reservation',
        'an order that the venue acknowledged is not given up',
        'if (!order || !isWorking(order) || order.venueOrderId !== null) return;',
        'if (!order || !isWorking(order)) return;',
      ],
      [
        'reservation',
        'an order that filled is not given up',
        'if (isPositive(order.filled)) return;\n  dropTombstones',
        'dropTombstones',
      ],
      [
        'dedupe',
        'a tombstone waits for an order that was given up',
        'money.tombstones.set(order.id, time);',
        '',
      ],
      [
        'reservation',
        'an order that was given up frees its room',
        "move(money, order, 'cancel', { time, reason: record.reason });\n}\n\n/** Tombstones",
        '}\n\n/** Tombstones',
      ],
      [
        'dedupe',
        'tombstones go after a day',
        'if (since > now - LATE_MS) return;',
        'if (since > 0) return;',
      ],
      [
        'dedupe',
        'the order of a tombstone stays findable',
        'if (tombstones.has(oldest.id)) closed.set(oldest.id, oldest);',
        '',
      ],
      [
        'dedupe',
        'an ended order is kept for its late fills',
        'if (mayFill && closed.size <= CLOSED_MOST) return;',
        '',
      ],
      [
        'reservation',
        'an order that appears after all works again',
        'money.working.set(order.id, order);\n}\n\n/** The venue',
        '}\n\n/** The venue',
      ],
      ['dedupe', 'ids of a run never repeat', "required(money.run, 'run').orders += 1;", ''],
      [
        'reservation',
        'a change that was answered gives its room back',
        'order.amending = undefined;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/reduce-money.ts',
    ['engine/amend-later', 'engine/order-truth', 'engine/states'],
    [
      [
        'reservation',
        'a change on its way is in the books',
        'order.amending = { quantity, price, triggerPrice };',
        'void [quantity, price, triggerPrice];',
      ],
      [
        'gate',
        'a state is in the books',
        'if (scope === undefined) money.trading = { state, since, reason, by };',
        'if (scope === undefined) void [state, since, reason, by];',
      ],
    ],
  ),
  ...guardsOf(
    'execution/reduce-trouble.ts',
    ['execution/guards', 'engine/breakers-conduct'],
    [
      [
        'dedupe',
        'a refusal that is told twice counts once',
        'if (!order || !isWorking(order)) return;',
        'if (!order) return;',
      ],
      [
        'dedupe',
        'an outcome that is unknown already counts once',
        "if (record.kind === 'outcomeUnknown' && isOld) return;",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/orders.ts',
    ['engine/free-funds', 'engine/guards', 'engine/reversal', 'engine/stops', 'engine/strategies'],
    [
      [
        'dedupe',
        'a cancel is asked for once',
        "if (!isWorking(order) || order.status === 'pendingCancel') return;\n  ctx.record(",
        'if (!isWorking(order)) return;\n  ctx.record(',
      ],
      [
        'reservation',
        'a decision starts from what orders may still fill',
        'if (isOwnWork(order, ledger)) expected = add(expected, remainingSigned(order));',
        '',
      ],
      [
        'gate',
        'reduce-only is set where the ledger is alone',
        'if (sign(other.position.quantity) * sign(ledger.position.quantity) < 0) return false;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/orders.ts',
    ['engine/guards', 'risk/review', 'risk/reservations'],
    [
      [
        'reservation',
        'exits on their way are not sold again',
        "if (isOwn && (order.role === 'exit' || isFiring(order))) {",
        'if (order.price === ledger) {',
      ],
      [
        'reservation',
        'markets with an entry at work are in use',
        "for (const order of money.working.values()) if (order.role === 'entry') found.add(order.symbol);",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/protection.ts',
    ['engine/protection', 'engine/stops', 'engine/states'],
    [
      [
        'gate',
        'protection stands back while everything is closed',
        "if (ctx.money.trading.state === 'flattening') return;",
        '',
      ],
      [
        'reservation',
        'protection stands back while an exit is on its way',
        'if (hasWorkingExit(ctx, ledger)) return;\n  beginTrail',
        'beginTrail',
      ],
      [
        'dedupe',
        'protection that works is not placed again',
        'if (kept.some((order) => isSameProtection(request, order))) continue;',
        '',
      ],
      [
        'reservation',
        'protection covers what is held and no more',
        'const quantity = add(request.quantity, order.filled);',
        'const quantity = order.quantity;',
      ],
    ],
  ),
  ...guardsOf(
    'execution/flatten.ts',
    ['engine/guards', 'engine/states', 'engine/stops'],
    [
      [
        'gate',
        'nothing is closed before other orders are gone',
        "if (working.some((order) => order.role !== 'exit')) return;",
        '',
      ],
      [
        'dedupe',
        'a holding is closed once',
        'const isClosing = working.some((order) => isOwnWork(order, ledger));',
        'const isClosing = false;',
      ],
      [
        'gate',
        'outside nothing is closed before the venue shows no order',
        "return stop.phase !== 'orders';",
        'return true;',
      ],
      [
        'gate',
        'a refused close waits before it is tried again',
        'else if (refused.count > 0 && ctx.now() < refused.newest + wait) continue;',
        '',
      ],
      [
        'gate',
        'a close that is refused again and again ends',
        'if (refused.count >= CLOSE_ATTEMPTS) stuck += 1;\n    else if',
        'if',
      ],
      [
        'gate',
        'flat is what the venue says twice',
        "if (of.open.length === 0 && stop && stop.phase !== 'proven') {",
        'if (of.open.length < 0 && stop) {',
      ],
    ],
  ),
  ...guardsOf(
    'execution/stop-watch.ts',
    ['engine/guards', 'engine/stops'],
    [
      [
        'gate',
        'two looks that count are apart',
        'if (stop.clear > 0 && ctx.now() < stop.clearTime + APART_MS) return;',
        '',
      ],
      ['gate', 'one look proves nothing', 'if (stop.clear < 2) return;', ''],
      [
        'gate',
        'an order that is open begins the count anew',
        'stop.clear = 0;\n    alarmLate',
        'alarmLate',
      ],
      [
        'gate',
        'what is still open is canceled again',
        "else ctx.send({ kind: 'cancel', orderId });",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/stop-states.ts',
    ['engine/guards', 'engine/states', 'engine/stops', 'engine/order-truth'],
    [
      ['gate', 'flattening takes everything off', "if (state === 'flattening') return true;", ''],
      [
        'gate',
        'halted takes entries and exits off',
        "if (state === 'halted') return order.role !== 'protective';",
        '',
      ],
      [
        'gate',
        'halted keeps protective stops',
        "if (state === 'halted') return order.role !== 'protective';",
        "if (state === 'halted') return true;",
      ],
      [
        'gate',
        'reducing takes entries off',
        "return state === 'reducing' && order.role === 'entry';",
        'return false;',
      ],
      [
        'gate',
        'a stricter symbol stays as it is',
        "if (stricter(current, 'reducing') === current) return;",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'execution/truth.ts',
    ['engine/stops', 'engine/recovery', 'engine/states'],
    [
      [
        'gate',
        'RECOVERING holds for every order',
        "const account = recovering ? stricter(state, 'recovering') : state;",
        'const account = state;',
      ],
      [
        'gate',
        'the stricter state of a strategy or symbol holds',
        'return stricter(account, stricter(own, symbol));',
        'return account;',
      ],
    ],
  ),
  ...guardsOf(
    'execution/reconcile.ts',
    ['execution/reconcile'],
    [
      [
        'gate',
        'an order of ours that the venue does not have is found',
        'found.push(`order ${order.id} is ${order.status} here, unknown at the venue`);',
        '',
      ],
      [
        'gate',
        'an order of the venue that we do not have is found',
        'if (!money.working.has(id)) found.push(',
        'if (id === null) found.push(',
      ],
      [
        'gate',
        'a holding that differs by more than a lot is found',
        'if (gt(abs(differenceOf(drift)), market?.stepSize ?? ZERO)) found.push(drift);',
        '',
      ],
      [
        'gate',
        'a balance that differs is found',
        'if (coins.has(asset) || !gt(abs(difference), BALANCE_DUST)) continue;',
        'if (asset !== null) continue;',
      ],
    ],
  ),
];
