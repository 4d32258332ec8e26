import type { GateCheck, GateView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { editText, typeWords } from '../edit/text-field.ts';
import { PASTE } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import { type Pane, type Row, muted, span } from '../text/rows.ts';
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
import { linesOf } from '../why/facts.ts';

const typePhrase = typeWords(64);
const NAME_CELLS = 24;
const MOST_LINES = 4;

/** The live gate: what holds, what does not, the limits in force; then the phrase is typed. */
export const gate: DialogDefinition<'gate'> = {
  draw: (dialog, { view }, room) =>
    view.gate === undefined || view.gate.passed
      ? goneBox('Live gate', 'it is passed: r starts trading', room.width)
      : draw(dialog, view.gate, room),
  isTyping: () => true,
  press(dialog, key, { model, context }) {
    const { gate: now } = context.view;
    if (now === undefined || now.passed) return isText(key) ? stay(model) : leave(model);
    if (now.shut !== null) {
      // Whoever mended something looks again; a phrase would be typed for nothing.
      return key.name === 'enter' && !now.asking
        ? { ...stay(model), commands: [{ kind: 'checkGate' }] }
        : stay(model);
    }
    // It is typed, not pasted: it is there to make one stop and think.
    if (key.name === PASTE) return stay(model);
    if (key.name !== 'enter') {
      const typed = editText(dialog.typed, key, typePhrase);
      return stay(withDialog(model, { ...dialog, typed, wrong: false }));
    }
    const typed = dialog.typed.trim();
    if (typed !== now.phrase) return stay(withDialog(model, { ...dialog, wrong: true }));
    const next = now.opens ? null : ({ kind: 'gate', typed: '', wrong: false } as const);
    return {
      ...stay({ ...withDialog(model, next), submitted: true }),
      commands: [{ kind: 'passGate', phrase: typed }],
    };
  },
};

function draw(dialog: DialogOf<'gate'>, now: GateView, { width, maxHeight }: DialogRoom): Pane {
  const around: readonly Row[] = [
    [span(`  ${safeText(now.account, 60)}`, 'text.strong')],
    [],
    ...linesOf(`limits: ${now.limits.join('; ')}`, width - 4, MOST_LINES).map((line) => [
      muted(`  ${line}`),
    ]),
    [],
    ...typingRows(dialog, now, width),
  ];
  const [head = [], ...rest] = around;
  const checks = checkRows(now.checks, { width, most: maxHeight - around.length });
  return box('Live gate', [head, ...checks, ...rest], width);
}

function typingRows(dialog: DialogOf<'gate'>, now: GateView, width: number): readonly Row[] {
  if (now.shut !== null) {
    const why = linesOf(now.shut, width - 4, 2).map((line) => [
      span(`  ${line}`, now.asking ? 'warn' : 'danger'),
    ]);
    const keys = now.asking
      ? keysRow(['esc', 'back'])
      : keysRow(['enter', 'ask again'], ['esc', 'back']);
    return [...why, keys];
  }
  return [
    [muted('  type this: '), span(safeText(now.phrase, 56), 'text.strong')],
    [muted(`  ${safeText(now.means, width - 4)}`)],
    [span('  › ', 'accent'), span(`${safeText(dialog.typed, 60)}▏`.padEnd(40), 'field')],
    [dialog.wrong ? span('  that is not the phrase', 'danger') : span('')],
    keysRow(['enter', 'confirm'], ['esc', 'back']),
  ];
}

const MARKS = {
  met: span('  ok  ', 'good'),
  unmet: span('  NO  ', 'danger'),
  unclear: span('  ??  ', 'warn'),
  warned: span('  !   ', 'warn'),
} as const;

function markOf({ ok, required, advice }: GateCheck): keyof typeof MARKS {
  if (ok === true) return advice === '' ? 'met' : 'warned';
  if (!required) return 'warned';
  return ok === false ? 'unmet' : 'unclear';
}

/** What is met makes room for what is not where the screen is low. */
function checkRows(
  checks: readonly GateCheck[],
  { width, most }: { readonly width: number; readonly most: number },
): readonly Row[] {
  const isMet = (check: GateCheck): boolean => markOf(check) === 'met';
  const all = checks.flatMap((check) => rowsOf(check, width));
  if (all.length <= most) return all;
  const open = checks.filter((check) => !isMet(check)).flatMap((check) => rowsOf(check, width));
  const met = checks.filter(isMet).map(({ name }) => name);
  const room = Math.max(1, most - open.length);
  const folded = linesOf(met.join(', '), width - 8, room).map((line, i) => [
    i === 0 ? MARKS.met : span(' '.repeat(6)),
    muted(line),
  ]);
  return [...open, ...folded].slice(0, Math.max(1, most));
}

function rowsOf(check: GateCheck, width: number): readonly Row[] {
  const { name, value, advice } = check;
  const room = width - NAME_CELLS - 8;
  const words = markOf(check) === 'met' || advice === '' ? value : `${value}: ${advice}`;
  const [first = '', ...more] = linesOf(safeText(words, 240), room, 3);
  const label = safeText(name, NAME_CELLS).padEnd(NAME_CELLS);
  return [
    [MARKS[markOf(check)], span(label), span(first)],
    ...more.map((line) => [span(' '.repeat(NAME_CELLS + 6)), span(line)]),
  ];
}
