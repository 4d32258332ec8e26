/** The selected order or position: cancel, amend, close. */
import { amendTexts, fieldsOf } from '../../edit/amend.ts';
import { type Action, nextPress, result } from '../action.ts';
import { withDialog } from '../../model.ts';
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

export const ORDER_ACTIONS = { cancel, amend, close } satisfies Readonly<Record<string, Action>>;
