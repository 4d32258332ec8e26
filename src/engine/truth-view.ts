import { isUnheard } from '../execution/orders.ts';
import { CLEARS } from '../execution/stop-states.ts';
import { stricter } from '../domain/verdict.ts';
import type { EngineState } from './state.ts';
import type { AccountView, TruthView } from './view.ts';

/** What is not certain, or not ours. */
export function truthView({ money, truth }: EngineState): TruthView {
  const { recovering, stop } = truth;
  let unknownOrders = 0;
  for (const order of money.working.values()) if (isUnheard(order)) unknownOrders += 1;
  return {
    recovering: recovering === null ? null : { ...recovering },
    heldState: money.trading.state,
    stopUnproven: stop !== null && stop.phase !== 'proven',
    externalOrders: [...money.externals.values()],
    drifts: [...money.drifts.values()],
    unknownOrders,
    inferredFills: money.provisional.size,
    tombstones: money.tombstones.size,
  };
}

/** The account's state as it works: RECOVERING of this process counts, where it is stricter. */
export function accountState({
  money,
  truth,
}: EngineState): Pick<AccountView, 'tradingState' | 'stateSince' | 'stateReason' | 'stateClears'> {
  const { state, since, reason } = money.trading;
  const { recovering } = truth;
  if (recovering === null || stricter(state, 'recovering') === state) {
    return {
      tradingState: state,
      stateSince: since,
      stateReason: reason,
      stateClears: CLEARS[state],
    };
  }
  const blocked = recovering.blocked === null ? '' : `: ${recovering.blocked}`;
  return {
    tradingState: 'recovering',
    stateSince: recovering.since,
    stateReason: `${recovering.reason}${blocked}`,
    stateClears: CLEARS.recovering,
  };
}
