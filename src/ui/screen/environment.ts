/** What a process's surroundings say about its terminal. */
import type { ColorLevel } from './painter.ts';

/** What of the environment decides how we draw; the command line hands it over. */
export interface TerminalEnvironment {
  readonly NO_COLOR?: string | undefined;
  readonly LC_ALL?: string | undefined;
  readonly LC_CTYPE?: string | undefined;
  readonly LANG?: string | undefined;
}

/** A locale that names another encoding than UTF-8 cannot show our glyphs; none at all can. */
export function needsAscii(environment: TerminalEnvironment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return locale !== '' && !/utf-?8/i.test(locale);
}

/** chalk's level, which already knows FORCE_COLOR; NO_COLOR wins over it. */
export function colorLevel(level: ColorLevel, environment: TerminalEnvironment): ColorLevel {
  return environment.NO_COLOR ? 0 : level;
}
