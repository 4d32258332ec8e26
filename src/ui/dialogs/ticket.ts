/** The order ticket as drawn: fields, what it would cost, every rule's answer. */
import type { SessionView } from '../../app/session-types.ts';
import { ORDER_TYPES, TIMES_IN_FORCE, hasLimitPrice } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { MarketView, TicketPreview } from '../slices.ts';
import { typeAmount } from '../edit/amount.ts';
import { fieldStep, neighbor } from '../edit/choice.ts';
import { editText } from '../edit/text-field.ts';
import { SIZE_UNITS } from '../edit/ticket-size.ts';
import { type DialogDefinition, leave, stay } from './definition.ts';
import { formatDecimal, formatNumber, formatPercent, formatSigned, words } from '../text/format.ts';
import { type DialogOf, type KeyResult, withDialog } from '../model.ts';
import { isLive } from '../mode.ts';
import { flow } from '../text/flow.ts';
import {
  type Pane,
  type Row,
  type Span,
  fitRow,
  fitRows,
  muted,
  rowWidth,
  span,
  whole,
} from '../text/rows.ts';
import {
  type FieldId,
  SIDES,
  type TicketFields,
  activeFields,
  isTextField,
  toTicket,
  turnField,
} from '../edit/ticket.ts';
import { verdictRow } from '../text/verdicts.ts';

interface TicketSlice {
  readonly dialog: DialogOf<'ticket'>;
  readonly view: SessionView;
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

const LABELS: Readonly<Record<FieldId, string>> = {
  symbol: 'Symbol',
  side: 'Side',
  type: 'Type',
  quantity: 'Quantity',
  price: 'Price',
  trigger: 'Trigger',
  trail: 'Trail %',
  stop: 'Stop',
  target: 'Target',
  timeInForce: 'Time',
  postOnly: 'Post-only',
  reduceOnly: 'Reduce-only',
};
const LABEL_CELLS = 14;
const VALUE_CELLS = 24;
const HINT_GAP = 2;

/** Rows with every field and rule; fewer are filled up, so that typing moves nothing. */
const HEIGHT = 28;

/** The dialog in `width` × at most `maxHeight` inner cells. */
function ticketDialog(slice: TicketSlice, width: number, maxHeight: number): Pane {
  const fields = fieldRows(slice, width);
  const foot = footRows(slice, width);
  const rules = ruleRows(slice, width);
  const height = Math.max(1, Math.min(HEIGHT, maxHeight));
  const rest = height - foot.length;
  const shownFields = aroundActive(fields, slice, Math.max(1, rest));
  const room = Math.max(0, rest - shownFields.length);
  const separator: Row[] = room > 2 ? [[muted(`  ${'─'.repeat(Math.max(0, width - 4))}`)]] : [];
  const middle = fitRows([...separator, ...rules], { width, height: room });
  return {
    title: 'Order',
    summary: [
      span(slice.view.mode.toUpperCase(), isLive(slice.view) ? 'mode.live' : 'mode.simulated'),
    ],
    rows: fitRows([...shownFields, ...middle, ...foot], { width, height }),
  };
}

/** A window of the fields that holds the active one. */
function aroundActive(rows: readonly Row[], slice: TicketSlice, height: number): readonly Row[] {
  if (rows.length <= height) return rows;
  const index = activeFields(slice.dialog.fields).indexOf(slice.dialog.active);
  const start = Math.min(rows.length - height, Math.max(0, index - Math.floor(height / 2)));
  return rows.slice(start, start + height);
}

function fieldRows(slice: TicketSlice, width: number): readonly Row[] {
  const { dialog } = slice;
  const room = Math.max(0, width - 2 - LABEL_CELLS);
  return activeFields(dialog.fields).map((field) => {
    const active = field === dialog.active;
    const label = span(
      `${active ? '›' : ' '} ${LABELS[field].padEnd(LABEL_CELLS)}`,
      active ? 'accent' : 'text.muted',
    );
    const value = fitting(values(dialog, field, active), room) ?? [];
    const cells = Math.max(Math.min(VALUE_CELLS, room), rowWidth(value));
    // A hint that does not fit says nothing: half of one would be a riddle.
    const said = fitting(hints(slice, field), room - cells - HINT_GAP) ?? [];
    const gap = said.length === 0 ? '' : ' '.repeat(HINT_GAP);
    return fitRow([label, ...fitRow(value, cells), span(gap), ...said], width);
  });
}

/** The first of these that fits, longest first. */
const fitting = (rows: readonly Row[], width: number): Row | undefined =>
  rows.find((row) => rowWidth(row) <= width);

/** What a field holds, with all choices or, where they do not fit, the chosen one. */
function values(dialog: DialogOf<'ticket'>, field: FieldId, active: boolean): readonly Row[] {
  const { fields } = dialog;
  if (isTextField(field)) {
    const text = String(fields[field]);
    if (!active) return [[span(`  ${text || '·'}`, text === '' ? 'text.muted' : 'text.normal')]];
    const isOffer = field === 'quantity' && dialog.offered === true;
    return [18, 0].map((cells) => [
      span(`  ${text}▏`.padEnd(cells), isOffer ? 'selected' : 'field'),
    ]);
  }
  const value = fields[field];
  const token = active ? 'field' : 'text.strong';
  if (typeof value === 'boolean') return [[span(value ? '  [x] ' : '  [ ] ', token)]];
  const choices = CHOICES[field];
  if (!choices) return [[span(`‹ ${safeText(String(value), 20)} ›`, token)]];
  const nameOf = (choice: string): string =>
    CHOICE_WORDS[choice] ?? (field === 'type' ? words(choice, '-') : choice);
  const chosen = (choice: string): Span => span(`‹ ${nameOf(choice)} ›`, token);
  return [
    choices.map((choice) => (choice === value ? chosen(choice) : muted(` ${nameOf(choice)} `))),
    [chosen(value)],
  ];
}

/** Choices short enough to be shown side by side. */
const CHOICES: Partial<Readonly<Record<FieldId, readonly string[]>>> = {
  side: SIDES,
  type: ORDER_TYPES,
  timeInForce: TIMES_IN_FORCE,
};
const CHOICE_WORDS: Readonly<Record<string, string>> = {
  takeProfit: 'tp',
  takeProfitLimit: 'tp-limit',
  trailingStop: 'trailing',
};

/** What a field means against the market, longest first: a distance, a ratio, units. */
function hints(slice: TicketSlice, field: FieldId): readonly Row[] {
  const { fields } = slice.dialog;
  const market = slice.view.markets.find((one) => one.symbol === fields.symbol);
  const last = market?.lastPrice ?? null;
  if (field === 'quantity') return sizeHints(slice, market);
  if (!market || last === null) return [];
  if (field === 'symbol') return [[muted(`last ${formatNumber(last, market.priceDigits)}`)]];
  if (field === 'side') {
    const price = (value: number | null): string => formatNumber(value, market.priceDigits);
    if (market.bid === null) return [];
    return [[muted(`bid ${price(market.bid)}  ask ${price(market.ask)}`)]];
  }
  if (field === 'postOnly') return wouldTake(fields, market) ? [[span('would take', 'warn')]] : [];
  const price = priceOf(fields, field);
  if (price === null) return [];
  if (field === 'price' || field === 'trigger') {
    const distance = `${formatSigned((price / last - 1) * 10_000, 1)} bp`;
    return [[muted(`${distance} from last`)], [muted(distance)]];
  }
  const entry = priceOf(fields, 'price') ?? priceOf(fields, 'trigger') ?? last;
  const distance = [muted(`${formatSigned((price / entry - 1) * 100, 2)} %`)];
  const stop = priceOf(fields, 'stop');
  if (field !== 'target' || stop === null || stop === entry) return [distance];
  const ratio = Math.abs(price - entry) / Math.abs(stop - entry);
  return [[...distance, muted(`   1 : ${formatNumber(ratio, 1)}`)], distance];
}

/** A venue refuses a post-only order that would fill at once. */
function wouldTake(fields: TicketFields, market: MarketView): boolean {
  const price = priceOf(fields, 'price');
  if (!fields.postOnly || !hasLimitPrice(fields.type) || price === null) return false;
  return fields.side === 'buy'
    ? market.ask !== null && price >= market.ask
    : market.bid !== null && price <= market.bid;
}

const PRICE_FIELDS: ReadonlySet<FieldId> = new Set(['price', 'stop', 'target', 'trigger']);

function priceOf(fields: TicketFields, field: FieldId): number | null {
  if (!PRICE_FIELDS.has(field) || fields[field] === '') return null;
  const price = Number(fields[field]);
  return Number.isFinite(price) && price > 0 ? price : null;
}

/** `units · quote · % · risk %`, and what the amount makes in units. */
function sizeHints({ dialog, view }: TicketSlice, market: MarketView | undefined): readonly Row[] {
  const { fields } = dialog;
  const chosen = span(fields.unit, 'text.strong');
  const choices = SIZE_UNITS.flatMap((unit, i): Row => [
    ...(i === 0 ? [] : [muted(' · ')]),
    unit === fields.unit ? chosen : muted(unit),
  ]);
  const made = fields.unit === 'units' || fields.quantity === '' ? null : toTicket(fields, view);
  if (made === null || !made.ok) return [choices, [chosen]];
  const units: Row = [
    muted(' = '),
    span(formatDecimal(made.ticket.quantity, market?.quantityDigits ?? 8)),
  ];
  return [[...choices, ...units], [chosen, ...units], [chosen]];
}

function ruleRows(slice: TicketSlice, width: number): readonly Row[] {
  const { preview } = slice;
  if (typeof preview === 'string') return [];
  const failed = preview.verdicts.filter((verdict) => !verdict.ok).map(verdictRow);
  const passed = preview.verdicts.filter((verdict) => verdict.ok).map(verdictRow);
  return [
    ...figures(preview, width),
    ...failed.flatMap((row) => onTwoLines([span('  '), ...row], width)),
    ...inTwo(passed, width),
  ];
}

/** The setting that changes a limit is what one needs: it gets a line of its own, not a cut. */
function onTwoLines(row: Row, width: number): readonly Row[] {
  const setting = row.at(-1);
  if (rowWidth(row) <= width || !setting) return [row];
  return [row.slice(0, -1), [span('   '), setting]];
}

function figures(preview: TicketPreview, width: number): readonly Row[] {
  const part = (name: string, text: string): Row => [muted(`  ${name} `), span(text), span(' ')];
  const bps = preview.slippageBps === null ? '—' : `${formatNumber(preview.slippageBps, 1)} bp`;
  const { riskQuote } = preview;
  const ofEquity: Row = [span(`= ${formatPercent(preview.riskFraction, 2)} % of equity `)];
  const cost = [
    part('notional', formatNumber(preview.notional, 2)),
    part('fee', `${formatNumber(preview.fee, 2)} ${preview.feeKind}`),
    part('book-walk slippage', bps),
  ];
  const stake = [
    part('risk to stop', riskQuote === null ? 'all of it, no stop' : formatNumber(riskQuote, 2)),
    ...(riskQuote === null ? [] : [ofEquity]),
    part('after fill: gross', `${formatPercent(preview.grossAfterFraction, 0)} %`),
  ];
  const margin = preview.margin === null ? [] : [part('margin', formatNumber(preview.margin, 2))];
  return [...flow(cost, width), ...flow(stake, width), ...flow(margin, width)];
}

/** Passing rules side by side. */
function inTwo(rows: readonly Row[], width: number): readonly Row[] {
  const half = Math.floor((width - 3) / 2);
  const out: Row[] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const [a = [], b = []] = rows.slice(i, i + 2);
    if (rowWidth(a) <= half - 1 && rowWidth(b) <= half)
      out.push([span('  '), ...fitRow(a, half), ...b]);
    else out.push([span('  '), ...a], ...(b.length > 0 ? [[span('  '), ...b]] : []));
  }
  return out;
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

const pressTicket: DialogDefinition<'ticket'>['press'] = (dialog, key, { model, context }) => {
  const { fields, active } = dialog;
  const change = (to: Partial<DialogOf<'ticket'>>): KeyResult =>
    stay(withDialog(model, { ...dialog, refused: false, ...to }));
  // What is typed takes the place of an offered quantity; else Enter would send a mixture.
  const isOffer = dialog.offered === true && active === 'quantity';
  const edit = (): KeyResult => {
    if (!isTextField(active)) return change({});
    const text = editText(isOffer ? '' : String(fields[active]), key, typeAmount);
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
      return isTextField(active) ? stay(model) : turn(1);
    case 'backspace':
    case 'delete':
    case 'ctrl+u':
      return edit();
    default:
      return /[0-9.]/.test(key.text) ? edit() : change({});
  }
};
