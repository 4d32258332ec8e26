import type { StrategyDefinition } from '../ports.ts';
import { bollinger } from './bollinger.ts';
import { breakout } from './breakout.ts';
import { emaCross } from './ema-cross.ts';
import { grid } from './grid.ts';
import { macd } from './macd.ts';
import { rsiReversion } from './rsi-reversion.ts';
import { smaCross } from './sma-cross.ts';

/** Every built-in strategy. A new one is a file, its test and a line here. */
export const STRATEGIES: readonly StrategyDefinition[] = [
  smaCross,
  emaCross,
  macd,
  rsiReversion,
  bollinger,
  breakout,
  grid,
];

/** The strategy of that name; null if there is none. */
export function findStrategy(name: string): StrategyDefinition | null {
  return STRATEGIES.find((strategy) => strategy.name === name) ?? null;
}
