/** One frame of the console as text: what somebody sees who opens it now. */
import chalk from 'chalk';

import type { Session } from '../app/session-types.ts';

import { compose } from './compose/compose.ts';
import { createConsoleStore } from './store.ts';
import { type Size, rowText } from './text/rows.ts';
import { type TerminalEnvironment, colorLevel, needsAscii } from './screen/environment.ts';
import { createPainter } from './screen/painter.ts';
import { loadTheme } from './theme.ts';

export interface StillOptions {
  readonly theme: string;
  readonly environment: TerminalEnvironment;
  readonly size: Size;
  /** For a terminal; a file or a pipe gets characters alone. */
  readonly colored: boolean;
}

/** The frame's lines. Throws InputError for an unknown theme. */
export function stillFrame(session: Session, of: StillOptions): readonly string[] {
  const store = createConsoleStore(session, {
    size: of.size,
    theme: of.theme,
    wallMs: () => performance.now(),
    pressPrefix: 'still',
    fps: 1,
  });
  const painter = createPainter({
    theme: loadTheme(of.theme),
    level: of.colored ? colorLevel(chalk.level, of.environment) : 0,
    ascii: needsAscii(of.environment),
  });
  const rows = compose(store.scene(), of.size);
  store.close();
  if (of.colored) return rows.map((row) => painter.paint(row));
  // Bold and its like are color's poor relations: a file wants none of them either.
  return rows.map((row) => painter.glyphs(rowText(row)).trimEnd());
}
