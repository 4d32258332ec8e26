/** What simulated modes are made of: markets of files, venue model, strategies ready to run. */
import { decimal, ZERO } from '../domain/decimal.ts';
import { InputError } from '../domain/errors.ts';
import { type Market, parseSymbol } from '../domain/market.ts';
import { quoted } from '../config/nearest.ts';
import type { RuntimeSetup, StrategyRuntime } from '../engine/state.ts';
import type { SimModel } from '../exchange/sim/models.ts';
import { checkParams, describeParams, requireStrategy } from './params.ts';
import type { SimulationOptions, StrategyInstance } from './run-options.ts';

/** Of files, which tell no grids and rates of their own (DECISIONS 23, PRODUCT 9). */
const FILE_TICK = decimal('0.01');
const FILE_STEP = decimal('0.00000001');
const FILE_FEE_RATE = decimal('0.001');
/** The one account of a simulated mode. */
export const SIMULATED_ACCOUNT = 'paper';

/** What large venues grant and ask for on their first tier. */
const PERPETUAL = { maxLeverage: 125, maintenanceMarginFraction: decimal('0.004') } as const;

/** The market of a recorded file. Throws InputError when the symbol is none of ours. */
export function fileMarket(symbol: string, simulation: SimulationOptions): Market {
  const parts = parseSymbol(symbol);
  if (parts === null) {
    throw new InputError(`symbol ${quoted(symbol)}: allowed: BTC/USDT or BTC/USDT:USDT`);
  }
  const feeRate = simulation.feeRate ?? FILE_FEE_RATE;
  const perpetual = parts.kind === 'perpetual';
  return {
    symbol,
    ...parts,
    tickSize: simulation.tickSize ?? FILE_TICK,
    stepSize: simulation.stepSize ?? FILE_STEP,
    minQuantity: ZERO,
    minNotional: ZERO,
    contractSize: decimal('1'),
    makerFeeRate: feeRate,
    takerFeeRate: feeRate,
    maxLeverage: perpetual ? PERPETUAL.maxLeverage : 1,
    maintenanceMarginFraction: perpetual ? PERPETUAL.maintenanceMarginFraction : ZERO,
  };
}

/** The venue's model from the options. */
export function toSimModel(simulation: SimulationOptions): SimModel {
  const { fill, slippageBps, spreadFraction, latencyMs, leverage } = simulation;
  return { fill, slippageBps, spreadFraction, latencyMs, leverage };
}

/** One runtime per symbol of an instance. Throws InputError about name or parameters. */
export function toRuntimes(instance: StrategyInstance): RuntimeSetup[] {
  const definition = instance.definition ?? requireStrategy(instance.strategy, instance.id);
  const { id, timeframe, sizing, enabled, stopFraction, targetFraction, trailFraction } = instance;
  // Defaults of the schema are completed here, so that everything prints what really ran.
  const params = checkParams(definition, instance.params as Record<string, never>, id);
  const paramSpecs = describeParams(definition);
  const exits = { stopFraction, targetFraction, trailFraction };
  return instance.symbols.map((symbol) => {
    return { id, definition, params, paramSpecs, symbol, timeframe, sizing, enabled, ...exits };
  });
}

/** Instances on the markets that there are; one without any is left out. */
export function onMarkets(
  instances: readonly StrategyInstance[],
  markets: readonly Market[],
): StrategyInstance[] {
  return instances.flatMap((instance) => {
    const symbols = instance.symbols.filter((name) =>
      markets.some(({ symbol }) => symbol === name),
    );
    return symbols.length === 0 ? [] : [{ ...instance, symbols }];
  });
}

/** Instances with the parameters that the configuration gave their runtimes since. */
export function asConfigured(
  instances: readonly StrategyInstance[],
  runtimes: readonly Pick<StrategyRuntime, 'id' | 'configured'>[],
): StrategyInstance[] {
  return instances.map((instance) => {
    const runtime = runtimes.find(({ id }) => id === instance.id);
    if (!runtime) return instance;
    return { ...instance, params: runtime.configured as StrategyInstance['params'] };
  });
}
