/** The selected order or position: cancel, amend, close. */
import { amendTexts, fieldsOf } from '../../edit/amend.ts';
import { type Action, nextPress, result } from '../action.ts';
import { withDialog } from '../../model.ts';
import { driftOf, strangerOf } from '../../truth.ts';
import { selectedRow } from './rows.ts';

const cancel: Action = (model, { view }) => {
  const key = selectedRow({ model, view });
  const found = view.orders.find((one) => one.id === key);
  if (!found) return result(model);
  return result(model, [{ kind: 'cancelOrder', orderId: found.id }]);
};

const amend: Action = (model, context) => {
  const { view } = context;
  const key = selectedRow({ model, view });
  const order = view.orders.find((one) => one.id === key);
  if (!order) return result(model);
  const from = amendTexts(order);
  const [active] = fieldsOf(from);
  if (active === undefined) return result(model);
  const press = nextPress(model, context);
  return result(
    withDialog(press.model, {
      kind: 'amend',
      orderId: order.id,
      active,
      from,
      texts: from,
      pressId: press.pressId,
      problem: null,
    }),
  );
};

const close: Action = (model, context) => {
  const symbol = selectedRow({ model, view: context.view });
  if (symbol === null) return result(model);
  const press = nextPress(model, context);
  return result(withDialog(press.model, { kind: 'close', symbol, pressId: press.pressId }));
};

const decideOrder: Action = (model, { view }) => {
  const venueOrderId = strangerOf(view, selectedRow({ model, view }));
  if (venueOrderId === null) return result(model);
  return result(withDialog(model, { kind: 'decide', subject: { kind: 'external', venueOrderId } }));
};

/** The one the cursor is on, else the first that nobody decided about. */
const decideDrift: Action = (model, { view }) => {
  const symbol = driftOf(view, selectedRow({ model, view }));
  if (symbol === null) return result(model);
  return result(withDialog(model, { kind: 'decide', subject: { kind: 'drift', symbol } }));
};

export const ORDER_ACTIONS = { cancel, amend, close, decideOrder, decideDrift } satisfies Readonly<
  Record<string, Action>
>;
