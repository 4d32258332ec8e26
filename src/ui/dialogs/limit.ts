/** One risk limit: tightened at once, loosened with a typed phrase. */
import { typeAmount } from '../edit/amount.ts';
import { readLimit, settingOf, settingText } from '../edit/limit.ts';
import { editText } from '../edit/text-field.ts';
import type { KeyResult } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import { type Row, muted, span } from '../text/rows.ts';
import { safeText } from '../../domain/safe-text.ts';
import { UNIT_SIGN, formatUnit, ruleName } from '../text/verdicts.ts';
import { wrapped } from '../why/facts.ts';
import { limitMeaning } from '../why/limit.ts';
import { type DialogDefinition, box, goneBox, isText, keysRow, leave, stay } from './definition.ts';

const FIELD_CELLS = 14;

export const limit: DialogDefinition<'limit'> = {
  isTyping: () => true,
  draw(dialog, { view }, { width }) {
    const shown = view.limits.find((one) => one.code === dialog.code);
    const setting = shown ? settingOf(shown, view.account.equity) : null;
    if (!shown || setting === null) {
      return goneBox('Limit', `${dialog.code} is no limit that can be changed here`, width);
    }
    const read = readLimit(dialog.text, setting);
    const now =
      shown.value === null
        ? 'measured for each order'
        : `${formatUnit(shown.value, shown.unit)}${UNIT_SIGN[shown.unit]} used now`;
    const outcome: Row =
      dialog.problem !== null
        ? [span(`  ${dialog.problem}`, 'danger')]
        : !read.ok
          ? [muted(`  ${read.problem}`)]
          : read.loosens
            ? [span('  this loosens the limit: enter asks for a typed phrase', 'warn')]
            : [span('  this tightens the limit: enter puts it in force at once', 'good')];
    return box(
      `Limit: ${ruleName(shown.code)}`,
      [
        ...wrapped(limitMeaning(shown.code), width),
        [muted(`  ${safeText(shown.setting ?? '', 48)}   ${now}`)],
        [],
        [
          span('  '),
          span(`${settingText(setting, setting.value)} ${setting.sign}`, 'text.strong'),
          muted(' → '),
          span(`${safeText(dialog.text, 24)}▏`.padEnd(FIELD_CELLS), 'field'),
          span(` ${setting.sign}`),
        ],
        [],
        outcome,
        [muted('  the configuration file keeps its value')],
        keysRow(['enter', 'change'], ['esc', 'leaves it']),
      ],
      width,
    );
  },
  press(dialog, key, { model, context }) {
    const { view } = context;
    const shown = view.limits.find((one) => one.code === dialog.code);
    const setting = shown ? settingOf(shown, view.account.equity) : null;
    if (!shown || setting === null) return isText(key) ? stay(model) : leave(model);
    const change = (to: Partial<DialogOf<'limit'>>): KeyResult =>
      stay(withDialog(model, { ...dialog, problem: null, ...to }));
    if (key.name !== 'enter') return change({ text: editText(dialog.text, key, typeAmount) });
    const read = readLimit(dialog.text, setting);
    if (!read.ok) return change({ problem: read.problem });
    const changes = { [setting.name]: read.to };
    if (!read.loosens) {
      return {
        ...leave({ ...model, submitted: true }),
        commands: [{ kind: 'changeRisk', changes }],
      };
    }
    const words = (value: number | null): string =>
      `${settingText(setting, value)} ${setting.sign}`.trim();
    return stay(
      withDialog(model, {
        kind: 'phrase',
        purpose: 'loosen',
        expects: 'LOOSEN',
        typed: '',
        wrong: false,
        text: `${shown.setting ?? ''}  ${words(setting.value)} → ${words(read.to)}`,
        changes,
      }),
    );
  },
};
