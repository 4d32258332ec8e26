/** Reservations: what an order takes before it fills, and the rules that measure it. */
import { guardsOf, type Mutant } from './guard.ts';

export const RISK_GUARDS: readonly Mutant[] = [
  ...guardsOf(
    'domain/order.ts',
    ['domain/order', 'engine/order-truth', 'engine/amend-later'],
    [
      [
        'reservation',
        'an unknown order keeps its whole size',
        "case 'unknown':\n    case 'accepted':",
        "case 'accepted':",
      ],
      [
        'reservation',
        'an order that is being canceled keeps its size',
        "case 'pendingCancel':\n      return true;",
        'return true;',
      ],
      [
        'reservation',
        'a larger size is reserved before it is answered',
        'return gt(asked, order.quantity) ? asked : order.quantity;',
        'return order.quantity;',
      ],
    ],
  ),
  ...guardsOf(
    'portfolio/exposure.ts',
    ['engine/guards', 'engine/limits', 'engine/amend-later', 'risk/limits-hold', 'engine/clusters'],
    [
      [
        'reservation',
        'orders at work count as exposure: buys',
        "if (order.side === 'buy') reach.bought += value;",
        "if (order.side === 'buy') void value;",
      ],
      ['reservation', 'orders at work count as exposure: sells', 'else reach.sold -= value;', ''],
      [
        'reservation',
        'a dearer price is reserved before it is answered',
        'return asked === null ? value : Math.max(value, remaining * toNumber(asked));',
        'return value;',
      ],
      [
        'reservation',
        'a market counts with its larger side',
        'return reach === undefined ? 0 : Math.max(Math.abs(reach.bought), Math.abs(reach.sold));',
        'return reach === undefined ? 0 : Math.min(Math.abs(reach.bought), Math.abs(reach.sold));',
      ],
    ],
  ),
  ...guardsOf(
    'engine/review-context.ts',
    ['exchange/gateway/local-triggers'],
    [
      [
        'reservation',
        'an exit that rests leaves the coins of a stop alone',
        'return max(ZERO, sub(left, workingProtection(money, this.ledger)));',
        'return left;',
      ],
    ],
  ),
  ...guardsOf(
    'engine/review-context.ts',
    ['engine/free-funds', 'engine/guards', 'engine/limits', 'engine/recovery', 'risk/limits-hold'],
    [
      [
        'gate',
        'a review knows that the books are in question',
        'const isRecovering = state.truth.recovering !== null;',
        'const isRecovering = false;',
      ],
      [
        'reservation',
        'entries at work take free money',
        'const value = workingNotional(order);\n    const fee',
        'const value = 0;\n    const fee',
      ],
      [
        'reservation',
        'positions keep their margin',
        'free += value - symbol.cost - Math.abs(value) / leverage;',
        'free += value - symbol.cost;',
      ],
      [
        'reservation',
        'entries at work count as open risk',
        'risk += riskToStop(remaining, { price, worstCaseFraction });',
        '',
      ],
      [
        'reservation',
        'holdings count as open risk to their stop',
        'for (const ledger of openLedgers(state.money)) risk += ledgerRisk(state, ledger, stops);',
        '',
      ],
      [
        'reservation',
        'an exit closes what no other exit does',
        'const left = sub(held, workingExits(money, this.ledger));',
        'const left = held;',
      ],
      [
        'reservation',
        'an exit that rests frees no money yet',
        "order.role !== 'exit' || order.type !== 'market'",
        "order.role !== 'exit'",
      ],
    ],
  ),
  ...guardsOf(
    'engine/clusters.ts',
    ['engine/clusters'],
    [
      [
        'reservation',
        'markets that move together share one limit',
        'bought += bySymbol.get(name)?.bought ?? 0;',
        'if (name === symbol) bought += bySymbol.get(name)?.bought ?? 0;',
      ],
    ],
  ),
  ...guardsOf(
    'risk/rules.ts',
    ['risk/rules'],
    [
      ['gate', 'rule: trading state', '= [\n  tradingState,', '= ['],
      [
        'gate',
        'rule: grid of the market',
        '\n  marketGrid,\n  protectionSide,\n  expireTime',
        '\n  protectionSide,\n  expireTime',
      ],
      [
        'gate',
        'rule: stale data',
        '\n  staleData,\n  badFeed,\n  priceBand',
        '\n  badFeed,\n  priceBand',
      ],
      ['gate', 'rule: bad feed', '\n  badFeed,\n  priceBand', '\n  priceBand'],
      [
        'gate',
        'rule: size of an exit',
        '\n  sizeOfExit,\n  minNotional,\n  maxNotional,\n  maxPosition,',
        '\n  minNotional,\n  maxNotional,\n  maxPosition,',
      ],
      [
        'reservation',
        'rule: largest position',
        '\n  maxPosition,\n  maxAccountPosition,\n  maxPositions,\n  funds',
        '\n  maxAccountPosition,\n  maxPositions,\n  funds',
      ],
      [
        'reservation',
        'rule: largest account',
        '\n  maxAccountPosition,\n  maxPositions,\n  funds',
        '\n  maxPositions,\n  funds',
      ],
      ['reservation', 'rule: number of positions', '\n  maxPositions,\n  funds', '\n  funds'],
      ['reservation', 'rule: free money', '\n  funds,\n  riskPerTrade', '\n  riskPerTrade'],
      ['reservation', 'rule: open risk', '\n  openRisk,\n  exposureGross', '\n  exposureGross'],
      [
        'reservation',
        'rule: gross exposure',
        '\n  exposureGross,\n  exposureNet,\n  clusterExposure,\n  orderRate',
        '\n  exposureNet,\n  clusterExposure,\n  orderRate',
      ],
      [
        'reservation',
        'rule: net exposure',
        '\n  exposureNet,\n  clusterExposure,\n  orderRate',
        '\n  clusterExposure,\n  orderRate',
      ],
      [
        'reservation',
        'rule: exposure of a cluster',
        '\n  clusterExposure,\n  orderRate',
        '\n  orderRate',
      ],
      ['gate', 'rule: order rate', '\n  orderRate,\n  duplicateIntent', '\n  duplicateIntent'],
      [
        'dedupe',
        'rule: the same order again',
        '\n  duplicateIntent,\n  cooldown,\n];',
        '\n  cooldown,\n];',
      ],
      ['gate', 'rule: rest after a stop-loss', '\n  cooldown,\n];', '\n];'],
    ],
  ),
  ...guardsOf(
    'risk/review.ts',
    ['risk/review'],
    [
      [
        'gate',
        'what a rule denies is denied',
        'if (!verdict.ok && first === null) first = verdict;',
        '',
      ],
    ],
  ),
];
