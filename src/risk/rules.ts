import type { RiskRule } from './rule.ts';
import {
  funds,
  marketGrid,
  minNotional,
  protectionSide,
  shortNotAllowed,
  sizeOfExit,
} from './rules/venue-rules.ts';
import {
  clusterExposure,
  exposureGross,
  exposureNet,
  maxAccountPosition,
  maxNotional,
  maxPosition,
  maxPositions,
} from './rules/size-rules.ts';
import { openRisk, riskPerTrade } from './rules/loss-rules.ts';
import {
  badFeed,
  cooldown,
  duplicateIntent,
  expireTime,
  orderRate,
  staleData,
} from './rules/pace-rules.ts';
import { priceBand, spreadLimit } from './rules/price-rules.ts';
import { symbolAllowed, tradingState } from './rules/state-rules.ts';

/** The one list of pre-trade rules, in the order they speak. Adding one = a function + a line. */
export const RULES: readonly RiskRule[] = [
  tradingState,
  symbolAllowed,
  marketGrid,
  protectionSide,
  expireTime,
  staleData,
  badFeed,
  priceBand,
  spreadLimit,
  shortNotAllowed,
  sizeOfExit,
  minNotional,
  maxNotional,
  maxPosition,
  maxAccountPosition,
  maxPositions,
  funds,
  riskPerTrade,
  openRisk,
  exposureGross,
  exposureNet,
  clusterExposure,
  orderRate,
  duplicateIntent,
  cooldown,
];
