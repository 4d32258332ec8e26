/** Market lists as the four exchanges send them, cut to two markets each. */
import type { AnswerRequest, WireAnswer } from './wire-kit.ts';

const binanceSymbol = (base: string, of: { tick: string; step: string; status?: string }) => ({
  symbol: `${base}USDT`,
  status: of.status ?? 'TRADING',
  baseAsset: base,
  quoteAsset: 'USDT',
  baseAssetPrecision: 8,
  quotePrecision: 8,
  orderTypes: [
    'LIMIT',
    'LIMIT_MAKER',
    'MARKET',
    'STOP_LOSS',
    'STOP_LOSS_LIMIT',
    'TAKE_PROFIT',
    'TAKE_PROFIT_LIMIT',
  ],
  isSpotTradingAllowed: true,
  isMarginTradingAllowed: false,
  permissions: ['SPOT'],
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: of.tick, maxPrice: '1000000.00', tickSize: of.tick },
    { filterType: 'LOT_SIZE', minQty: of.step, maxQty: '9000.00', stepSize: of.step },
    { filterType: 'MARKET_LOT_SIZE', minQty: '0.00000000', maxQty: '120.00' },
    { filterType: 'NOTIONAL', minNotional: '5.00000000', maxNotional: '9000000.00' },
  ],
});

const krakenPair = (base: string, id: string) => ({
  altname: `${base}USD`,
  wsname: `${base}/USD`,
  aclass_base: 'currency',
  base: id,
  aclass_quote: 'currency',
  quote: 'ZUSD',
  pair_decimals: 1,
  cost_decimals: 5,
  lot_decimals: 8,
  lot_multiplier: 1,
  fees: [[0, 0.4]],
  fees_maker: [[0, 0.25]],
  fee_volume_currency: 'ZUSD',
  ordermin: '0.00005',
  costmin: '0.5',
  tick_size: '0.1',
  status: 'online',
});

const asset = (altname: string, decimals: number) => ({
  aclass: 'currency',
  altname,
  decimals,
  display_decimals: 5,
  status: 'enabled',
});

const instrument = (base: string) => ({
  symbol: `${base}_USDT`,
  inst_type: 'CCY_PAIR',
  display_name: `${base}/USDT`,
  base_ccy: base,
  quote_ccy: 'USDT',
  quote_decimals: 2,
  quantity_decimals: 5,
  price_tick_size: '0.01',
  qty_tick_size: '0.00001',
  max_leverage: '50',
  tradable: true,
  expiry_timestamp_ms: 0,
  beta_product: false,
});

const ok = (body: unknown): WireAnswer => ({ body });

/** Answers by path, of each exchange; a path that is missing throws. */
export const MARKET_ANSWERS: Readonly<Record<string, Readonly<Record<string, WireAnswer>>>> = {
  binance: {
    '/api/v3/exchangeInfo': ok({
      symbols: [
        binanceSymbol('BTC', { tick: '0.01000000', step: '0.00001000' }),
        binanceSymbol('PEPE', { tick: '0.00000001', step: '1.00000000' }),
        binanceSymbol('OLD', { tick: '0.01000000', step: '0.00001000', status: 'BREAK' }),
      ],
    }),
  },
  kraken: {
    '/0/public/Assets': ok({
      error: [],
      result: { XXBT: asset('XBT', 10), XETH: asset('ETH', 10), ZUSD: asset('USD', 4) },
    }),
    '/0/public/AssetPairs': ok({
      error: [],
      result: { XXBTZUSD: krakenPair('XBT', 'XXBT'), XETHZUSD: krakenPair('ETH', 'XETH') },
    }),
  },
  gemini: {
    '/v1/symbols': ok(['btcusd', 'ethusd', 'btcgusdperp']),
    '/v1/symbols/details/btcusd': ok(
      '{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":1E-8,' +
        '"quote_increment":0.01,"min_order_size":"0.00001","status":"open","wrap_enabled":false}',
    ),
  },
  cryptocom: {
    '/exchange/v1/public/get-instruments': ok({
      id: 1,
      method: 'public/get-instruments',
      code: 0,
      result: { data: [instrument('BTC'), instrument('ETH')] },
    }),
  },
};

/** The symbol of bitcoin that the lists above have. */
export const SYMBOL: Readonly<Record<string, string>> = {
  binance: 'BTC/USDT',
  kraken: 'BTC/USD',
  gemini: 'BTC/USD',
  cryptocom: 'BTC/USDT',
};

/** Answers the market list of an exchange and gives everything else to `others`. */
export function withMarkets(id: string, others: AnswerRequest): AnswerRequest {
  return (request) => MARKET_ANSWERS[id]?.[request.url.pathname] ?? others(request);
}
