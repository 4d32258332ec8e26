import {
  type Decimal,
  decimal,
  isPositive,
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

/** Attempts, and the waits before the second and third, ms. */
const WAITS_MS = [0, 1_000, 3_000] as const;

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
  await loadAnew(instance);
  return plan.symbols.map((symbol) => toMarket(instance, symbol, row));
}

async function loadAnew(instance: Instance): Promise<void> {
  for (const [attempt, waitMs] of WAITS_MS.entries()) {
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      await instance.loadMarkets(true);
      return;
    } catch (error) {
      const isLast = attempt === WAITS_MS.length - 1;
      if (isLast || !(error instanceof instance.errors.NetworkError)) throw error;
    }
  }
}

interface RawMarket {
  readonly symbol?: unknown;
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

function toMarket(instance: Instance, symbol: string, row: ExchangeRow): Market {
  const raw = (instance.markets ?? {})[symbol] as RawMarket | undefined;
  const place = `exchange ${row.id}: symbol ${shownSymbol(symbol)}`;
  if (raw === undefined) throw new InputError(`${place} is unknown there`);
  if (raw.spot !== true) throw new InputError(`${place} is no spot market: only those are traded`);
  if (raw.active === false) throw new InputError(`${place} is not traded there now`);
  const { base, quote } = raw;
  if (typeof base !== 'string' || typeof quote !== 'string')
    throw new InputError(`${place}: no assets`);
  const number = (value: unknown) => parseDecimal(String(value));
  const grid = (value: unknown): Decimal => {
    const found = number(value);
    if (found === null || !isPositive(found)) throw new InputError(`${place}: no grid`);
    return found;
  };
  return {
    symbol,
    kind: 'spot',
    base,
    quote,
    settle: quote,
    tickSize: grid(raw.precision?.price),
    stepSize: grid(raw.precision?.amount),
    minQuantity: number(raw.limits?.amount?.min) ?? ZERO,
    minNotional: number(raw.limits?.cost?.min) ?? ZERO,
    contractSize: ONE,
    makerFeeRate: number(raw.maker) ?? decimal(row.fees.maker),
    takerFeeRate: number(raw.taker) ?? decimal(row.fees.taker),
    maxLeverage: 1,
    maintenanceMarginFraction: ZERO,
  };
}
