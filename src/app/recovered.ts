import { isZero } from '../domain/decimal.ts';
import type { JournalRecord } from '../domain/record.ts';
import type { MoneyState } from '../execution/money.ts';
import type { Recovery } from '../store/recovery.ts';
import type { RecoveredView } from './session-types.ts';

/** What a start found, for the screen; `copy`: where the state of an older version was kept. */
export function recoveredView(
  recovery: Recovery<MoneyState, JournalRecord>,
  copy: string | null,
): RecoveredView | null {
  const { state, lastN, truncated, damagedSnapshot } = recovery;
  if (lastN === 0) return null;
  const repairs: string[] = [];
  if (copy !== null) repairs.push(`state of an older version was migrated; a copy is in ${copy}`);
  if (truncated) repairs.push(`an unfinished end of ${truncated.file} was cut off`);
  if (damagedSnapshot) repairs.push(`${damagedSnapshot} is damaged; its predecessor was used`);
  let positions = 0;
  for (const { quantity } of state.positions.values()) if (!isZero(quantity)) positions += 1;
  return {
    records: lastN,
    positions,
    openOrders: state.working.size,
    fills: state.counts.fills,
    tradingState: state.trading.state,
    stateReason: state.trading.reason,
    events: state.cursor.events,
    repairs,
  };
}
