/** Guards of market data from outside, of downloads, and of sessions at an exchange. */
import { guardsOf, type Mutant } from './guard.ts';

const STREAM = ['exchange/ccxt/feed-lines', 'exchange/ccxt/stream'];

export const MARKET_GUARDS: readonly Mutant[] = [
  ...guardsOf('exchange/ccxt/trade-line.ts', STREAM, [
    ['dedupe', 'a print is taken once', 'if (this.known.has(mapped.id)) return null;', ''],
    ['dedupe', 'whole lists are searched after a break', 'this.thorough = THOROUGH_LOOKS;', ''],
  ]),
  ...guardsOf('exchange/ccxt/candle-line.ts', STREAM, [
    ['gate', 'the open minute is not handed on', 'return isOver && openTime', 'return openTime'],
    [
      'dedupe',
      'a minute is handed on once',
      'if (openTime <= this.last || this.final.has(openTime)) return;',
      '',
    ],
    ['gate', 'rows of before a break are doubted', 'if (this.isDoubted(candle)) continue;', ''],
    [
      'gate',
      'a missing minute is waited for',
      'next && next.openTime <= this.completeUntil',
      'next',
    ],
  ]),
  ...guardsOf(
    'exchange/ccxt/book-check.ts',
    ['exchange/ccxt/book-check'],
    [
      ['gate', 'a crossed book is none', 'if (bid >= ask) return', 'if (bid === Infinity) return'],
      [
        'gate',
        'levels are in order',
        'if ((price - last) * direction <= 0) return',
        'if (price < 0) return',
      ],
    ],
  ),
  ...guardsOf('exchange/ccxt/market-data.ts', STREAM, [
    [
      'gate',
      'a print of another market',
      "if (typeof named === 'string' && named !== symbol) return FAULT;",
      '',
    ],
  ]),
  ...guardsOf(
    'exchange/ccxt/history.ts',
    ['exchange/ccxt/history'],
    [
      [
        'gate',
        'candles that are open are left out',
        'openTime >= from && openTime < end',
        'openTime >= from',
      ],
    ],
  ),
  ...guardsOf('exchange/ccxt/feed-health.ts', STREAM, [
    [
      'gate',
      'silence of a stream is told',
      'age !== null && age <= SILENCE_MS[this.kind]',
      'age !== null',
    ],
  ]),
  ...guardsOf(
    'exchange/emulator/server.ts',
    ['exchange/emulator/server'],
    [
      [
        'gate',
        'the local exchange is on this machine alone',
        "const HOST = '127.0.0.1';",
        "const HOST = '0.0.0.0';",
      ],
      [
        'gate',
        'no page of a browser moves it',
        'isFromBrowser(request) ? FOR_PROGRAMS : options.control(request)',
        'options.control(request)',
      ],
    ],
  ),
  ...guardsOf(
    'store/candles.ts',
    ['app/data/cache'],
    [
      [
        'checksum',
        'of downloaded candles',
        'if (sha256Of(text) !== note.sha256) {',
        'if (false) {',
      ],
      [
        'dedupe',
        'a candle is kept once',
        'byTime.set(one.openTime, one);\n  const candles',
        'byTime.set(one.openTime + 0.5, one);\n  const candles',
      ],
    ],
  ),
  ...guardsOf(
    'store/candle-pages.ts',
    ['app/data/cache'],
    [
      [
        'checksum',
        'of a downloaded page',
        "json === '' || line.slice(0, MARK) !== markOf(json)",
        "json === ''",
      ],
      [
        'checksum',
        'a torn page is cut off',
        'if (good < Buffer.byteLength(text)) truncateSync(this.path, good);',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'app/data/download.ts',
    ['app/data/download'],
    [
      [
        'gate',
        'a local exchange of another seed is another market',
        '    await this.dropOther();\n',
        '',
      ],
      [
        'gate',
        'the newest candle may still change',
        'this.connection.clock.now() - SETTLE_MS',
        'this.connection.clock.now() + 1e9',
      ],
      [
        'gate',
        'newest candles only are no whole history',
        'if (hasOldCandles || oldest <= from || oldest === Infinity) return;',
        'return;',
      ],
    ],
  ),
  ...guardsOf(
    'config/files.ts',
    ['app/exchange/choice', 'config/load'],
    [
      [
        'lock',
        'practice at a local exchange has books of its own',
        "place.emulator === true ? '-emulator' : ''",
        "''",
      ],
      [
        'gate',
        'an endpoint of the configuration is on this machine',
        'return isLoopbackHost(url.hostname);',
        'return true;',
      ],
    ],
  ),
  ...guardsOf(
    'app/exchange/choice.ts',
    ['app/exchange/choice'],
    [
      [
        'gate',
        'a sandbox is not traded live',
        "if (mode === 'live' && file.sandbox === true) {",
        'if (false) {',
      ],
      ['gate', 'derivatives are not traded', 'if (other !== undefined) {', "if (other === '') {"],
      [
        'gate',
        'one account counts in one currency',
        'if (foreign === undefined) return;',
        'return;',
      ],
      [
        'gate',
        'a mode that is not proven',
        'if (offer === undefined || offer.offered || isEmulated) return;',
        'return;',
      ],
      [
        'gate',
        'an exchange without a row trades nothing',
        "if (row === undefined && mode !== 'paper') {",
        'if (false) {',
      ],
    ],
  ),
  ...guardsOf(
    'app/exchange/market-watch.ts',
    ['app/exchange/market-watch'],
    [
      [
        'gate',
        'a clock far off takes no entries',
        "off > receiveWindowMs / 2 ? 'paused'",
        "off > Infinity ? 'paused'",
      ],
      [
        'dedupe',
        'markets are asked for once a minute',
        'if (now - this.lastAt < GAP_MS) return Promise.resolve();',
        '',
      ],
    ],
  ),
  ...guardsOf(
    'app/live-pacer.ts',
    ['app/live-pacer'],
    [
      [
        'gate',
        'nobody decides on an old candle',
        "if (event.kind === 'candle' && isOld(event, now)) ports.warm(event);\n      else ",
        '',
      ],
      [
        'gate',
        'the market waits for the disk',
        'if (ports.isBlocked()) return this.waitForDisk();',
        '',
      ],
      [
        'dedupe',
        'the newest book is enough',
        'if (!this.books.has(event.symbol)) this.queue.push(event);',
        'this.queue.push(event);',
      ],
    ],
  ),
  ...guardsOf(
    'app/build.ts',
    ['app/live/live-session'],
    [
      [
        'lock',
        'an account is traded from one place',
        "return [id, account, venue, endpoint ?? ''].join(' ');",
        'return directory;',
        'only one of its account',
      ],
    ],
  ),
];
