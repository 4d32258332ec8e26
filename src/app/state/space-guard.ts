/**
 * Room on the disk of the state, looked at every half minute: a warning while there is time to
 * act, no more entries before the journal itself fails, and a reserve for the stop's own record.
 */
import { statfs } from 'node:fs/promises';
import { messageOf } from '../../domain/errors.ts';
import { ensureReserve } from '../../store/stop-file.ts';

const LOOK_EVERY_MS = 30_000;
const MB = 1024 * 1024;
/** Below it, or below 2 % of the disk, a warning. */
export const LOW_BYTES = 200 * MB;
const LOW_FRACTION = 0.02;
/** Below it no new entries. */
export const SCARCE_BYTES = 50 * MB;

export interface DiskSpace {
  /** What this user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export type SpaceLevel = 'enough' | 'low' | 'scarce';

export interface SpaceView {
  readonly level: SpaceLevel;
  readonly freeBytes: number;
}

export interface SpaceGuardPorts {
  readonly directory: string;
  /** Entries are to stop with this reason; called at every look while it stays so. */
  readonly pause: (reason: string) => void;
  readonly notice: (level: 'info' | 'warn', text: string) => void;
  /** Seam of tests; the file system's own figures without it. */
  readonly measure?: () => Promise<DiskSpace>;
  readonly makeReserve?: () => Promise<boolean>;
}

/** How scarce that is. */
export function spaceLevel({ freeBytes, totalBytes }: DiskSpace): SpaceLevel {
  if (freeBytes < SCARCE_BYTES) return 'scarce';
  return freeBytes < LOW_BYTES || freeBytes < totalBytes * LOW_FRACTION ? 'low' : 'enough';
}

export class SpaceGuard {
  private readonly ports: SpaceGuardPorts;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();
  private shown: SpaceView | null = null;
  private hasTrouble = false;

  constructor(ports: SpaceGuardPorts) {
    this.ports = ports;
  }

  /** Null until the first look. */
  get view(): SpaceView | null {
    return this.shown;
  }

  /** Looks at once: a start on a full disk must not trade until somebody looks. */
  start(): void {
    this.looking = this.look();
    this.timer = setInterval(() => {
      this.looking = this.look();
    }, LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** Resolves when no look is under way any more. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    await this.looking;
  }

  /** Never rejects: what cannot be measured is said once. */
  async look(): Promise<void> {
    const { directory, measure = () => measureDisk(directory) } = this.ports;
    try {
      const space = await measure();
      this.judge(space);
      const makeReserve = this.ports.makeReserve ?? (() => ensureReserve(directory));
      if (this.shown?.level !== 'scarce') await makeReserve();
      this.hasTrouble = false;
    } catch (error) {
      if (this.hasTrouble) return;
      this.hasTrouble = true;
      const text = `room on the disk is not watched: ${messageOf(error)}`;
      this.ports.notice('warn', text);
    }
  }

  private judge(space: DiskSpace): void {
    const level = spaceLevel(space);
    const before = this.shown?.level ?? 'enough';
    this.shown = { level, freeBytes: space.freeBytes };
    const left = `${Math.floor(space.freeBytes / MB)} MB left on the disk of ${this.ports.directory}`;
    if (level === 'scarce') this.ports.pause(`${left}: make room, then resume`);
    if (level === before) return;
    if (level === 'enough') this.ports.notice('info', `${left}: enough again`);
    else this.ports.notice('warn', `${left}: no entries below ${SCARCE_BYTES / MB} MB`);
  }
}

async function measureDisk(directory: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
