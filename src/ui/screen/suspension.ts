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
  /** Takes it again and draws everything; told how long the process stood still. */
  readonly back: (awayMs: number) => void;
  /** Monotonic wall time. */
  readonly wallMs: () => number;
  /** When we were last known to run: a stop from outside is noticed only afterwards. */
  readonly lastSeen: () => number;
  /** Stops the process as a shell expects it. */
  readonly stop?: () => void;
}

/** A process that nobody could wake again is not stopped by the system: it goes on after this. */
const NOT_STOPPED_MS = 250;

export function followSuspension(of: SuspensionOptions): Suspension {
  const stop = of.stop ?? stopGroup;
  let awaySince: number | null = null;
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
      turn = setImmediate(goOn);
    }, NOT_STOPPED_MS);
    stop();
  };
  const goOn = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
    // Nobody asked us when it was a plain stop: the screen may have been written over.
    const since = awaySince ?? of.lastSeen();
    if (awaySince !== null) process.on('SIGTSTP', suspend);
    else of.leave();
    awaySince = null;
    of.back(of.wallMs() - since);
  };
  process.on('SIGTSTP', suspend).on('SIGCONT', goOn);
  return {
    suspend,
    isAway: () => awaySince !== null,
    release() {
      clearTimeout(timer);
      clearImmediate(turn);
      process.off('SIGTSTP', suspend).off('SIGCONT', goOn);
    },
  };
}

/** The whole foreground job, launcher included, or the shell would go on waiting for it. */
function stopGroup(): void {
  process.kill(0, 'SIGTSTP');
}
