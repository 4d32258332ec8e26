/** What becomes of an order or a holding at the venue that is not ours: every answer is a key. */
import type { SessionView } from '../../app/session-types.ts';
import type { Command } from '../../domain/command.ts';
import { sign, toText } from '../../domain/decimal.ts';
import { MANUAL } from '../../domain/order.ts';
import { safeText, shownSymbol } from '../../domain/safe-text.ts';
import { describeDrift, differenceOf } from '../../domain/venue.ts';
import type { DialogOf } from '../model.ts';
import { formatWhen, words } from '../text/format.ts';
import { type Pane, type Row, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, goneBox, isText, leave, stay } from './definition.ts';

type Subject = DialogOf<'decide'>['subject'];

interface Choice {
  readonly key: string;
  readonly text: string;
  readonly command: Command;
}

export const decide: DialogDefinition<'decide'> = {
  draw: (dialog, { view }, { width }) => draw(dialog.subject, view, width),
  press(dialog, key, { model, context }) {
    const choice = choicesOf(dialog.subject, context.view).find((one) => one.key === key.name);
    if (choice) return { ...leave(model), commands: [choice.command] };
    return isText(key) ? stay(model) : leave(model);
  },
};

/** Most strategies that are offered by a digit. */
const MOST_STRATEGIES = 9;

function choicesOf(subject: Subject, view: SessionView): readonly Choice[] {
  if (subject.kind === 'external') {
    const { venueOrderId } = subject;
    const order = view.truth.externalOrders.find((one) => one.venueOrderId === venueOrderId);
    const command = (
      decision: Extract<Command, { kind: 'decideExternal' }>['decision'],
    ): Command => ({ kind: 'decideExternal', venueOrderId, decision });
    return order === undefined
      ? []
      : [
          { key: 'c', text: 'cancel it at the venue', command: command('cancel') },
          { key: 'm', text: 'make it ours, by hand', command: command({ ledger: MANUAL }) },
          ...strategiesOf(order.symbol, view).map((id, i) => ({
            key: String(i + 1),
            text: `give it to ${safeText(id, 32)}`,
            command: command({ ledger: id }),
          })),
          {
            key: 'i',
            text: 'leave it; it is somebody else’s business',
            command: command('ignore'),
          },
        ];
  }
  const { symbol } = subject;
  const command = (decision: Extract<Command, { kind: 'decideDrift' }>['decision']): Command => ({
    kind: 'decideDrift',
    symbol,
    decision,
  });
  return [
    { key: 'm', text: 'the venue is right: book it by hand', command: command({ ledger: MANUAL }) },
    ...strategiesOf(symbol, view).map((id, i) => ({
      key: String(i + 1),
      text: `the venue is right: book it to ${safeText(id, 32)}`,
      command: command({ ledger: id }),
    })),
    ...(holdsMore(symbol, view)
      ? [
          {
            key: 'c',
            text: 'close what our books do not know, at the market',
            command: command('close'),
          },
        ]
      : []),
    { key: 'i', text: 'leave it: a difference of this size is known', command: command('ignore') },
  ];
}

/** Only what the venue holds beyond our books can be closed there. */
function holdsMore(symbol: string, view: SessionView): boolean {
  const drift = view.truth.drifts.find((one) => one.symbol === symbol);
  return drift !== undefined && sign(drift.theirs) === sign(differenceOf(drift));
}

const strategiesOf = (symbol: string, view: SessionView): readonly string[] =>
  view.strategies
    .filter((one) => one.symbols.includes(symbol))
    .map((one) => one.id)
    .slice(0, MOST_STRATEGIES);

function draw(subject: Subject, view: SessionView, width: number): Pane {
  const title = subject.kind === 'external' ? 'Not our order' : 'Books and venue differ';
  const what = subject.kind === 'external' ? externalRows(subject, view) : driftRows(subject, view);
  if (what === null) return goneBox(title, 'it is no longer there', width);
  const rows = choicesOf(subject, view).map(({ key, text }): Row => {
    return [span(`  ${key}  `, 'key'), span(text)];
  });
  const esc: Row = [span('  esc', 'key'), muted(' decide later')];
  return box(title, [...what, [], ...rows, esc], width);
}

function externalRows(
  { venueOrderId }: Extract<Subject, { kind: 'external' }>,
  view: SessionView,
): readonly Row[] | null {
  const order = view.truth.externalOrders.find((one) => one.venueOrderId === venueOrderId);
  if (order === undefined) return null;
  const price = order.price ?? order.triggerPrice;
  const at = price === null ? '' : ` at ${toText(price)}`;
  const text = `${order.side} ${toText(order.quantity)} ${shownSymbol(order.symbol, 24)} ${words(order.type, '-')}${at}`;
  return [
    [span(`  ${text}`, 'text.strong')],
    [
      muted(`  venue id ${safeText(venueOrderId, 40)}, seen since `),
      muted(`${formatWhen(order.since, view.now)} UTC`),
    ],
    [muted(`  client id ${safeText(order.clientOrderId ?? 'none', 40)}`)],
    ...(order.ignored ? [[muted('  you left it as it is')]] : []),
  ];
}

function driftRows(
  { symbol }: Extract<Subject, { kind: 'drift' }>,
  view: SessionView,
): readonly Row[] | null {
  const drift = view.truth.drifts.find((one) => one.symbol === symbol);
  if (drift === undefined) return null;
  const { explanation, since } = drift;
  return [
    [span(`  ${shownSymbol(symbol, 24)}  `, 'text.strong'), span(describeDrift(drift), 'warn')],
    [
      muted(`  difference ${toText(differenceOf(drift))}, `),
      muted(`since ${formatWhen(since, view.now)} UTC`),
    ],
    [span(`  ${safeText(explanation, 200)}`)],
  ];
}
