/** The strategies of a run: those that were typed, else the configured ones of its account. */
import type { LoadedConfig } from '../config/load.ts';
import { quoted } from '../config/nearest.ts';
import { InputError, required } from '../domain/errors.ts';
import { parseSizing, SIZING_HELP, type Sizing } from '../domain/sizing.ts';
import { timeframeMs, type Timeframe } from '../domain/time.ts';
import type { StrategyDefinition } from '../ports.ts';
import type { RunRequest } from './assemble.ts';
import { checkParams, requireStrategy, type RawParams } from './params.ts';
import type { StrategyInstance } from './run-options.ts';
import type { Mode } from './session-types.ts';
import { type UserStrategies, askStrategy, parseSpec } from './user-strategies/user-strategies.ts';

export const AD_HOC_SIZING = 'percent:20';

export interface MarketChoice {
  readonly mode: Mode;
  readonly symbols: readonly string[];
  readonly timeframe: Timeframe;
  /** Of several accounts the one meant; left out where there is only one place to trade. */
  readonly account?: { readonly name: string; readonly isFirst: boolean };
}

/** Sizing as typed. Throws InputError. */
export function checkSizing(text: string, place = '--sizing'): Sizing {
  const sizing = parseSizing(text);
  if (sizing === null) {
    throw new InputError(`${place} is ${quoted(text)}; allowed: ${SIZING_HELP}`);
  }
  return sizing;
}

/** Instances of `--strategy`: ids are the names, numbered where a name runs twice. */
export async function adHocInstances(
  request: RunRequest,
  market: MarketChoice,
  of: { readonly cwd: string; readonly userStrategies: UserStrategies },
): Promise<StrategyInstance[]> {
  const sizing = checkSizing(request.sizing ?? AD_HOC_SIZING);
  const asked = await Promise.all(
    request.strategies.map((text) => askStrategy(parseSpec(text), of.cwd)),
  );
  const seen = new Map<string, number>();
  return asked.map((one) => {
    const { name, params } = one;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const id = count === 1 ? name : `${name}-${count}`;
    const definition = of.userStrategies.define(id, one);
    return adHocInstance({ id, name, params, sizing, market, definition });
  });
}

/** One instance with what is typed and nothing else: no stop, no target. */
export function adHocInstance(of: {
  readonly id: string;
  readonly name: string;
  readonly params: RawParams;
  readonly sizing: Sizing;
  readonly market: Pick<MarketChoice, 'symbols' | 'timeframe'>;
  /** Null or left out: a built-in. */
  readonly definition?: StrategyDefinition | null;
}): StrategyInstance {
  return {
    id: of.id,
    strategy: of.name,
    symbols: of.market.symbols,
    timeframe: of.market.timeframe,
    params: of.params,
    sizing: of.sizing,
    enabled: true,
    stopFraction: null,
    targetFraction: null,
    trailFraction: null,
    ...(of.definition && { definition: of.definition }),
  };
}

/** Configured instances on the markets of this run; what has none is left out, with a note. */
export function configuredInstances(
  config: LoadedConfig,
  request: RunRequest,
  market: MarketChoice,
  notes: string[],
): StrategyInstance[] {
  if (request.sizing !== null) {
    throw new InputError('--sizing belongs to --strategy; name one, or edit config/strategies/');
  }
  return ofAccount(config, market).flatMap((instance) => {
    const symbols = instance.symbols.filter((symbol) => market.symbols.includes(symbol));
    const short =
      market.mode === 'replay' && timeframeMs(instance.timeframe) < timeframeMs(market.timeframe);
    if (symbols.length === 0 || short) {
      const why = short
        ? `candles of ${market.timeframe} are too long`
        : 'its symbols are not in this run';
      notes.push(`strategy ${instance.id} is left out: ${why}`);
      return [];
    }
    return [{ ...instance, symbols }];
  });
}

/** Instances of the run's account: those that name it, and for the first one those that name none. */
function ofAccount(config: LoadedConfig, { account }: MarketChoice): StrategyInstance[] {
  const instances = checkInstances(config);
  if (account === undefined) return instances;
  return instances.filter(({ id }) => {
    const named = config.instances.find((one) => one.id === id)?.account ?? null;
    return named === null ? account.isFirst : named === account.name;
  });
}

/** Every configured instance, name and parameters checked. Throws InputError. */
export function checkInstances(config: LoadedConfig): StrategyInstance[] {
  return config.instances.map(({ source, account: _account, ...instance }) => {
    const definition = requireStrategy(instance.strategy, source);
    checkParams(definition, instance.params, source);
    const sizing = required(parseSizing(instance.sizing), `sizing of ${instance.id}`);
    return { ...instance, sizing };
  });
}
