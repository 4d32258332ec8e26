/** The keyboard as the main loop hears it: bytes that the emergency thread has read. */
import type { Board } from './board.ts';
import type { ByteSource } from '../../ui/input/byte-source.ts';
import type { FromThread, ToThread } from './messages.ts';

/** The thread stops reading within a turn; a thread that cannot is not waited for. */
const STOP_MS = 200;

export class Keyboard {
  private readonly board: Board;
  private readonly post: (message: ToThread) => void;
  private direct: ByteSource | null = null;
  private isDirect = false;
  private listening: { onBytes: (chunk: Buffer) => void; onEnd: () => void } | null = null;

  constructor(board: Board, post: (message: ToThread) => void) {
    this.board = board;
    this.post = post;
  }

  bytes(direct: ByteSource): ByteSource {
    this.direct = direct;
    return {
      start: (onBytes, onEnd) => {
        this.listening = { onBytes, onEnd };
        if (this.isDirect) direct.start(onBytes, onEnd);
        else this.post({ kind: 'read' });
      },
      stop: () => {
        this.listening = null;
        if (this.isDirect) return direct.stop();
        this.post({ kind: 'stopReading' });
        // What is typed from here on is the shell's.
        this.board.waitUntilNotReading(STOP_MS);
      },
    };
  }

  receive(message: Extract<FromThread, { kind: 'bytes' | 'inputEnded' }>): void {
    if (message.kind === 'inputEnded') return this.listening?.onEnd();
    this.listening?.onBytes(Buffer.from(message.bytes));
    this.board.addHandled();
  }

  /** The thread cannot read: whoever listens goes on with the process's own input. */
  readDirectly(): void {
    if (this.isDirect) return;
    this.isDirect = true;
    this.board.setReading(false);
    if (this.listening) this.direct?.start(this.listening.onBytes, this.listening.onEnd);
  }
}
