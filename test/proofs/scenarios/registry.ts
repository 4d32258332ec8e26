import { ACCOUNT_ROWS } from './account.ts';
import { EXECUTIONS } from './executions.ts';
import { LINE } from './line.ts';
import { LIVES } from './lives.ts';
import { PLACING } from './placing.ts';
import { PRICES } from './prices.ts';
import type { FaultScenario } from './scenario-kit.ts';

/** Every scenario, in the order of the rows it proves. */
export const SCENARIOS: readonly FaultScenario[] = [
  ...PLACING,
  ...EXECUTIONS,
  ...ACCOUNT_ROWS,
  ...LINE,
  ...LIVES,
  ...PRICES,
].toSorted((a, b) => a.row - b.row);
