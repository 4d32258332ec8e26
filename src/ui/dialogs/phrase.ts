import type { SessionView } from '../../app/session-types.ts';
import type { Command } from '../../domain/command.ts';
import { isWorking } from '../../domain/order.ts';
import { safeText } from '../../domain/safe-text.ts';
import { editText, typeWords } from '../edit/text-field.ts';
import { PASTE } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import { count, formatWhen } from '../text/format.ts';
import { type Pane, type Row, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, keysRow, leave, stay } from './definition.ts';

const typePhrase = typeWords(64);

/** What loosens or ends everything is typed, word for word. */
export const phrase: DialogDefinition<'phrase'> = {
  draw: (dialog, { view }, { width }) => draw(dialog, view, width),
  isTyping: () => true,
  press(dialog, key, { model }) {
    // A phrase is typed, not pasted: it is there to make one stop and think.
    if (key.name === PASTE) return stay(model);
    if (key.name !== 'enter') {
      const typed = editText(dialog.typed, key, typePhrase);
      return stay(withDialog(model, { ...dialog, typed, wrong: false }));
    }
    if (!isRight(dialog)) {
      return stay(withDialog(model, { ...dialog, wrong: true }));
    }
    return { ...leave({ ...model, submitted: true }), commands: [commandOf(dialog)] };
  },
};

/** What tightens must not fail on a shift key; what loosens is typed exactly. */
function isRight({ purpose, typed, expects }: DialogOf<'phrase'>): boolean {
  const text = typed.trim();
  return text === expects || (purpose === 'flatten' && text.toUpperCase() === expects);
}

function commandOf(dialog: DialogOf<'phrase'>): Command {
  switch (dialog.purpose) {
    case 'flatten':
      return { kind: 'flatten', reason: 'flattened by the operator' };
    case 'resume':
      return { kind: 'resume', phrase: dialog.typed.trim() };
    case 'release':
      return { kind: 'resumeScope', scope: dialog.scope, phrase: dialog.typed.trim() };
    case 'loosen':
      return { kind: 'changeRisk', changes: dialog.changes };
  }
}

const TITLES: Readonly<Record<DialogOf<'phrase'>['purpose'], string>> = {
  resume: 'Resume',
  flatten: 'Flatten',
  release: 'Release',
  loosen: 'Loosen a limit',
};

function draw(dialog: DialogOf<'phrase'>, view: SessionView, width: number): Pane {
  const ask =
    dialog.purpose === 'resume' ? 'type the account name to resume: ' : 'type this to confirm: ';
  return box(
    TITLES[dialog.purpose],
    [
      ...reasonRows(dialog, view),
      [],
      [muted(`  ${ask}`), span(safeText(dialog.expects, 40), 'text.strong')],
      [span('  › ', 'accent'), span(`${safeText(dialog.typed, 40)}▏`.padEnd(24), 'field')],
      [dialog.wrong ? span('  that is not the phrase', 'danger') : span('')],
      keysRow(['enter', 'confirm'], ['esc', 'back']),
    ],
    width,
  );
}

/** What it would do, and what speaks against it. */
function reasonRows(dialog: DialogOf<'phrase'>, view: SessionView): readonly Row[] {
  const { account } = view;
  switch (dialog.purpose) {
    case 'resume':
      return [
        [
          span(
            `  ${account.tradingState} since ${formatWhen(account.stateSince, view.now)}`,
            'warn',
          ),
        ],
        [span(`  ${safeText(account.stateReason || 'no reason given', 120)}`)],
        [muted(`  ${safeText(account.stateClears, 120)}`)],
      ];
    case 'flatten':
      return [
        [span('  cancels every order and closes every position at market', 'warn')],
        [
          muted(
            `  ${count(view.positions.length, 'position')}, ${count(view.orders.filter(isWorking).length, 'working order')}`,
          ),
        ],
      ];
    case 'release': {
      const stopped = view.scopes.find(({ name }) => name === dialog.expects);
      const since = stopped === undefined ? '' : ` since ${formatWhen(stopped.since, view.now)}`;
      return [
        [span(`  ${dialog.expects} ${stopped?.state ?? 'is not stopped'}${since}`, 'warn')],
        [span(`  ${safeText(stopped?.reason ?? '', 120)}`)],
      ];
    }
    case 'loosen':
      return [
        [span('  lets more through than before', 'warn')],
        [span(`  ${safeText(dialog.text, 120)}`)],
      ];
  }
}
