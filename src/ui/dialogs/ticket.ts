/** The order ticket as drawn: fields, what it would cost, every rule's answer. */
import { safeText } from '../../domain/safe-text.ts';
import { typeAmount } from '../edit/amount.ts';
import { fieldStep, neighbor } from '../edit/choice.ts';
import { typeTime } from '../edit/seek.ts';
import { type Typing, editText } from '../edit/text-field.ts';
import { type FieldId, activeFields, isTextField, toTicket, turnField } from '../edit/ticket.ts';
import { isLive, modeWord } from '../mode.ts';
import type { KeyResult } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import type { TicketPreview } from '../slices.ts';
import { type Pane, type Row, fitRows, muted, span, whole, windowStart } from '../text/rows.ts';
import { type DialogDefinition, leave, stay } from './definition.ts';
import { type FieldSlice, fieldRows, wouldTake } from './ticket/fields.ts';
import { ruleRows } from './ticket/rules.ts';

interface TicketSlice extends FieldSlice {
  /** What it would do, or what is still missing. */
  readonly preview: TicketPreview | string;
}

export const ticket: DialogDefinition<'ticket'> = {
  draw: (dialog, { view, preview }, { width, maxHeight }) =>
    ticketDialog({ dialog, view, preview: preview ?? 'type a quantity' }, width, maxHeight),
  width: 82,
  isTyping: ({ active }) => isTextField(active),
  press: (dialog, key, of) => pressTicket(dialog, key, of),
};

/** Rows with every field and rule; fewer are filled up, so that typing moves nothing. */
const HEIGHT = 28;

/** The dialog in `width` × at most `maxHeight` inner cells. */
function ticketDialog(slice: TicketSlice, width: number, maxHeight: number): Pane {
  const fields = fieldRows(slice, width);
  const foot = footRows(slice, width);
  const { preview } = slice;
  const rules = typeof preview === 'string' ? [] : ruleRows(preview, width);
  const height = Math.max(1, Math.min(HEIGHT, maxHeight));
  const rest = height - foot.length;
  const shownFields = aroundActive(fields, slice, Math.max(1, rest));
  const room = Math.max(0, rest - shownFields.length);
  const separator: Row[] = room > 2 ? [[muted(`  ${'─'.repeat(Math.max(0, width - 4))}`)]] : [];
  const middle = fitRows([...separator, ...rules], { width, height: room });
  return {
    title: 'Order',
    summary: [span(modeWord(slice.view), isLive(slice.view) ? 'mode.live' : 'mode.simulated')],
    rows: fitRows([...shownFields, ...middle, ...foot], { width, height }),
  };
}

/** A window of the fields that holds the active one. */
function aroundActive(rows: readonly Row[], slice: TicketSlice, height: number): readonly Row[] {
  if (rows.length <= height) return rows;
  const index = activeFields(slice.dialog.fields).indexOf(slice.dialog.active);
  const start = windowStart({ selected: index, count: rows.length, height });
  return rows.slice(start, start + height);
}

function footRows(slice: TicketSlice, width: number): readonly Row[] {
  const can = typeof slice.preview !== 'string' && slice.preview.wouldSend;
  return [
    messageRow(slice),
    whole(
      [
        [span('  enter', can ? 'key' : 'text.muted'), muted(can ? ' submit ' : ' submit (off) ')],
        [span('  ↑ ↓', 'key'), muted(' field ')],
        [span('  ← →', 'key'), muted(' choose ')],
        [span('  esc', 'key'), muted(' cancel')],
      ],
      width,
    ),
  ];
}

/** What Enter would do, or why not. */
function messageRow({ preview, dialog, view }: TicketSlice): Row {
  const { fields, refused } = dialog;
  if (typeof preview === 'string') {
    return [span(`  ${safeText(preview, 120)}`, refused ? 'danger' : 'warn')];
  }
  if (!preview.wouldSend) return [span('  denied: this order would not be sent', 'danger')];
  const market = view.markets.find((one) => one.symbol === fields.symbol);
  if (market && wouldTake(fields, market)) {
    return [span('  post-only at this price would take: the venue refuses it', 'warn')];
  }
  return [span('  every rule agrees', 'good')];
}

/** A time has colons and letters, everything else that is typed is a number. */
const typingOf = (field: FieldId): Typing => (field === 'until' ? typeTime : typeAmount);

const pressTicket: DialogDefinition<'ticket'>['press'] = (dialog, key, { model, context }) => {
  const { fields, active } = dialog;
  const change = (to: Partial<DialogOf<'ticket'>>): KeyResult =>
    stay(withDialog(model, { ...dialog, refused: false, ...to }));
  // What is typed takes the place of an offered quantity; else Enter would send a mixture.
  const isOffer = dialog.offered === true && active === 'quantity';
  const edit = (): KeyResult => {
    if (!isTextField(active)) return change({});
    const text = editText(isOffer ? '' : String(fields[active]), key, typingOf(active));
    return change({
      fields: { ...fields, [active]: text },
      offered: dialog.offered === true && !isOffer,
    });
  };
  const step = fieldStep(key);
  if (step !== null) return change({ active: neighbor(activeFields(fields), active, step) });
  const turn = (step: 1 | -1): KeyResult => {
    const symbols = context.view.markets.map((market) => market.symbol);
    return change({ fields: turnField(fields, { field: active, step, symbols }) });
  };
  switch (key.name) {
    case 'enter': {
      // The ticket closes with its one order, so that a second Enter finds nothing to send.
      const made = toTicket(fields, context.view);
      if (!made.ok || !context.preview(made.ticket).wouldSend) {
        return stay(withDialog(model, { ...dialog, refused: true }));
      }
      const order = { kind: 'placeOrder', ticket: made.ticket, pressId: dialog.pressId } as const;
      return { ...leave({ ...model, submitted: true }), commands: [order] };
    }
    case 'left':
      return turn(-1);
    case 'right':
      return turn(1);
    case 'space':
      if (active === 'until') return edit();
      return isTextField(active) ? stay(model) : turn(1);
    case 'backspace':
    case 'delete':
    case 'ctrl+u':
      return edit();
    default:
      return active === 'until' || /[0-9.]/.test(key.text) ? edit() : change({});
  }
};
