/** Keys while a dialog is open. Esc always leaves without doing anything. */
import { safeText } from '../../domain/safe-text.ts';
import {
  type Dialog,
  type KeyContext,
  type KeyPress,
  type KeyResult,
  type Model,
  PASTE,
  withDialog,
} from '../model.ts';
import {
  type FieldId,
  activeFields,
  clearField,
  eraseIn,
  isTextField,
  toTicket,
  turnField,
  typeInto,
} from '../ticket.ts';

type DialogOf<K extends Dialog['kind']> = Extract<Dialog, { kind: K }>;

const MAX_PHRASE = 64;

const isText = (key: KeyPress): boolean => key.name === '' || key.name === PASTE;

const stay = (model: Model): KeyResult => ({ model, commands: [], effect: 'none' });
const leave = (model: Model): KeyResult => stay(withDialog(model, null));

export function handleDialogKey(model: Model, key: KeyPress, context: KeyContext): KeyResult {
  const { dialog } = model;
  if (dialog === null) return stay(model);
  if (key.name === 'escape') return leave(model);
  switch (dialog.kind) {
    case 'help':
    case 'why':
      return readKey(model, dialog, key);
    case 'quit':
      if (key.name === 'y') return { ...leave(model), effect: 'quit' };
      return isText(key) ? stay(model) : leave(model);
    case 'close':
      if (key.name === 'y') {
        const { symbol, pressId } = dialog;
        return { ...leave(model), commands: [{ kind: 'closePosition', symbol, pressId }] };
      }
      return isText(key) ? stay(model) : leave(model);
    case 'phrase':
      return phraseKey(model, dialog, key);
    case 'ticket':
      return ticketKey(model, dialog, key, context);
  }
}

/** More lines than fit in any of the dialogs that are only read. */
const MAX_SCROLL = 60;

function readKey(model: Model, dialog: DialogOf<'help' | 'why'>, key: KeyPress): KeyResult {
  if (isText(key)) return stay(model);
  const down = key.name === 'down' || key.name === 'j';
  const up = key.name === 'up' || key.name === 'k';
  if (!down && !up) return leave(model);
  const scroll = Math.min(MAX_SCROLL, Math.max(0, dialog.scroll + (down ? 1 : -1)));
  return stay(withDialog(model, { ...dialog, scroll }));
}

function phraseKey(model: Model, dialog: DialogOf<'phrase'>, key: KeyPress): KeyResult {
  const typing = (typed: string): KeyResult =>
    stay(withDialog(model, { ...dialog, typed: typed.slice(0, MAX_PHRASE), wrong: false }));
  if (key.name === 'backspace' || key.name === 'delete') return typing(dialog.typed.slice(0, -1));
  if (key.name === 'ctrl+u') return typing('');
  if (key.name !== 'enter') {
    // A phrase is typed, not pasted: it is there to make one stop and think.
    return key.name === PASTE ? stay(model) : typing(dialog.typed + safeText(key.text, MAX_PHRASE));
  }
  if (dialog.typed.trim() !== dialog.expects) {
    return stay(withDialog(model, { ...dialog, wrong: true }));
  }
  if (dialog.purpose === 'flatten') {
    return {
      ...leave(model),
      commands: [{ kind: 'flatten', reason: 'flattened by the operator' }],
    };
  }
  return { ...leave(model), commands: [{ kind: 'resume', phrase: dialog.typed.trim() }] };
}

function ticketKey(
  model: Model,
  dialog: DialogOf<'ticket'>,
  key: KeyPress,
  context: KeyContext,
): KeyResult {
  const { fields, active } = dialog;
  const change = (to: Partial<DialogOf<'ticket'>>): KeyResult =>
    stay(withDialog(model, { ...dialog, refused: false, ...to }));
  const turn = (step: 1 | -1): KeyResult => {
    const symbols = context.view.markets.map((market) => market.symbol);
    return change({ fields: turnField(fields, { field: active, step, symbols }) });
  };
  switch (key.name) {
    case 'enter':
      return submit(model, dialog, context);
    case 'up':
    case 'shift+tab':
      return change({ active: nextField(dialog, -1) });
    case 'down':
    case 'tab':
      return change({ active: nextField(dialog, 1) });
    case 'left':
      return turn(-1);
    case 'right':
      return turn(1);
    case 'space':
      return isTextField(active) ? stay(model) : turn(1);
    case 'backspace':
    case 'delete':
      return change({ fields: eraseIn(fields, active) });
    case 'ctrl+u':
      return change({ fields: clearField(fields, active) });
    default:
      return change({ fields: typeInto(fields, active, key.text) });
  }
}

function nextField(dialog: DialogOf<'ticket'>, step: 1 | -1): FieldId {
  const list = activeFields(dialog.fields);
  const index = Math.max(0, list.indexOf(dialog.active));
  return list[(index + step + list.length) % list.length] ?? dialog.active;
}

/** Closes the ticket with its one order, so that a second Enter finds nothing to send. */
function submit(model: Model, dialog: DialogOf<'ticket'>, context: KeyContext): KeyResult {
  const made = toTicket(dialog.fields);
  if (!made.ok || !context.preview(made.ticket).wouldSend) {
    return stay(withDialog(model, { ...dialog, refused: true }));
  }
  const { ticket } = made;
  const order = { kind: 'placeOrder', ticket, pressId: dialog.pressId } as const;
  return { ...leave({ ...model, submitted: true }), commands: [order] };
}
