import { safeText } from '../../domain/safe-text.ts';
import { type DialogDefinition, box, isText, leave, stay, yesNo } from './definition.ts';
import { span } from '../text/rows.ts';

/** One question before one command. */
export const ask: DialogDefinition<'ask'> = {
  draw: (dialog, _scene, { width }) =>
    box(
      dialog.title,
      [
        ...dialog.lines.map((line) => [span(`  ${safeText(line, 200)}`)]),
        [],
        yesNo(dialog.yes, dialog.no),
      ],
      width,
    ),
  press(dialog, key, { model }) {
    if (key.name !== 'y') return isText(key) ? stay(model) : leave(model);
    return { ...leave(model), commands: [dialog.command] };
  },
};
