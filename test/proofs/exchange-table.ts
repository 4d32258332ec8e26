/**
 * The fault matrix over the wire: what is played at the local exchanges for each fault that an
 * exchange can cause (F1 to F45), or why nothing is.
 */
import { DIALECTS } from '../../src/exchange/emulator/dialects.ts';
import type { DialectName } from '../../src/exchange/emulator/dialect.ts';
import { WIRE_FAULTS } from './exchange-scenarios/registry.ts';
import type { WireFault } from './exchange-scenarios/wire-fault.ts';
import { FAULT_ROWS } from './faults-table.ts';

/** Faults after these are none of an exchange. */
const LAST_ROW = 45;

export interface ExchangeFaultRow {
  readonly row: number;
  readonly fault: string;
  readonly scenarios: readonly WireFault[];
  /** By dialect; empty where nothing is played. */
  readonly dialects: readonly DialectName[];
  /** Why nothing is played, or on one dialect only; null: it is played on all. */
  readonly why: string | null;
}

const WHY: Readonly<Record<number, string>> = {
  29: 'the local Kraken has lockouts instead of bans of an address: F28',
  31: 'a clock of this machine, not of an exchange: simulation and vigil',
  32: 'a calendar of this machine, not of an exchange',
  33: 'Kraken ends streams by closing them only: F36',
  43: 'accounts are spot: no liquidation, no funding',
};

export const EXCHANGE_FAULTS: readonly ExchangeFaultRow[] = FAULT_ROWS.filter(
  ({ row }) => row <= LAST_ROW,
).map(({ row, fault }) => {
  const scenarios = WIRE_FAULTS.filter((one) => one.row === row);
  const dialects = DIALECTS.filter((name) =>
    scenarios.some((one) => one.dialects?.includes(name) ?? true),
  );
  const isWhole = dialects.length === DIALECTS.length;
  const why = isWhole ? null : WHY[row];
  if (why === undefined) throw new Error(`F${row} is not played and exchange-table.ts says no why`);
  return { row, fault, scenarios, dialects, why };
});
