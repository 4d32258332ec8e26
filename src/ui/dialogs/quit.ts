import type { SessionView } from '../../app/session-types.ts';
import { isWorking } from '../../domain/order.ts';
import { count } from '../text/format.ts';
import { type Pane, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, isText, leave, stay, yesNo } from './definition.ts';

export const quit: DialogDefinition<'quit'> = {
  draw: (_dialog, { view }, { width }) => draw(view, width),
  press(_dialog, key, { model }) {
    if (key.name === 'y') return { ...leave(model), effect: 'quit' };
    return isText(key) ? stay(model) : leave(model);
  },
};

function draw(view: SessionView, width: number): Pane {
  const open = view.positions.length;
  const working = view.orders.filter(isWorking).length;
  const simulated = view.mode !== 'live' && view.mode !== 'testnet';
  const stay = simulated
    ? 'positions stay on paper; nothing runs while this process is down'
    : 'orders at the venue stay; stops of the engine stop with it';
  return box(
    'Quit',
    [
      [span(`  ${count(open, 'open position')}, ${count(working, 'working order')}`)],
      [muted(`  ${stay}`)],
      [],
      yesNo('quits', 'stays'),
    ],
    width,
  );
}
