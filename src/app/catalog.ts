/** What the command line says about strategies and indicators. */
import { toJsonSchema, describeAllowed } from '../config/issues.ts';
import { nearOrKnown, quoted } from '../config/nearest.ts';
import { createFileFeed } from '../backtest/feed.ts';
import { openDataFile } from '../backtest/data-file.ts';
import { InputError } from '../domain/errors.ts';
import { findIndicator, listIndicators, parseIndicatorParams } from '../indicators/registry.ts';
import type { IndicatorOutput, IndicatorParams } from '../indicators/spec.ts';
import { STRATEGIES } from '../strategies/registry.ts';
import { isUserFile } from '../strategies/host/user-file.ts';
import type { StrategyDefinition } from '../ports.ts';
import { paramSchemas, requireStrategy } from './params.ts';
import { definitionOfFile } from './user-strategies/user-strategies.ts';

/** A row of `strategies list --json`. */
export interface StrategyEntry {
  readonly name: string;
  readonly summary: string;
  /** JSON schema. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly timeframes: readonly string[];
  readonly canShort: boolean;
}

export function listStrategies(): StrategyEntry[] {
  return STRATEGIES.map(entryOf);
}

export interface ParamEntry {
  readonly name: string;
  readonly byDefault: string;
  readonly allowed: string;
  readonly text: string;
}

export interface StrategyDetails extends StrategyEntry {
  /** The same parameters for a table. */
  readonly paramList: readonly ParamEntry[];
  /** Candles before the first decision with default parameters. */
  readonly warmup: number;
}

/** Everything about a strategy, built in or a file. Throws InputError naming the nearest name. */
export async function showStrategy(name: string, cwd: string): Promise<StrategyDetails> {
  const definition = isUserFile(name)
    ? await definitionOfFile(name, cwd)
    : requireStrategy(name, 'strategies show');
  const entry = entryOf(definition);
  const paramList = paramSchemas(definition).map(([param, schema]) => ({
    name: param,
    byDefault: 'default' in schema ? JSON.stringify(schema['default']).replaceAll('"', '') : '-',
    allowed: describeAllowed(schema),
    text: typeof schema['description'] === 'string' ? schema['description'] : '',
  }));
  return { ...entry, paramList, warmup: definition.warmup({}) };
}

function entryOf({
  name,
  summary,
  params,
  timeframes,
  canShort,
}: StrategyDefinition): StrategyEntry {
  const { $schema: _schema, ...schema } = toJsonSchema(params);
  return { name, summary, params: schema, timeframes, canShort };
}

/** `indicators compute --json`. Times are open times of the candles, epoch ms. */
export interface IndicatorRun {
  readonly name: string;
  readonly params: IndicatorParams;
  /** null while warming up. */
  readonly values: readonly (readonly [number, IndicatorOutput | null])[];
}

/** Feeds a recorded file to an indicator. Throws InputError about name, parameter or file. */
export function computeIndicator(of: {
  readonly name: string;
  readonly file: string;
  readonly params: Readonly<Record<string, string>>;
}): IndicatorRun {
  const spec = findIndicator(of.name);
  if (spec === null) {
    const names = listIndicators().map(({ name }) => name);
    throw new InputError(`indicator ${quoted(of.name)} is unknown${nearOrKnown(of.name, names)}`);
  }
  const parsed = parseIndicatorParams(spec, of.params);
  if (parsed.kind === 'error') throw new InputError(`--param: ${parsed.message}`);
  const file = openDataFile(of.file, { symbol: '', timeframe: null });
  const end = createFileFeed(file).length;
  const candles = Array.from(createFileFeed(file, { from: end }).history(Infinity));
  const indicator = spec.create(parsed.params);
  const values = candles.map(({ candle }): [number, IndicatorOutput | null] => [
    candle.openTime,
    copyOf(indicator.update(candle)),
  ]);
  return { name: spec.name, params: parsed.params, values };
}

/** Indicators may reuse their output object. */
function copyOf(output: IndicatorOutput | null): IndicatorOutput | null {
  return typeof output === 'object' && output !== null ? { ...output } : output;
}
