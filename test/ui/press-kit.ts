// Keys pressed one after another against one view: the model and all that was asked for.
import type { SessionView } from '../../src/app/session-types.ts';
import { lastScroll } from '../../src/ui/dialogs/registry.ts';
import { handleKey } from '../../src/ui/input/handle-key.ts';
import { KEYMAP } from '../../src/ui/input/keymap.ts';
import type { KeyPress, KeyResult } from '../../src/ui/input/action.ts';
import { type Model, createModel } from '../../src/ui/model.ts';
import type { TicketPreview } from '../../src/ui/slices.ts';
import { aPreview, aScene, aView } from './session-fixture.ts';

const TEXTS: Readonly<Record<string, string>> = { space: ' ' };

export const keyOf = (name: string): KeyPress => ({
  name,
  text: name.length === 1 ? name : (TEXTS[name] ?? ''),
});

/** Every letter as a key of its own. */
export const letters = (text: string): string[] =>
  text.split('').map((letter) => (letter === ' ' ? 'space' : letter));

export interface Pressed {
  readonly model: Model;
  readonly commands: KeyResult['commands'];
  readonly effects: readonly KeyResult['effect'][];
}

export function pressKeys(
  keys: readonly (string | KeyPress)[],
  of: {
    readonly model?: Partial<Model>;
    readonly view?: SessionView;
    readonly preview?: TicketPreview;
  } = {},
): Pressed {
  const context = {
    view: of.view ?? aView(),
    keymap: KEYMAP,
    themes: ['dark', 'light'],
    preview: () => of.preview ?? aPreview(),
    lastScroll: () => lastScroll(aScene({ view: context.view, model }), { width: 80, height: 24 }),
    pressPrefix: 'run',
  };
  let model: Model = { ...createModel(), ...of.model };
  const commands: KeyResult['commands'][number][] = [];
  const effects: KeyResult['effect'][] = [];
  for (const one of keys) {
    const done = handleKey(model, typeof one === 'string' ? keyOf(one) : one, context);
    model = done.model;
    commands.push(...done.commands);
    effects.push(done.effect);
  }
  return { model, commands, effects };
}
