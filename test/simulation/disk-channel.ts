/** The journal's thread in simulated time: batches reach the disk later, answers later still. */
import type { Clock, Scheduler } from '../../src/ports.ts';
import { serveJournal } from '../../src/store/journal-disk.ts';
import type { DiskChannel } from '../../src/store/journal.ts';
import type { Dice } from './dice.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** Usual time of a synced batch, and of one that meets a busy disk. */
const USUAL_MS = [1, 6] as const;
const BUSY_MS = [50, 400] as const;
const BUSY_CHANCE = 0.002;

/** Dies with its process: its scheduler drops what is set once the process is gone. */
export function diskChannel(disk: MemoryDisk, time: Clock & Scheduler, dice: Dice): DiskChannel {
  let handle: ReturnType<typeof serveJournal> = () => undefined;
  /** When the disk is done with everything it was given. */
  let free = 0;
  return {
    post(message) {
      // A start waits for its answer; time does not pass meanwhile.
      if (message.kind === 'open' || message.kind === 'close') return handle(message);
      const took = dice.chance(BUSY_CHANCE) ? dice.between(...BUSY_MS) : dice.between(...USUAL_MS);
      free = Math.max(free, time.now()) + took;
      time.after(free - time.now(), () => handle(message));
    },
    listen(onMessage) {
      handle = serveJournal(disk.files, (message) => {
        const isNews = message.kind === 'durable' || message.kind === 'hashed';
        // A crash may fall between the disk and the news of it.
        if (isNews) time.after(1, () => onMessage(message));
        else onMessage(message);
      });
    },
  };
}
