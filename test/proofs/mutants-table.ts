/** Every guard between a fault and money, and the tests that miss it when it is gone. */
import type { Mutant } from './guard.ts';
import { CONDUCT_GUARDS } from './mutants-table-conduct.ts';
import { ENGINE_GUARDS } from './mutants-table-engine.ts';
import { FILES_GUARDS } from './mutants-table-files.ts';
import { GATEWAY_GUARDS } from './mutants-table-gateway.ts';
import { MARKET_GUARDS } from './mutants-table-market.ts';
import { MONEY_GUARDS } from './mutants-table-money.ts';
import { PROCESS_GUARDS } from './mutants-table-process.ts';
import { RISK_GUARDS } from './mutants-table-risk.ts';
import { STORE_GUARDS } from './mutants-table-store.ts';
import { SYNC_GUARDS } from './mutants-table-sync.ts';
import { WIRE_GUARDS } from './mutants-table-wire.ts';

/** In the order they are tried. Adding a guard = adding a line to the table of its room. */
export const MUTANTS: readonly Mutant[] = [
  ...SYNC_GUARDS,
  ...STORE_GUARDS,
  ...FILES_GUARDS,
  ...ENGINE_GUARDS,
  ...CONDUCT_GUARDS,
  ...MONEY_GUARDS,
  ...RISK_GUARDS,
  ...GATEWAY_GUARDS,
  ...WIRE_GUARDS,
  ...MARKET_GUARDS,
  ...PROCESS_GUARDS,
];
