/** Guards of the engine: what waits for the disk, who may act, what counts once. */
import { guardsOf, type Mutant } from './guard.ts';

export const ENGINE_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'engine/outbox.ts',
    ['engine/gate'],
    [
      [
        'gate',
        'an order leaves when its record is durable',
        'if (next && (inProcess || next.needs <= durable)) {',
        'if (next) {',
      ],
      [
        'gate',
        'words are said when their record is durable',
        'if (!word || word.needs > said) return null;',
        'if (!word) return null;',
      ],
      [
        'gate',
        'a cancel waits for no disk',
        'else if (!inProcess && isUngated(effect)) urgent.push(effect);',
        '',
      ],
      [
        'dedupe',
        'an order that was taken back does not leave',
        'if (at >= 0) venue.splice(at, 1);',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/run.ts',
    ['engine/send-guard', 'engine/guards', 'engine/gate'],
    [
      [
        'gate',
        'of the emergency thread before every create',
        "if (guard?.isClosed === true && order.role !== 'protective') {",
        'if (order.quantity === null) {',
      ],
      [
        'gate',
        'the emergency thread hears of an order before the venue',
        'guard?.mayExist(order);\n    this.venue.submit(order);',
        'this.venue.submit(order);',
      ],
      [
        'gate',
        'the emergency thread hears of the end of an order',
        'if (before && !after) this.ports.guard?.gone(before.id);',
        '',
      ],
      [
        'gate',
        'the emergency thread hears of what a restart found',
        'ports.guard?.mayExist(order);\n    ports.journal',
        'void order;\n    ports.journal',
      ],
      [
        'gate',
        'an engine that threw is not driven on',
        'drive(told: MarketEvent): void {\n    if (this.broken) return;',
        'drive(told: MarketEvent): void {',
      ],
      [
        'gate',
        'a record that cannot be applied is not written',
        'reduceMoney(this.state.money, body, at);\n    journal.append(body, at);',
        'journal.append(body, at);\n    reduceMoney(this.state.money, body, at);',
      ],
    ],
  ),
  ...guardsOf(
    'engine/admit.ts',
    ['engine/bad-data'],
    [
      [
        'gate',
        'data that cannot be true is not stepped',
        'return checked.event;\n}',
        'return event;\n}',
      ],
      [
        'gate',
        'a feed is good only after good data in a row',
        'if (symbol.goodData < GOOD_DATA) return;',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/commands.ts',
    ['engine/commands', 'engine/states', 'engine/breakers-conduct'],
    [
      ['dedupe', 'a press is carried out once', 'if (presses.has(pressId)) return;', ''],
      [
        'gate',
        'a stricter state needs its phrase to be left',
        "if (state !== 'paused' && phrase !== ctx.money.accountId) {",
        "if (state === 'running') {",
      ],
      [
        'gate',
        'flattening is not left by a resume',
        "if (state === 'flattening' || state === 'recovering') {",
        "if (state === 'running') {",
      ],
      [
        'gate',
        'a breaker cools down before a resume',
        'const cooling = coolingText(ctx, null);',
        'const cooling: string | null = null;',
      ],
      [
        'gate',
        'a command never loosens by tightening',
        'if (stricter(current, state) === current) {',
        'if (state === current) {',
      ],
    ],
  ),
  ...guardsOf(
    'engine/commands.ts',
    ['engine/commands', 'config/reload-fuzz'],
    [
      [
        'gate',
        'a file loosens no limit in force',
        'fromConfig === true ? heldTight(ctx, asked) : asked',
        'asked',
      ],
      [
        'gate',
        'a limit that is no number is refused',
        "if (fault !== null) return refuse(ctx, 'change of limits', fault);",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'engine/account-events.ts',
    ['engine/order-truth', 'engine/guards'],
    [
      [
        'dedupe',
        'a fill is stepped once',
        'return !order || order.fillIds.includes(fill.id);',
        'return !order;',
      ],
      [
        'gate',
        'a fill of no order of ours is not booked',
        'return !order || order.fillIds.includes(fill.id);',
        'return order?.fillIds.includes(fill.id) === true;',
      ],
      [
        'gate',
        'a fill that contradicts its order is not booked',
        '(isKnownFill(ctx, record) || isMisdirected(ctx, record))',
        'isKnownFill(ctx, record)',
      ],
      [
        'gate',
        'a contradiction reduces the symbol',
        'tightenSymbol(ctx, order.symbol, `the venue contradicts itself: ${what}`);',
        '',
      ],
      [
        'gate',
        'an overfill reduces the symbol',
        'tightenSymbol(ctx, order.symbol, `more filled than was asked for: ${what}`);',
        '',
      ],
      [
        'dedupe',
        'fills that were replaced are not replaced again',
        "if (record.kind === 'fillsReplaced' && isReplaced(ctx, record)) return;",
        '',
      ],
      [
        'gate',
        'an order that appears against the state is canceled',
        'cancelIfStopped(ctx, order);\n    // Given up',
        '// Given up',
      ],
    ],
  ),
  ...guardsOf(
    'engine/recovery.ts',
    ['engine/recovery', 'engine/states', 'engine/guards'],
    [
      [
        'gate',
        'a recovery begins with RECOVERING',
        'ctx.truth.recovering = { since, reason, blocked: null };',
        '',
      ],
      [
        'gate',
        'orders of an unknown run keep it',
        'if (run !== undefined) {\n    return (',
        'if (run === null) {\n    return (',
      ],
      [
        'gate',
        'doubts of the report keep it',
        '[...(report.doubts ?? []), ...found.orders, ...open]',
        '[...found.orders, ...open]',
      ],
      [
        'gate',
        'an order on one side only keeps it',
        '[...(report.doubts ?? []), ...found.orders, ...open]',
        '[...(report.doubts ?? []), ...open]',
      ],
      [
        'gate',
        'a difference that is not judged yet keeps it',
        '[...(report.doubts ?? []), ...found.orders, ...open]',
        '[...(report.doubts ?? []), ...found.orders]',
      ],
      [
        'gate',
        'a drift reduces its symbol',
        'tightenSymbol(ctx, symbol, `books differ, ${words}`);',
        '',
      ],
      [
        'gate',
        'one report makes no drift',
        'if (isSame || seen >= MOVING_REPORTS || isFromBefore(ctx, drift)) {',
        'if (seen > 0) {',
      ],
      [
        'gate',
        'what an unanswered order may explain is no drift',
        'if (mayBeUnderWay(ctx, drift, difference)) continue;',
        '',
      ],
      [
        'dedupe',
        'a drift that is known is told once',
        'if (known && isWithinLot(ctx, drift.symbol, differenceOf(known), difference)) continue;',
        '',
      ],
      [
        'gate',
        'one report makes no transfer',
        'if (isNew || isRounding || before.get(asset) === difference) {',
        'if (asset !== null) {',
      ],
      [
        'gate',
        'money waits while something open may explain it',
        'if (!isNew && isExplained) continue;',
        '',
      ],
      [
        'dedupe',
        'orders of others are named once',
        'const fresh = orders.filter(({ venueOrderId }) => !known.has(venueOrderId));',
        'const fresh = orders;',
      ],
    ],
  ),
];
