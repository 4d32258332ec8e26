/** What is not certain, or not ours, as the screen names it. */
import type { SessionView } from '../app/session-types.ts';
import { isWorking } from '../domain/order.ts';
import type { OrderView } from './slices.ts';

export type ExternalOrder = SessionView['truth']['externalOrders'][number];
export type DriftView = SessionView['truth']['drifts'][number];

const PREFIX = 'not ours ';

/** Key of the row of an order that is not ours, among the keys of orders that are. */
export const externalKey = ({ venueOrderId }: ExternalOrder): string => `${PREFIX}${venueOrderId}`;

/** The venue's id in the key of a row; null for a row of ours. */
export const externalId = (key: string | null): string | null =>
  key?.startsWith(PREFIX) === true ? key.slice(PREFIX.length) : null;

/** An order on the screen: ours, or somebody else's on our account. */
export type OrderLine =
  | { readonly ours: true; readonly key: string; readonly order: OrderView }
  | { readonly ours: false; readonly key: string; readonly order: ExternalOrder };

/** What works first, then what is not ours, then what has ended. */
export function orderLines(view: Pick<SessionView, 'orders' | 'truth'>): readonly OrderLine[] {
  const own = view.orders.map((order) => ({ ours: true, key: order.id, order }) as const);
  const working = own.filter(({ order }) => isWorking(order));
  const ended = own.filter(({ order }) => !isWorking(order));
  const others = view.truth.externalOrders.map(
    (order) => ({ ours: false, key: externalKey(order), order }) as const,
  );
  return [...working, ...others, ...ended];
}

/** The venue's id of the order to decide about: the cursor's, else the first undecided. */
export function strangerOf({ truth }: Pick<SessionView, 'truth'>, key: string | null) {
  const open = truth.externalOrders.find((one) => !one.ignored);
  return externalId(key) ?? open?.venueOrderId ?? null;
}

/** Symbol of the difference to decide about: the given one's, else the first undecided. */
export function driftOf({ truth }: Pick<SessionView, 'truth'>, symbol: string | null) {
  const own = truth.drifts.find((one) => one.symbol === symbol);
  return (own ?? truth.drifts.find((one) => !one.ignored))?.symbol ?? null;
}
