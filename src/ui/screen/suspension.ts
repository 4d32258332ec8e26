/** Away to the shell with Ctrl+Z and back with `fg`, and whatever else stops and continues us. */

export interface Suspension {
  /** Gives the terminal back and stops the process; `back` is called when it goes on. */
  readonly suspend: () => void;
  /** Is the terminal somebody else's now? Nothing may be drawn. */
  readonly isAway: () => boolean;
  readonly release: () => void;
}

export interface SuspensionOptions {
  /** Gives the terminal back. */
  readonly leave: () => void;
  /** Takes it again. */
  readonly back: () => void;
  /** Draws every cell anew: whatever is on the terminal, it is not our last frame. */
  readonly repaint: () => void;
  /** Told afterwards how long the process stood still; null: there was nobody to wake it. */
  readonly resumed: (awayMs: number | null) => void;
  /** Monotonic wall time. */
  readonly wallMs: () => number;
  /** When we were last known to run: a stop from outside is noticed only afterwards. */
  readonly lastSeen: () => number;
  /** Stops the process as a shell expects it. */
  readonly stop?: () => void;
}

/** A process that nobody could wake again is not stopped by the system: it goes on after this. */
const NOT_STOPPED_MS = 250;
/** A stop from outside that is shorter than this is nobody's business. */
const SHORT_MS = 1_000;
/**
 * Taking the terminal in the background stops us once more, inside `back`; the signal that waked
 * us from that is heard this much later at most, when there is nothing left to take.
 */
const ECHO_MS = 100;

export function followSuspension(of: SuspensionOptions): Suspension {
  const stop = of.stop ?? stopGroup;
  let awaySince: number | null = null;
  let settled = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;

  const suspend = (): void => {
    if (awaySince !== null) return;
    awaySince = of.wallMs();
    of.leave();
    // Without our listener the signal does what it does to every program.
    process.off('SIGTSTP', suspend);
    timer = setTimeout(() => {
      // Behind the signal that may have waked us: it speaks for this timer as well.
      turn = setImmediate(() => goOn(false));
    }, NOT_STOPPED_MS);
    stop();
  };
  const goOn = (stopped: boolean): void => {
    clearTimeout(timer);
    clearImmediate(turn);
    const asked = awaySince !== null;
    const since = awaySince ?? of.lastSeen();
    if (asked) process.on('SIGTSTP', suspend);
    // Nobody asked us when it was a plain stop: others may have used the terminal since.
    else of.leave();
    // In the background this stops us again, until the shell gives us the terminal.
    of.back();
    awaySince = null;
    settled = of.wallMs();
    of.repaint();
    const awayMs = settled - since;
    if (!stopped) of.resumed(null);
    else if (asked || awayMs >= SHORT_MS) of.resumed(awayMs);
  };
  const onContinue = (): void => {
    // Leaving and taking it twice would lose the keys that are typed meanwhile.
    if (awaySince === null && of.wallMs() - settled < ECHO_MS) of.repaint();
    else goOn(true);
  };
  process.on('SIGTSTP', suspend).on('SIGCONT', onContinue);
  return {
    suspend,
    isAway: () => awaySince !== null,
    release() {
      clearTimeout(timer);
      clearImmediate(turn);
      process.off('SIGTSTP', suspend).off('SIGCONT', onContinue);
    },
  };
}

/** The whole foreground job, launcher included, or the shell would go on waiting for it. */
function stopGroup(): void {
  process.kill(0, 'SIGTSTP');
}
