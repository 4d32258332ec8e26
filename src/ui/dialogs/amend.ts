/** A working order's price, trigger or quantity, changed under its own id. */
import { type Decimal, cmp, sub, abs, toNumber } from '../../domain/decimal.ts';
import type { SessionView } from '../../app/session-types.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import { fieldsOf, toAmendment } from '../edit/amend.ts';
import { readAmount, typeAmount } from '../edit/amount.ts';
import { fieldStep, neighbor } from '../edit/choice.ts';
import { editText } from '../edit/text-field.ts';
import type { KeyResult } from '../input/action.ts';
import { type AmendField, type DialogOf, withDialog } from '../model.ts';
import { notAmendable } from '../panes/orders.ts';
import type { OrderView } from '../slices.ts';
import { formatDecimal, formatNumber, formatPercent, formatSigned, words } from '../text/format.ts';
import { type Pane, type Row, fit, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, goneBox, isText, keysRow, leave, stay } from './definition.ts';

const LABEL_CELLS = 10;
const FIELD_CELLS = 18;

export const amend: DialogDefinition<'amend'> = {
  isTyping: () => true,
  draw(dialog, { view }, { width }) {
    const order = view.orders.find((one) => one.id === dialog.orderId);
    return order
      ? draw(dialog, { order, view, width })
      : goneBox('Amend', 'the order is no longer there', width);
  },
  press(dialog, key, { model, context }) {
    const { active, from, texts } = dialog;
    const order = context.view.orders.find((one) => one.id === dialog.orderId);
    const closed = order === undefined ? 'the order is no longer there' : notAmendable(order);
    if (order === undefined || closed !== null) return isText(key) ? stay(model) : leave(model);
    const change = (to: Partial<DialogOf<'amend'>>): KeyResult =>
      stay(withDialog(model, { ...dialog, problem: null, ...to }));
    const text = texts[active] ?? '';
    const step = fieldStep(key);
    if (step !== null) return change({ active: neighbor(fieldsOf(from), active, step) });
    switch (key.name) {
      case 'enter': {
        const made = toAmendment(dialog, order);
        if (!made.ok) return change({ problem: made.problem });
        // The dialog closes with its one amendment, so that a second Enter finds nothing to send.
        const { pressId } = dialog;
        const command = {
          kind: 'amendOrder',
          orderId: order.id,
          ...made.amendment,
          pressId,
        } as const;
        return { ...leave({ ...model, submitted: true }), commands: [command] };
      }
      default:
        return change({ texts: { ...texts, [active]: editText(text, key, typeAmount) } });
    }
  },
};

function draw(
  dialog: DialogOf<'amend'>,
  of: { readonly order: OrderView; readonly view: SessionView; readonly width: number },
): Pane {
  const { order, view, width } = of;
  const closed = notAmendable(order);
  if (closed !== null) return goneBox('Amend', closed, width);
  const last = view.markets.find((one) => one.symbol === order.symbol)?.lastPrice ?? null;
  const made = toAmendment(dialog, order);
  const problem = dialog.problem ?? (made.ok ? null : made.problem);
  const quantity = formatDecimal(order.quantity, order.quantityDigits);
  const filled = formatDecimal(order.filled, order.quantityDigits);
  return box(
    `Amend ${words(order.type, '-')}`,
    [
      [
        span(`  ${order.side} ${quantity} ${shownSymbol(order.symbol, 24)}`, 'text.strong'),
        muted(`   ${words(order.status, ' ')}, ${filled} filled`),
      ],
      [
        muted(`  last ${formatNumber(last, order.priceDigits)}`),
        ...distance(dialog, last),
        muted(`   by ${safeText(order.strategyId, 32)}`),
      ],
      [],
      ...fieldsOf(dialog.from).map((field) => fieldRow(field, dialog, order)),
      [],
      problem === null
        ? [span('  reviewed like a new order; it keeps its id', 'good')]
        : [span(`  ${problem}`, dialog.problem === null ? 'text.muted' : 'danger')],
      keysRow(
        made.ok ? ['enter', 'amend'] : ['enter', 'amend (off)', 'text.muted'],
        ['↑ ↓', 'field'],
        ['esc', 'leaves it'],
      ),
    ],
    width,
  );
}

/** How far what wakes or fills it would then be from the last price. */
function distance({ from, texts }: DialogOf<'amend'>, last: number | null): Row {
  const text = from.trigger === undefined ? texts.price : texts.trigger;
  const price = readAmount(text ?? '');
  if (price === null || last === null || last === 0) return [];
  const percent = formatSigned((toNumber(price) / last - 1) * 100, 2);
  return [muted('   this is '), span(`${percent} %`), muted(' from it')];
}

const LABELS: Readonly<Record<AmendField, string>> = {
  price: 'Price',
  trigger: 'Trigger',
  quantity: 'Quantity',
};

function fieldRow(field: AmendField, dialog: DialogOf<'amend'>, order: OrderView): Row {
  const active = dialog.active === field;
  const text = safeText(dialog.texts[field] ?? '', 24);
  return [
    span(active ? '› ' : '  ', 'accent'),
    span(LABELS[field].padEnd(LABEL_CELLS), active ? 'text.strong' : 'text.normal'),
    span(fit(`${text}${active ? '▏' : ''}`, FIELD_CELLS), active ? 'field' : 'text.normal'),
    ...differenceRow(field, dialog, order),
  ];
}

/** `was 3,470.00: 4.50 lower, 0.13 %` */
function differenceRow(
  field: AmendField,
  { from, texts }: DialogOf<'amend'>,
  order: OrderView,
): Row {
  const before = readAmount(from[field] ?? '');
  const after = readAmount(texts[field] ?? '');
  if (before === null || after === null) return [];
  const digits = field === 'quantity' ? order.quantityDigits : order.priceDigits;
  if (before === after) return [muted(` ${formatDecimal(before, digits)} now`)];
  return [
    muted(` was ${formatDecimal(before, digits)}: `),
    span(differenceText({ before, after }, field, digits), 'warn'),
  ];
}

/** How much higher or lower, more or less. */
export function differenceText(
  of: { readonly before: Decimal; readonly after: Decimal },
  field: AmendField,
  digits: number,
): string {
  const up = cmp(of.after, of.before) > 0;
  const word = field === 'quantity' ? (up ? 'more' : 'less') : up ? 'higher' : 'lower';
  const by = formatDecimal(abs(sub(of.after, of.before)), digits);
  const part = Math.abs(toNumber(of.after) / toNumber(of.before) - 1);
  return `${by} ${word}, ${formatPercent(part, 2)} %`;
}
