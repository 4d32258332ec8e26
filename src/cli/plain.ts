/** The session without a screen of its own: lines as things happen, or one screen as text. */
import type { AssembledRun } from '../app/assemble.ts';
import { Emergency, openGuarded } from '../app/emergency/emergency.ts';
import { EXIT, failedSession } from '../app/failure.ts';
import { followConfig } from '../app/hot-reload.ts';
import { logLine, screenText, statusLine } from '../app/plain-text.ts';
import type { RunningSession } from '../app/session.ts';
import type { Session } from '../app/session-types.ts';
import { hearSignals } from '../app/signals.ts';
import { wireOf } from '../app/emergency-wire.ts';
import type { Environment } from '../config/files.ts';
import { print } from './output.ts';
import { PLAIN_HELP, readCommands } from './plain-commands.ts';

/** A pipe that ends is no operator: what comes through one is not obeyed, and that is said. */
const NO_COMMANDS =
  'no commands: input is not a terminal; "tapedeck panic" and "tapedeck resume" work from outside';
const LINE_EVERY_MS = 5000;
/** Long enough for the first prices of every market. */
const FIRST_VIEW_MS = 3000;
const LOOK_MS = 50;

/** Lines until the market ends, a signal comes or the operator says `q`. */
export async function runPlain(run: AssembledRun): Promise<number> {
  const { openSession } = await import('../app/build.ts');
  const emergency = new Emergency(wireOf(run.options));
  const session = await openGuarded(emergency, () => openSession(run.options, {}, 0, emergency));
  emergency.serve(run.options.stateDirectory, session);
  session.start();
  emergency.start();
  const signals = hearSignals();
  const stopFollowing = followConfig(run, session);
  const lines = new Lines();
  const commands = process.stdin.isTTY ? readCommands(session, lines.say) : null;
  await firstPrices(session);
  lines.say(statusLine(session.view()));
  lines.say(commands === null ? NO_COMMANDS : PLAIN_HELP);
  const stopTelling = tellLog(session, lines);
  const timer = setInterval(() => lines.say(statusLine(session.view())), LINE_EVERY_MS);
  const ends = [session.done, signals.first, ...(commands === null ? [] : [commands.quit])];
  const end = await Promise.race(ends);
  clearInterval(timer);
  commands?.stop();
  stopTelling();
  stopFollowing();
  lines.say(statusLine(session.view()));
  const signal = signals.heard();
  await emergency.close();
  await session.close(signal === null ? reasonOf(end) : `ended by ${signal}`);
  signals.release();
  if (session.failed !== null) throw failedSession(session.failed);
  return signal === null ? EXIT.done : EXIT.interrupted;
}

const reasonOf = (end: string): string => (end === 'quit' ? 'the operator quit' : 'the run ended');

/** Of a pipe or a file, which have no size. */
const USUAL_SIZE = { width: 80, height: 24 };

/** One frame of the console as a terminal of this size shows it; for readers of text, text. */
export async function runOnce(run: AssembledRun, environment: Environment): Promise<number> {
  const { openSession } = await import('../app/build.ts');
  const session = await openSession(run.options);
  session.start();
  await firstPrices(session);
  await print(await onceText(run, session, environment));
  await session.close('one screen was asked for');
  return EXIT.done;
}

async function onceText(
  run: AssembledRun,
  session: RunningSession,
  environment: Environment,
): Promise<string> {
  if (environment['INK_SCREEN_READER'] === 'true') return screenText(session.view());
  const { stillFrame } = await import('../ui/still.ts');
  const { isTTY, columns, rows } = process.stdout;
  const lines = stillFrame(session, {
    theme: run.config.settings.ui.theme,
    environment,
    size: isTTY ? { width: columns, height: rows } : USUAL_SIZE,
    colored: isTTY && environment['TERM'] !== 'dumb',
  });
  return lines.join('\n');
}

/** Lines for a reader that may be slow or stopped: then they are counted, and nobody waits. */
class Lines {
  private missed = 0;

  constructor() {
    // A pipe that nobody empties would stop the whole process in the middle of a write.
    const { _handle: handle } = process.stdout as {
      _handle?: { setBlocking?: (blocking: boolean) => void };
    };
    handle?.setBlocking?.(false);
  }

  readonly say = (line: string): void => {
    if (process.stdout.writableNeedDrain) {
      this.missed += 1;
      return;
    }
    const missed = this.missed === 0 ? '' : `… ${this.missed} lines were not read in time\n`;
    this.missed = 0;
    process.stdout.write(`${missed}${line}\n`);
  };
}

/** A reader aloud needs time for each; the rest is counted. */
const TELL_EVERY_MS = 1000;
const MAX_TOLD = 10;

/** Says what is new in the log, at most once a second. Returns how to stop, saying the rest. */
function tellLog(session: Session, lines: Lines): () => void {
  let last = session.view().log.at(-1);
  const tell = (): void => {
    const { log } = session.view();
    const news = log.slice(last === undefined ? 0 : log.lastIndexOf(last) + 1);
    last = log.at(-1);
    for (const line of news.slice(0, MAX_TOLD)) lines.say(logLine(line));
    const rest = news.length - MAX_TOLD;
    if (rest > 0) lines.say(`… ${rest} more lines in the log`);
  };
  const timer = setInterval(tell, TELL_EVERY_MS);
  return () => {
    clearInterval(timer);
    tell();
  };
}

function firstPrices(session: Session): Promise<void> {
  const started = performance.now();
  return new Promise((resolve) => {
    const look = (): void => {
      const known = session.view().markets.every(({ lastPrice }) => lastPrice !== null);
      if (known || performance.now() - started > FIRST_VIEW_MS) resolve();
      else setTimeout(look, LOOK_MS);
    };
    look();
  });
}
