import { ACCOUNT_ROWS } from './account.ts';
import { EXECUTIONS } from './executions.ts';
import { LINE } from './line.ts';
import { LIVES } from './lives.ts';
import { PLACING } from './placing.ts';
import { PRICES } from './prices.ts';
import type { WireFault } from './wire-fault.ts';

/** Every scenario, in the order of the rows it proves. */
export const WIRE_FAULTS: readonly WireFault[] = [
  ...PLACING,
  ...EXECUTIONS,
  ...ACCOUNT_ROWS,
  ...LINE,
  ...LIVES,
  ...PRICES,
].toSorted((a, b) => a.row - b.row);
