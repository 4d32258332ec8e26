/** Signals that ask a session to end, whatever surface shows it. */

export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

export interface HeardSignals {
  /** The first one; null as long as none came. */
  readonly heard: () => NodeJS.Signals | null;
  /** Resolves with the first one. */
  readonly first: Promise<NodeJS.Signals>;
  readonly release: () => void;
}

/**
 * Hears them until released, which is for after the last record is written: a second one (a
 * terminal that goes sends several) must cut nothing short.
 */
export function hearSignals(signals: readonly NodeJS.Signals[] = END_SIGNALS): HeardSignals {
  let heard: NodeJS.Signals | null = null;
  let tell: (signal: NodeJS.Signals) => void = () => undefined;
  const first = new Promise<NodeJS.Signals>((resolve) => {
    tell = resolve;
  });
  const hear = (signal: NodeJS.Signals): void => {
    heard ??= signal;
    tell(signal);
  };
  for (const signal of signals) process.on(signal, hear);
  return {
    heard: () => heard,
    first,
    release: () => {
      for (const signal of signals) process.off(signal, hear);
    },
  };
}
