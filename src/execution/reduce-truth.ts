import { assertNever } from '../domain/errors.ts';
import type { RecordBody } from '../domain/record.ts';
import type { EpochMs } from '../domain/time.ts';
import type { ExternalOrder } from '../domain/venue.ts';
import { adoptPosition } from './book-fills.ts';
import { EXTERNAL_ORDERS, type MoneyState } from './money.ts';

type TruthRecord = Extract<
  RecordBody,
  {
    kind: 'drifted' | 'driftEnded' | 'externalOrders' | 'externalIgnored' | 'positionAdopted';
  }
>;

/** Records about what the venue has and our orders do not explain. */
export function reduceTruth(money: MoneyState, record: TruthRecord, time: EpochMs): void {
  switch (record.kind) {
    case 'drifted': {
      const { symbol, ours, theirs, explanation } = record;
      money.drifts.set(symbol, { symbol, ours, theirs, explanation, since: time, ignored: false });
      return;
    }
    case 'driftEnded':
      return endDrift(money, record);
    case 'externalOrders':
      return keepExternals(money, record.orders, time);
    case 'externalIgnored': {
      const known = money.externals.get(record.venueOrderId);
      if (known) money.externals.set(record.venueOrderId, { ...known, ignored: true });
      return;
    }
    case 'positionAdopted':
      return adoptPosition(money, record, time);
    default:
      return assertNever(record);
  }
}

function endDrift(
  money: MoneyState,
  { symbol, how }: Extract<RecordBody, { kind: 'driftEnded' }>,
): void {
  const known = money.drifts.get(symbol);
  if (known && how === 'ignored') money.drifts.set(symbol, { ...known, ignored: true });
  else money.drifts.delete(symbol);
}

/** The list as the venue has it now; what the operator decided of an order stays with it. */
function keepExternals(money: MoneyState, orders: readonly ExternalOrder[], time: EpochMs): void {
  const before = new Map(money.externals);
  money.externals.clear();
  for (const order of orders.slice(0, EXTERNAL_ORDERS)) {
    const known = before.get(order.venueOrderId);
    const { since, ignored } = known ?? { since: time, ignored: false };
    money.externals.set(order.venueOrderId, { ...order, since, ignored });
  }
}
