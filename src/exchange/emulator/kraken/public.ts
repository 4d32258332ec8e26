/** Kraken's public REST calls: times, assets, pairs, prices, candles, books, trades. */
import { mul, decimalOfInteger, toNumber, toText, type Decimal } from '../../../domain/decimal.ts';
import { type EpochMs, SECOND_MS, type Timeframe } from '../../../domain/time.ts';
import type { EmulatorCore } from '../dialect.ts';
import { invalid, refuse } from './errors.ts';
import type { Fields } from './fields.ts';
import { type KrakenNames, type KrakenPair, assetAltname, assetId } from './names.ts';
import { inSeconds, levelRow } from './rest-json.ts';

/** Candle lengths in minutes. */
export const INTERVALS: Readonly<Record<string, Timeframe>> = {
  1: '1m',
  5: '5m',
  15: '15m',
  30: '30m',
  60: '1h',
  240: '4h',
  1440: '1d',
  10080: '1w',
};

/** However far back is asked: older candles cannot be had. */
const MOST_CANDLES = 720;
const MOST_LEVELS = 500;
const MOST_TRADES = 1_000;
const HUNDRED = decimalOfInteger(100);
const NANOSECONDS = 1_000_000n;
const ASSET_DIGITS = 10;

type Call = (fields: Fields) => unknown;

/** Answers public calls by their names; throws KrakenError. */
export class PublicCalls {
  private readonly core: EmulatorCore;
  private readonly names: KrakenNames;
  private readonly calls: Readonly<Record<string, Call>>;

  constructor(core: EmulatorCore, names: KrakenNames) {
    this.core = core;
    this.names = names;
    this.calls = {
      Time: () => this.time(),
      SystemStatus: () => ({ status: 'online', timestamp: secondsText(core.clock.now()) }),
      Assets: (fields) => this.assets(fields),
      AssetPairs: (fields) => this.pairs(fields),
      Ticker: (fields) => this.tickers(fields),
      OHLC: (fields) => this.candles(fields),
      Depth: (fields) => this.depth(fields),
      Trades: (fields) => this.trades(fields),
      Spread: (fields) => this.spread(fields),
    };
  }

  answer(name: string, fields: Fields): unknown {
    const call = Object.hasOwn(this.calls, name) ? this.calls[name] : undefined;
    return call ? call(fields) : refuse('EGeneral:Unknown method');
  }

  private time(): unknown {
    const now = this.core.clock.now();
    return { unixtime: Math.floor(inSeconds(now)), rfc1123: new Date(now).toUTCString() };
  }

  private assets(fields: Fields): unknown {
    const asked = fields.text('asset')?.split(',');
    const chosen = asked?.map((name) => this.names.asset(name) ?? refuse('EQuery:Unknown asset'));
    const rows = (chosen ?? this.names.assets).map((asset) => [
      assetId(asset),
      {
        aclass: 'currency',
        altname: assetAltname(asset),
        decimals: ASSET_DIGITS,
        display_decimals: 5,
        status: 'enabled',
      },
    ]);
    return Object.fromEntries(rows);
  }

  private pairs(fields: Fields): unknown {
    const rows = this.chosen(fields).map((pair) => [pair.id, this.pairRow(pair)]);
    return Object.fromEntries(rows);
  }

  private pairRow(pair: KrakenPair): unknown {
    const { market, altname, wsname, base, quote, priceDigits, lotDigits } = pair;
    const isOpen = this.core.market.status(pair.symbol) === 'trading';
    return {
      altname,
      wsname,
      aclass_base: 'currency',
      base: assetId(base),
      aclass_quote: 'currency',
      quote: assetId(quote),
      lot: 'unit',
      cost_decimals: ASSET_DIGITS,
      pair_decimals: priceDigits,
      lot_decimals: lotDigits,
      lot_multiplier: 1,
      leverage_buy: [],
      leverage_sell: [],
      fees: [[0, percent(market.takerFeeRate)]],
      fees_maker: [[0, percent(market.makerFeeRate)]],
      fee_volume_currency: 'ZUSD',
      margin_call: 80,
      margin_stop: 40,
      ordermin: toText(market.minQuantity),
      costmin: toText(market.minNotional),
      tick_size: toText(market.tickSize),
      status: isOpen ? 'online' : 'cancel_only',
    };
  }

  private tickers(fields: Fields): unknown {
    return Object.fromEntries(this.chosen(fields).map((pair) => [pair.id, this.ticker(pair)]));
  }

  private ticker(pair: KrakenPair): unknown {
    const { symbol, priceDigits } = pair;
    const day = this.core.market.day(symbol);
    const { bids, asks } = this.core.market.book(symbol);
    const price = (value: number): string => value.toFixed(priceDigits);
    const twice = <T>(value: T): [T, T] => [value, value];
    const level = (
      at: { readonly price: number; readonly quantity: number } | undefined,
    ): unknown =>
      at ? [price(at.price), String(Math.ceil(at.quantity)), at.quantity.toFixed(3)] : [];
    const last = this.core.market.trades(symbol, 1).at(-1);
    return {
      a: level(asks[0]),
      b: level(bids[0]),
      c: [price(day.last), (last?.quantity ?? 0).toFixed(8)],
      v: twice(day.volume.toFixed(8)),
      p: twice(price(day.volume > 0 ? day.quoteVolume / day.volume : day.last)),
      t: twice(day.count),
      l: twice(price(day.low)),
      h: twice(price(day.high)),
      o: price(day.open),
    };
  }

  private candles(fields: Fields): unknown {
    const pair = this.one(fields);
    const timeframe = INTERVALS[fields.text('interval') ?? '1'] ?? invalid('interval');
    const since = (fields.number('since') ?? 0) * SECOND_MS;
    if (Number.isNaN(since)) invalid('since');
    const newest = { since: null, until: null, limit: MOST_CANDLES };
    const candles = this.core.market.candles(pair.symbol, timeframe, newest);
    const rows = candles
      .filter(({ openTime }) => openTime > since)
      .map(({ openTime, open, high, low, close, volume }) => {
        const prices = [open, high, low, close].map((value) => value.toFixed(pair.priceDigits));
        const average = ((high + low + close) / 3).toFixed(pair.priceDigits);
        return [inSeconds(openTime), ...prices, average, volume.toFixed(8), volume > 0 ? 1 : 0];
      });
    // What is asked for next time: the newest candle that is finished.
    return { [pair.id]: rows, last: inSeconds(candles.at(-2)?.openTime ?? 0) };
  }

  private depth(fields: Fields): unknown {
    const pair = this.one(fields);
    const count = fields.number('count') ?? 100;
    if (!(count >= 1 && count <= MOST_LEVELS)) invalid('count');
    const { bids, asks } = this.core.market.book(pair.symbol);
    const now = this.core.clock.now();
    const rows = (levels: typeof bids): unknown =>
      levels.slice(0, count).map((level) => levelRow(level, pair, now));
    return { [pair.id]: { asks: rows(asks), bids: rows(bids) } };
  }

  private trades(fields: Fields): unknown {
    const pair = this.one(fields);
    const count = fields.number('count') ?? MOST_TRADES;
    if (!(count >= 1 && count <= MOST_TRADES)) invalid('count');
    const since = tradesSince(fields.text('since'));
    const known = this.core.market.trades(pair.symbol, MOST_TRADES);
    const chosen =
      since === null
        ? known.slice(-count)
        : known.filter(({ time }) => time > since).slice(0, count);
    const rows = chosen.map(({ price, quantity, time, side, id }) => [
      price.toFixed(pair.priceDigits),
      quantity.toFixed(8),
      inSeconds(time),
      side === 'buy' ? 'b' : 's',
      'm',
      '',
      id,
    ]);
    const newest = chosen.at(-1)?.time ?? since ?? this.core.clock.now();
    return { [pair.id]: rows, last: (BigInt(Math.floor(newest)) * NANOSECONDS).toString() };
  }

  private spread(fields: Fields): unknown {
    const pair = this.one(fields);
    const { bids, asks } = this.core.market.book(pair.symbol);
    const now = Math.floor(inSeconds(this.core.clock.now()));
    const price = (at: { readonly price: number } | undefined): string =>
      (at?.price ?? 0).toFixed(pair.priceDigits);
    return { [pair.id]: [[now, price(bids[0]), price(asks[0])]], last: now };
  }

  private chosen(fields: Fields): readonly KrakenPair[] {
    const asked = fields.text('pair')?.split(',');
    return asked?.map((name) => this.pair(name)) ?? this.names.pairs;
  }

  private one(fields: Fields): KrakenPair {
    return this.pair(fields.text('pair') ?? '');
  }

  private pair(name: string): KrakenPair {
    return this.names.pair(name) ?? refuse('EQuery:Unknown asset pair');
  }
}

const percent = (rate: Decimal): number => toNumber(mul(rate, HUNDRED));

/** `2024-07-22T16:34:44Z`. */
export const secondsText = (time: EpochMs): string =>
  new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

/** Seconds, or the nanoseconds that `last` says; null when nothing is said. */
function tradesSince(text: string | undefined): EpochMs | null {
  if (text === undefined || text === '0') return null;
  if (!/^\d{1,20}$/.test(text)) return invalid('since');
  const value = Number(text);
  return text.length > 13 ? Number(BigInt(text) / NANOSECONDS) : value * SECOND_MS;
}
