/** A strategy's parameters while it runs: typed, checked, shown as a diff, confirmed. */
import type { SessionView } from '../../app/session-types.ts';
import { isZero } from '../../domain/decimal.ts';
import { safeText } from '../../domain/safe-text.ts';
import type { KeyPress, KeyResult } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import {
  type ParamEdit,
  type ParamInfo,
  editOf,
  inputOf,
  inputText,
  isTurned,
  rangeText,
  turnParam,
  typingOf,
} from '../edit/params.ts';
import { fieldStep } from '../edit/choice.ts';
import { editText } from '../edit/text-field.ts';
import type { StrategyStatus } from '../slices.ts';
import { count, formatDecimal } from '../text/format.ts';
import {
  type Pane,
  type Row,
  dimmed,
  fit,
  fitRow,
  fitRows,
  muted,
  span,
  windowStart,
} from '../text/rows.ts';
import { paramText, quantityDigits } from '../why/strategy.ts';
import { wrapped } from '../why/facts.ts';
import {
  type DialogDefinition,
  type DialogRoom,
  box,
  goneBox,
  isText,
  keysRow,
  leave,
  stay,
} from './definition.ts';

const WIDTH = 78;
const NAME_CELLS = 16;
const VALUE_CELLS = 14;
const WAS_CELLS = 12;
/** Below the parameters: what the one with the cursor means, what is wrong, the keys. */
const FOOT_ROWS = 5;
const MOST_CHANGES = 12;
/** In a narrower dialog the range of the one with the cursor stands below. */
const RANGE_FROM = 70;

export const params: DialogDefinition<'params'> = {
  width: WIDTH,
  isTyping: ({ step }) => step === 'edit',
  draw(dialog, { view }, size) {
    const strategy = view.strategies.find((one) => one.id === dialog.strategyId);
    if (!strategy) {
      return goneBox('Parameters', `${dialog.strategyId} is no longer there`, size.width);
    }
    return dialog.step === 'edit'
      ? editPane(dialog, strategy, size)
      : confirmPane(dialog, { strategy, view }, size);
  },
  press(dialog, key, { model, context }) {
    const strategy = context.view.strategies.find((one) => one.id === dialog.strategyId);
    if (!strategy) return isText(key) ? stay(model) : leave(model);
    const change = (to: Partial<DialogOf<'params'>>): KeyResult =>
      stay(withDialog(model, { ...dialog, problem: null, ...to }));
    if (dialog.step === 'edit') return pressEdit(dialog, key, { strategy, change });
    const { changes, problem, params: values } = editOf(strategy.paramInfo, dialog.texts);
    if (key.name === 'e') return change({ step: 'edit' });
    if (key.name !== 'y') return isText(key) ? stay(model) : leave(model);
    if (problem !== null)
      return change({ step: 'edit', problem: problem.text, active: problem.index });
    if (changes.length === 0) return leave(model);
    const { strategyId } = dialog;
    return { ...leave(model), commands: [{ kind: 'changeParams', strategyId, params: values }] };
  },
};

function pressEdit(
  dialog: DialogOf<'params'>,
  key: KeyPress,
  of: {
    readonly strategy: StrategyStatus;
    readonly change: (to: Partial<DialogOf<'params'>>) => KeyResult;
  },
): KeyResult {
  const { strategy, change } = of;
  const { paramInfo, previousParams } = strategy;
  const { active, texts } = dialog;
  const info = paramInfo[active];
  if (!info) return change({ active: 0 });
  const text = texts[info.name] ?? inputText(info.value);
  const set = (to: string): KeyResult => change({ texts: { ...texts, [info.name]: to } });
  const edit = (): KeyResult =>
    isTurned(info) ? change({}) : set(editText(text, key, typingOf(info)));
  const step = fieldStep(key);
  if (step !== null) {
    return change({ active: (active + step + paramInfo.length) % paramInfo.length });
  }
  switch (key.name) {
    case 'enter': {
      const { changes, problem } = editOf(paramInfo, texts);
      if (problem !== null) return change({ active: problem.index, problem: problem.text });
      return changes.length === 0
        ? change({ problem: 'nothing is changed yet' })
        : change({ step: 'confirm' });
    }
    case 'left':
      return isTurned(info) ? set(turnParam(info, text, -1)) : change({});
    case 'right':
      return isTurned(info) ? set(turnParam(info, text, 1)) : change({});
    case 'space':
      return isTurned(info) ? set(turnParam(info, text, 1)) : edit();
    case 'ctrl+d':
      return set(inputText(info.standard));
    case 'u':
      if (info.kind === 'text' || previousParams === null) return edit();
      return change({ texts: inputOf(previousParams), step: 'confirm' });
    default:
      return edit();
  }
}

function editPane(dialog: DialogOf<'params'>, strategy: StrategyStatus, size: DialogRoom): Pane {
  const { paramInfo, previousParams } = strategy;
  const { width } = size;
  const edit = editOf(paramInfo, dialog.texts);
  const room = Math.max(1, Math.min(paramInfo.length, size.maxHeight - FOOT_ROWS));
  const start = windowStart({ selected: dialog.active, count: paramInfo.length, height: room });
  const rows = paramInfo
    .slice(start, start + room)
    .map((info, i) => paramRow(info, { dialog, active: start + i === dialog.active }));
  const current = paramInfo[dialog.active];
  const narrow = width < RANGE_FROM;
  const meaning = [
    ...wrapped(current?.description || 'no description', width).slice(0, narrow ? 1 : 2),
    ...(narrow && current ? [[muted(`  ${boundsText(current)}`)]] : []),
  ];
  const canUndo = previousParams !== null && current?.kind !== 'text';
  return {
    title: `Parameters of ${safeText(strategy.id, 32)}`,
    summary: [],
    rows: fitRows(
      [
        ...rows,
        ...fitRows(meaning, { width, height: 2 }).map(dimmed),
        verdictLine(dialog, edit),
        keysRow(
          ['↑ ↓', 'parameter'],
          ...(current && isTurned(current) ? [['← →', 'choose'] as const] : []),
          ['ctrl+d', 'default'],
          ...(canUndo ? [['u', 'undo last change'] as const] : []),
        ),
        keysRow(['enter', 'review the change'], ['esc', 'leave all as it is']),
      ],
      { width, height: rows.length + FOOT_ROWS },
    ),
  };
}

function paramRow(
  info: ParamInfo,
  of: { readonly dialog: DialogOf<'params'>; readonly active: boolean },
): Row {
  const before = inputText(info.value);
  const text = of.dialog.texts[info.name] ?? before;
  const shown = safeText(text, MOST_SHOWN);
  const field = isTurned(info)
    ? of.active
      ? `‹ ${shown} ›`
      : `  ${shown}`
    : `${shown}${of.active ? '▏' : ''}`;
  const changed = text !== before;
  return [
    span(of.active ? '› ' : '  ', 'accent'),
    span(fit(safeText(info.name, 32), NAME_CELLS), of.active ? 'text.strong' : 'text.normal'),
    span(fit(field, VALUE_CELLS), of.active ? 'field' : 'text.normal'),
    span(fit(changed ? ` was ${paramText(info.value)}` : '', WAS_CELLS), 'warn'),
    muted(` ${boundsText(info)}`),
  ];
}

/** `2 to 500, default 10` */
function boundsText(info: ParamInfo): string {
  const range = rangeText(info);
  return safeText(`${range === '' ? '' : `${range}, `}default ${paramText(info.standard)}`, 80);
}

const MOST_SHOWN = 40;

/** What is wrong, else how much would change. */
function verdictLine(dialog: DialogOf<'params'>, edit: ParamEdit): Row {
  const problem = dialog.problem ?? edit.problem?.text ?? null;
  if (problem !== null) return [span(`  ${safeText(problem, 120)}`, 'danger')];
  return edit.changes.length === 0
    ? [muted('  nothing is changed yet')]
    : [span(`  ${count(edit.changes.length, 'change')}`, 'warn')];
}

/** Old and new of everything that changes, and what the change does. */
function confirmPane(
  dialog: DialogOf<'params'>,
  of: { readonly strategy: StrategyStatus; readonly view: SessionView },
  { width }: DialogRoom,
): Pane {
  const { strategy, view } = of;
  const { changes, problem } = editOf(strategy.paramInfo, dialog.texts);
  const held = strategy.positions
    .filter(({ quantity }) => !isZero(quantity))
    .map(
      ({ symbol, quantity }) =>
        `${formatDecimal(quantity, quantityDigits(symbol, view))} ${symbol}`,
    );
  const stays =
    held.length === 0
      ? 'it holds nothing'
      : `its position stays: ${safeText(held.join(', '), 200)}`;
  const rows: Row[] = changes
    .slice(0, MOST_CHANGES)
    .map(({ name, from, to }) => [
      span(`  ${fit(safeText(name, 32), NAME_CELLS)}`),
      muted(paramText(from)),
      muted(' → '),
      span(paramText(to), 'text.strong'),
    ]);
  const more = changes.length - rows.length;
  const body: readonly Row[] =
    problem !== null
      ? [[span(`  ${safeText(problem.text, 120)}`, 'danger')]]
      : changes.length === 0
        ? [[muted('  the values are as they are now')]]
        : [...rows, ...(more > 0 ? [[muted(`  and ${String(more)} more`)]] : [])];
  const can = problem === null && changes.length > 0;
  return box(
    `Change ${safeText(strategy.id, 32)}`,
    [
      ...body,
      [],
      ...wrapped(
        `${stays}; its indicators warm up anew with the candles that are known`,
        width,
      ).map(dimmed),
      [muted('  written to the journal; u takes it back')],
      [],
      fitRow(
        keysRow(
          ...(can ? [['y', 'changes it', 'key.danger'] as const] : []),
          ['esc', can ? 'leaves it' : 'back'],
          ['e', 'edits'],
        ),
        width,
      ),
    ],
    width,
  );
}
