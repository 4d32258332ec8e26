import type { SessionView } from '../../app/session-types.ts';
import { isWorking } from '../../domain/order.ts';
import { isOnPaper } from '../mode.ts';
import { FLATTEN_PHRASE, withDialog } from '../model.ts';
import type { OrderView } from '../slices.ts';
import { count } from '../text/format.ts';
import { type Pane, type Row, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, isText, leave, stay } from './definition.ts';

/** Asks what becomes of the engine and its open orders. */
export const quit: DialogDefinition<'quit'> = {
  draw: (_dialog, { view }, { width }) => draw(view, width),
  press(_dialog, key, { model, context }) {
    switch (key.name) {
      case 'y':
        return { ...leave(model), effect: 'quit' };
      case 'c': {
        const entries = openEntries(context.view);
        if (entries.length === 0) return stay(model);
        const commands = entries.map(({ id }) => ({ kind: 'cancelOrder', orderId: id }) as const);
        return { ...leave(model), commands, effect: 'quit' };
      }
      case 'f':
        return stay(withDialog(model, FLATTEN_PHRASE));
      default:
        return isText(key) ? stay(model) : leave(model);
    }
  },
};

/** Entries that could still fill; nobody has asked to cancel them. */
const openEntries = (view: SessionView): readonly OrderView[] =>
  view.orders.filter(
    (order) => isWorking(order) && order.role === 'entry' && order.status !== 'pendingCancel',
  );

const entriesText = (of: number): string => (of === 1 ? '1 entry' : `${String(of)} entries`);

function draw(view: SessionView, width: number): Pane {
  const working = view.orders.filter(isWorking);
  const guards = working.filter((order) => order.role === 'protective').length;
  const entries = openEntries(view).length;
  const open = view.positions.length;
  const held = `${count(open, 'open position')}, ${count(working.length, 'working order')}`;
  const kinds =
    working.length === 0 ? '' : `: ${entriesText(entries)}, ${String(guards)} protective`;
  const option = (key: string, text: string, token: 'key' | 'key.danger' = 'key'): Row => [
    span(`  ${key.padEnd(5)}`, token),
    span(text),
  ];
  const why = (text: string): Row => [muted(`       ${text}`)];
  return box(
    'Quit',
    [
      [span(`  ${held}${kinds}`)],
      [],
      option('y', 'quit and leave everything as it is'),
      ...(isOnPaper(view)
        ? [
            why('on paper: nothing runs while this process is down,'),
            why('and a restart goes on from what is saved'),
          ]
        : [
            why('orders at the venue stay and may fill; stops there stay too;'),
            why('stops that the engine holds end with it'),
          ]),
      ...(entries === 0
        ? []
        : [
            option('c', `cancel ${entriesText(entries)}, then quit`),
            why('protective orders stay'),
          ]),
      ...(open + working.length === 0
        ? []
        : [
            option(
              'f',
              'flatten first (typed): cancel all, close all; then quit again',
              'key.danger',
            ),
          ]),
      option('esc', 'stay'),
    ],
    width,
  );
}
