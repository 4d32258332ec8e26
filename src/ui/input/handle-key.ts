/** From a key to what it does: pure, so that any byte source can stand before it. */
import { isTyping, pressDialog } from '../dialogs/registry.ts';
import { type KeyContext, type KeyPress, type KeyResult, result } from './action.ts';
import { type Model, withPane } from '../model.ts';
import { pressFilter } from './actions/panes.ts';
import { ACTIONS } from './actions/registry.ts';
import { holdRow } from './actions/rows.ts';
import { runBinding } from './actions/run.ts';
import { type ActionId, bindingOf, findBinding } from './keymap.ts';
import { URGENT } from './urgent.ts';

/** What a key does; afterwards the cursor holds the row it is on, where the pane wants that. */
export function handleKey(model: Model, key: KeyPress, context: KeyContext): KeyResult {
  const done = route(model, key, context);
  return { ...done, model: holdRow(done.model, context.view) };
}

/** Layers, highest first: emergency stop, dialog, text being typed, focused pane, everywhere. */
function route(model: Model, key: KeyPress, context: KeyContext): KeyResult {
  if (model.submitted && key.name === 'enter') return result(model);
  const calm: Model = { ...model, note: null, submitted: false };
  const urgent = urgentAction(calm, key, context);
  if (urgent !== null) return ACTIONS[urgent](calm, context);
  if (calm.dialog !== null) return pressDialog(calm, key, context);
  if (calm.filtering !== null) return pressFilter(calm, key);
  const binding = findBinding(context.keymap, key.name, calm.focus);
  // Esc has a meaning in every pane: those with one of their own do not take it from the others.
  if (key.name === 'escape' && binding?.scope !== calm.focus) return escape(calm);
  return binding ? runBinding(calm, binding, context) : result(calm);
}

function urgentAction(model: Model, key: KeyPress, { keymap }: KeyContext): ActionId | null {
  if (key.name === '') return null;
  const found = URGENT.find((id) => bindingOf(keymap, id)?.keys.includes(key.name));
  if (found === undefined) return null;
  const isLetter = key.text !== '';
  if (isLetter && (isTyping(model) || (found !== 'halt' && model.dialog !== null))) return null;
  return found;
}

/** Out of a filter, then out of the zoom. */
function escape(model: Model): KeyResult {
  if (model.panes[model.focus].filter !== '') {
    return result(withPane(model, model.focus, { filter: '' }));
  }
  return result({ ...model, zoomed: false });
}
