/** The fields of a ticket: label, value with its choices, and what it means against the market. */
import type { SessionView } from '../../../app/session-types.ts';
import { ORDER_TYPES, TIMES_IN_FORCE, hasLimitPrice } from '../../../domain/order.ts';
import { safeText } from '../../../domain/safe-text.ts';
import { SIZE_UNITS } from '../../edit/ticket-size.ts';
import {
  type FieldId,
  SIDES,
  type TicketFields,
  activeFields,
  isTextField,
  readUntil,
  toTicket,
} from '../../edit/ticket.ts';
import type { DialogOf } from '../../model.ts';
import type { MarketView } from '../../slices.ts';
import {
  formatClock,
  formatDate,
  formatDecimal,
  formatNumber,
  formatSigned,
  words,
} from '../../text/format.ts';
import { type Row, type Span, fitRow, muted, rowWidth, span } from '../../text/rows.ts';

/** What the fields are drawn from. */
export interface FieldSlice {
  readonly dialog: DialogOf<'ticket'>;
  readonly view: SessionView;
}

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
  until: 'Until',
  postOnly: 'Post-only',
  reduceOnly: 'Reduce-only',
};
const LABEL_CELLS = 14;
const VALUE_CELLS = 24;
const HINT_GAP = 2;

/** One row per field that means something, with what it means against the market. */
export function fieldRows(slice: FieldSlice, width: number): readonly Row[] {
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
function hints(slice: FieldSlice, field: FieldId): readonly Row[] {
  const { fields } = slice.dialog;
  const market = slice.view.markets.find((one) => one.symbol === fields.symbol);
  const last = market?.lastPrice ?? null;
  if (field === 'quantity') return sizeHints(slice, market);
  if (field === 'until') return untilHints(fields, slice.view);
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

/** The time a GTD order ends at, or what may be typed. */
function untilHints(fields: TicketFields, view: SessionView): readonly Row[] {
  if (fields.until === '') return [[muted('+2h, 14:30, 2026-03-02 14:30 UTC')], [muted('+2h')]];
  const until = readUntil(fields, view);
  if (typeof until !== 'number') return [[span('no time in the future', 'warn')]];
  return [[muted(`${formatDate(until)} ${formatClock(until)} UTC`)]];
}

/** A venue refuses a post-only order that would fill at once. */
export function wouldTake(fields: TicketFields, market: MarketView): boolean {
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
function sizeHints({ dialog, view }: FieldSlice, market: MarketView | undefined): readonly Row[] {
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
