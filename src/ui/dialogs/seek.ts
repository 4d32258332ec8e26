import type { SessionView } from '../../app/session-types.ts';
import { safeText } from '../../domain/safe-text.ts';
import { MAX_TIME_TEXT, parseSeek, typeTime } from '../edit/seek.ts';
import { editText } from '../edit/text-field.ts';
import { result } from '../input/action.ts';
import { type DialogOf, withDialog } from '../model.ts';
import { formatClock, formatDate } from '../text/format.ts';
import { type Row, muted, span } from '../text/rows.ts';
import { type DialogDefinition, box, keysRow, stay } from './definition.ts';

const stamp = (time: number): string => `${formatDate(time)} ${formatClock(time)} UTC`;

/** Goes to another time of the recording; back means beginning anew, and says so first. */
export const seek: DialogDefinition<'seek'> = {
  draw: (dialog, { view }, { width }) =>
    box(
      'Go to',
      [
        [muted('  now  '), span(stamp(view.now))],
        ...range(view),
        [
          muted('  to   '),
          span(`${safeText(dialog.text, MAX_TIME_TEXT)}▏`.padEnd(MAX_TIME_TEXT + 2), 'field'),
        ],
        answer(dialog, view),
        [muted('  such as +2h, -30m, 14:30 or 2026-03-02 14:30')],
        keysRow(['enter', 'go'], ['esc', 'back']),
      ],
      width,
    ),
  isTyping: () => true,
  press(dialog, key, { model, context }) {
    if (key.name !== 'enter') {
      const text = editText(dialog.text, key, typeTime);
      return stay(withDialog(model, { ...dialog, text }));
    }
    const time = parseSeek(dialog.text, context.view.now);
    if (time === null || refusal(time, context.view) !== null) return stay(model);
    return result(withDialog(model, null), [{ kind: 'seekFeed', time }]);
  },
};

function range({ feed }: SessionView): readonly Row[] {
  if (feed.startTime === null || feed.endTime === null) return [];
  return [[muted('  has  '), span(`${stamp(feed.startTime)} to ${stamp(feed.endTime)}`)]];
}

/** Why the market cannot go there; null where it can. */
function refusal(time: number, { feed, mode, now }: SessionView): string | null {
  if (time < now && mode !== 'replay') return 'only a recording can go back';
  if (feed.startTime !== null && time < feed.startTime) return 'the recording begins later';
  if (feed.endTime !== null && time > feed.endTime) return 'the recording ends before';
  return null;
}

function answer(dialog: DialogOf<'seek'>, view: SessionView): Row {
  if (dialog.text === '') return [span('')];
  const time = parseSeek(dialog.text, view.now);
  if (time === null) return [span('  no time that can be read yet', 'warn')];
  const refused = refusal(time, view);
  if (refused !== null) return [span(`  ${stamp(time)}: ${refused}`, 'danger')];
  return time < view.now
    ? [span(`  ${stamp(time)}: back, in a fresh session; this one is kept on disk`, 'warn')]
    : [span(`  ${stamp(time)}: as fast as it goes`, 'good')];
}
