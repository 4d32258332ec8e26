/** Guards of the wire to real exchanges: where it goes, what leaves, and what is believed of it. */
import { guardsOf, type Mutant } from './guard.ts';

const INSTANCE = ['exchange/ccxt/instance'];

export const WIRE_GUARDS: readonly Mutant[] = [
  ...guardsOf('exchange/ccxt/guard.ts', INSTANCE, [
    ['gate', 'hosts that are not of the exchange', 'isSafe && reach.hosts.includes', 'isSafe || '],
    ['gate', 'nothing leaves without TLS', 'return isSafe && reach', 'return reach'],
    ['gate', 'a local exchange is that one alone', ' && url.host === reach.host;', ';'],
    [
      'gate',
      'a key in an address',
      "if (url.username !== '' || url.password !== '') return false;",
      '',
    ],
    [
      'gate',
      'requests are dialed to named hosts only',
      'if (isAllowed(reach, address)) return dial(options, callback);',
      'return dial(options, callback);',
    ],
    [
      'gate',
      'streams are dialed to named hosts only',
      "assertAllowed(this.#reach, addressOf('https', options));",
      '',
    ],
  ]),
  ...guardsOf('exchange/ccxt/endpoint.ts', INSTANCE, [
    [
      'gate',
      'an endpoint is on this machine',
      'if (!isLoopbackHost(url.hostname)) {',
      'if (false) {',
    ],
    ['gate', 'an endpoint is an address alone', "url.protocol !== 'http:' || !isBare", '!isBare'],
  ]),
  ...guardsOf('exchange/ccxt/urls.ts', INSTANCE, [
    [
      'gate',
      'a test system is never trusted to be one',
      'if (address !== null && isAllowed(reach, address)) continue;',
      'if (address !== null) continue;',
    ],
  ]),
  ...guardsOf('exchange/ccxt/instance.ts', INSTANCE, [
    ['gate', 'the library repeats no request', 'maxRetriesOnFailure: 0,', ''],
    [
      'gate',
      'no row makes it repeat one',
      "if ('maxRetriesOnFailure' in row.options) {",
      'if (false) {',
    ],
    ['gate', 'money is exact', "number: purpose === 'data' ? Number : String,", 'number: Number,'],
    [
      'gate',
      'market data have no keys',
      "of.purpose === 'data' ? null : credentials",
      'credentials',
    ],
    [
      'gate',
      'addresses of requests are checked',
      'assertAllowed(reach, url);\n    raw.sentAt',
      'raw.sentAt',
    ],
    [
      'gate',
      'keys are in no copy of a client',
      'get: () => secret?.reveal(),\n      enumerable: false,',
      'get: () => secret?.reveal(),\n      enumerable: true,',
    ],
    ['dedupe', 'numbers of a key rise', 'last = Math.max(last + 1, next());', 'last = next();'],
  ]),
  ...guardsOf(
    'exchange/ccxt/sequence.ts',
    ['exchange/ccxt/sequence'],
    [
      [
        'dedupe',
        'requests with numbers leave in turn',
        'if (!this.isBusy) return go();',
        'return go();',
      ],
      [
        'reservation',
        'a cancel goes first',
        'if (isUrgent) this.waiting.unshift(go);\n      else ',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/client-ids.ts',
    ['exchange/ccxt/client-ids'],
    [
      ['dedupe', 'an id of another program is none of ours', 'roleOf(text) === null ? null : ', ''],
      ['dedupe', 'a short id begins as ours', "text.startsWith('t') ? ours", "text !== '' ? ours"],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/order-request.ts',
    ['exchange/ccxt/order-request'],
    [
      ['gate', 'only proven shapes leave', 'one.timeInForce === wanted.timeInForce &&', ''],
      ['gate', 'what the library would round is not sent', 'if (fault) return fault;', ''],
      [
        'gate',
        'a limit keeps to the grid',
        'if (price === null || isOnGrid(price, tickSize)) continue;',
        'continue;',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/map.ts',
    ['exchange/ccxt/map'],
    [
      [
        'gate',
        'an order of another market is not looked at',
        'if (!of.market(symbol)) return null;',
        '',
      ],
      [
        'gate',
        'a fill of nothing is none',
        'if (!isPositive(price) || !isPositive(quantity)) throw',
        'if (price === quantity) throw',
      ],
      [
        'dedupe',
        'news that is no trade is no fill',
        "if (info['exec_type'] !== undefined && info['exec_type'] !== 'trade') return null;",
        '',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/foreign.ts',
    ['exchange/ccxt/map'],
    [
      [
        'gate',
        'amounts are bounded',
        'if (amount === null || amount > MOST_DIGITS) {',
        'if (amount === null) {',
      ],
      [
        'gate',
        'what came through a float is not believed',
        "typeof value === 'string' ? parseDecimal(value) : null;\n  if (amount === null ||",
        'parseDecimal(String(value));\n  if (amount === null ||',
      ],
      [
        'gate',
        'texts are bounded',
        'if (value.length > MOST_TEXT) throw',
        'if (value === null) throw',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/fill-pages.ts',
    ['exchange/ccxt/fill-pages'],
    [
      ['dedupe', 'a fill on two pages is one', 'if (found.has(key)) continue;', ''],
      [
        'gate',
        'a list in circles is not believed',
        'if (added === 0 || newest === null) throw',
        'if (newest === null) throw',
      ],
      [
        'gate',
        'a list without an end is not believed',
        'else from = until;\n  }\n  throw new',
        'else from = until;\n  }\n  void new',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/errors.ts',
    ['exchange/ccxt/errors'],
    [
      [
        'gate',
        'a failure of the exchange proves nothing',
        "if (status >= 500 && of.kind !== 'query') return",
        'if (status >= 999) return',
      ],
      [
        'gate',
        'an error that is not the library’s proves nothing',
        "if (!(error instanceof of.instance.errors.BaseError)) return { kind: 'unknownOutcome', reason };",
        '',
      ],
      [
        'gate',
        'an answer nobody read proves nothing',
        'if (isByStatus(error.message)) return byStatus(status, reason, of.kind);',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'exchange/ccxt/connection.ts',
    ['exchange/ccxt/connection'],
    [['gate', 'modes that are not offered', '  checkMode(plan, row);\n', '']],
  ),
  ...guardsOf(
    'exchange/ccxt/account-stream.ts',
    ['exchange/ccxt/account-stream'],
    [
      [
        'dedupe',
        'one message answers many calls',
        ' && newest - turn < LISTENED',
        '',
        'waiting calls',
      ],
    ],
  ),
];
