/** Where the keyboard's bytes come from: the only reader of standard input while a screen is up. */

/**
 * A port, so that another owner of the keyboard (a thread that can stop trading while this one is
 * blocked) can pass the bytes on and nothing behind it changes.
 */
export interface ByteSource {
  /** Delivers every chunk as it was read, in the turn it was read; `onEnd` once, when no more can. */
  readonly start: (onBytes: (chunk: Buffer) => void, onEnd: () => void) => void;
  /** No chunk is delivered after this; bytes typed later stay where they are. */
  readonly stop: () => void;
}

/**
 * The owner of the keyboard beside the screen: it reads the bytes, hands them on, and acts on the
 * emergency stop by itself when nobody here can.
 */
export interface KeyThread {
  /** Reads by itself; `direct` stands in where it cannot. */
  readonly bytes: (direct: ByteSource) => ByteSource;
  /** Would a letter land in a text? */
  readonly setTyping: (isTyping: boolean) => void;
  readonly setKeys: (keys: HaltKeys) => void;
}

/** The keys of the emergency stop, by canonical names. */
export interface HaltKeys {
  readonly names: readonly string[];
  /** Those that count as a key held down when they come several times at once. */
  readonly held: readonly string[];
}

/** The process's own standard input, or a stream like it. Raw mode is the terminal's business. */
export function readBytes(stdin: NodeJS.ReadableStream): ByteSource {
  let stop: () => void = () => undefined;
  // Always heard: a terminal that goes while nobody reads must not throw.
  stdin.on('error', () => undefined);
  return {
    start(onBytes, onEnd) {
      const onData = (chunk: Buffer | string): void => {
        onBytes(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      };
      let ended = false;
      const end = (): void => {
        if (ended) return;
        ended = true;
        onEnd();
      };
      stdin.on('data', onData).on('end', end).on('close', end).on('error', end);
      stdin.resume();
      stop = () => {
        stdin.off('data', onData).off('end', end).off('close', end).off('error', end);
        stdin.pause();
      };
    },
    stop: () => stop(),
  };
}
