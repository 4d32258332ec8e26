import {
  add,
  type Decimal,
  decimal,
  decimalOfInteger,
  div,
  gte,
  isPositive,
  lt,
  max,
  mul,
  ONE,
  parseDecimal,
  ZERO,
} from '../../domain/decimal.ts';
import { InputError } from '../../domain/errors.ts';
import type { Market } from '../../domain/market.ts';
import { shownSymbol } from '../../domain/safe-text.ts';
import type { Instance } from './instance-type.ts';
import type { ExchangePlan } from './plan.ts';
import type { ExchangeRow } from './row.ts';
import { alikeSymbols } from './symbols.ts';

/** Waits before each attempt, ms. */
const WAITS_MS = [0, 1_000, 3_000] as const;
/** What the library's `precision` counts; otherwise it is the grid itself. */
const DECIMAL_PLACES = 2;
const SIGNIFICANT_DIGITS = 3;
/** Finest price grid there is where prices have so many significant digits. */
const FINEST_TICK = decimal('0.00000001');

/**
 * The plan's markets as the exchange has them now, with exact grids. The library keeps a failure
 * as if it were an answer, so it is always asked anew. Throws InputError for a symbol that is
 * unknown, not traded now, or no spot market, and what the last of three attempts threw.
 */
export async function loadMarkets(
  instance: Instance,
  plan: ExchangePlan,
  row: ExchangeRow,
): Promise<readonly Market[]> {
  await loadAnew(instance, plan, row);
  return marketsOf(instance, plan, row);
}

/** The same of a client that knows its markets. Throws InputError as `loadMarkets` does. */
export function marketsOf(
  instance: Instance,
  plan: ExchangePlan,
  row: ExchangeRow,
): Promise<readonly Market[]> {
  const symbols = plan.isLenient === true ? tradedOf(instance, plan) : plan.symbols;
  return Promise.all(symbols.map(async (symbol) => toMarket(instance, symbol, row)));
}

/** Those of the plan's markets that are traded now, perhaps none, asked anew. Throws as above. */
export async function reloadMarkets(
  instance: Instance,
  plan: ExchangePlan,
  row: ExchangeRow,
): Promise<readonly Market[]> {
  await loadAnew(instance, plan, row);
  const traded = plan.symbols.filter((symbol) => isTraded(instance, symbol));
  return Promise.all(traded.map(async (symbol) => toMarket(instance, symbol, row)));
}

function isTraded(instance: Instance, symbol: string): boolean {
  const raw = rawMarket(instance, symbol);
  return raw?.spot === true && raw.active !== false;
}

/** Of symbols that nobody named those that are traded; all of them where none is. */
function tradedOf(instance: Instance, { symbols }: ExchangePlan): readonly string[] {
  const traded = symbols.filter((symbol) => isTraded(instance, symbol));
  return traded.length > 0 ? traded : symbols;
}

async function loadAnew(instance: Instance, plan: ExchangePlan, row: ExchangeRow): Promise<void> {
  for (const [attempt, waitMs] of WAITS_MS.entries()) {
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      if (row.marketsBy === 'details') await loadDetails(instance, plan);
      else await instance.loadMarkets(true);
      return;
    } catch (error) {
      const isLast = attempt === WAITS_MS.length - 1;
      if (isLast || !(error instanceof instance.errors.NetworkError)) throw error;
    }
  }
}

/**
 * gemini: names of all markets, and the grids of those of the plan. The library would read the
 * grids from a web page.
 */
async function loadDetails(instance: Instance, { symbols }: ExchangePlan): Promise<void> {
  const ids = await instance.raw('publicGetV1Symbols');
  if (!Array.isArray(ids)) throw new instance.errors.BadResponse('no list of symbols');
  const known = ids.filter((id) => typeof id === 'string');
  const wanted = known.filter((id) => symbols.some((symbol) => idOf(symbol) === id));
  const details = await Promise.all(
    wanted.map(async (symbol) => instance.raw('publicGetV1SymbolsDetailsSymbol', { symbol })),
  );
  const others = known.filter((id) => !wanted.includes(id));
  instance.setMarkets([...others, ...details].map((one) => instance.parseMarket(one)));
}

const idOf = (symbol: string): string => symbol.replace('/', '').toLowerCase();

interface RawMarket {
  readonly base?: unknown;
  readonly quote?: unknown;
  readonly spot?: unknown;
  readonly active?: unknown;
  readonly maker?: unknown;
  readonly taker?: unknown;
  readonly precision?: { readonly price?: unknown; readonly amount?: unknown };
  readonly limits?: {
    readonly amount?: { readonly min?: unknown };
    readonly cost?: { readonly min?: unknown };
  };
}

function rawMarket({ markets }: Instance, symbol: string): RawMarket | undefined {
  return markets && Object.hasOwn(markets, symbol) ? (markets[symbol] as RawMarket) : undefined;
}

async function toMarket(instance: Instance, symbol: string, row: ExchangeRow): Promise<Market> {
  const raw = rawMarket(instance, symbol);
  const place = `exchange ${row.id}: symbol ${shownSymbol(symbol)}`;
  if (raw === undefined) {
    const alike = alikeSymbols(symbol, Object.keys(instance.markets ?? {}));
    const hint = alike.length === 0 ? '' : `; did you mean ${alike.join(', ')}?`;
    throw new InputError(`${place} is unknown there${hint}`);
  }
  if (raw.spot !== true) throw new InputError(`${place} is no spot market: only those are traded`);
  if (raw.active === false) throw new InputError(`${place} is not traded there now`);
  const { base, quote, precision, limits } = raw;
  if (typeof base !== 'string' || typeof quote !== 'string') {
    throw new InputError(`${place}: the exchange does not tell its assets`);
  }
  const grids = {
    tickSize: await priceGrid(instance, symbol, precision?.price),
    stepSize: amountGrid(instance, precision?.amount),
  };
  if (grids.tickSize === null || grids.stepSize === null) {
    throw new InputError(`${place}: the exchange does not tell its price and quantity steps`);
  }
  return {
    symbol,
    kind: 'spot',
    base,
    quote,
    settle: quote,
    tickSize: grids.tickSize,
    stepSize: grids.stepSize,
    minQuantity: exact(limits?.amount?.min) ?? ZERO,
    minNotional: exact(limits?.cost?.min) ?? ZERO,
    contractSize: ONE,
    makerFeeRate: exact(raw.maker) ?? decimal(row.fees.maker),
    takerFeeRate: exact(raw.taker) ?? decimal(row.fees.taker),
    maxLeverage: 1,
    maintenanceMarginFraction: ZERO,
  };
}

/** Decimal text of the library as it is; null for what is none. */
export function exact(value: unknown): Decimal | null {
  return typeof value === 'string' || typeof value === 'number' ? parseDecimal(`${value}`) : null;
}

function amountGrid({ precisionMode }: Instance, said: unknown): Decimal | null {
  const value = exact(said);
  if (value === null) return null;
  // Significant digits are a matter of prices; amounts are counted in places there.
  if (precisionMode === DECIMAL_PLACES || precisionMode === SIGNIFICANT_DIGITS) {
    return placesGrid(value);
  }
  return isPositive(value) ? value : null;
}

/**
 * Where prices have so many significant digits, their grid is that of the price now: a tick of
 * tomorrow may be ten times finer or coarser, which is why such an exchange is not traded.
 */
async function priceGrid(
  instance: Instance,
  symbol: string,
  said: unknown,
): Promise<Decimal | null> {
  const value = exact(said);
  if (value === null) return null;
  if (instance.precisionMode === DECIMAL_PLACES) return placesGrid(value);
  if (instance.precisionMode !== SIGNIFICANT_DIGITS) return isPositive(value) ? value : null;
  const ticker = (await instance.fetchTicker(symbol)) as { readonly last?: unknown } | undefined;
  const last = exact(ticker?.last);
  return last === null || !isPositive(last) ? null : significantGrid(last, value);
}

function placesGrid(places: Decimal): Decimal | null {
  for (let count = 0, grid = ONE; count <= 18; count++, grid = div(grid, TEN)) {
    if (decimalOfInteger(count) === places) return grid;
  }
  return null;
}

const TEN = decimal('10');

function significantGrid(price: Decimal, digits: Decimal): Decimal {
  // The place of the first digit, then down to the place of the last one.
  let grid = ONE;
  while (gte(price, mul(grid, TEN))) grid = mul(grid, TEN);
  while (lt(price, grid)) grid = div(grid, TEN);
  for (let count = ONE; lt(count, digits); count = add(count, ONE)) grid = div(grid, TEN);
  return max(grid, FINEST_TICK);
}
