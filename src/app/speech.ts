/** What a session says: lines of its log, and answers to the operator. */
import type { EpochMs } from '../domain/time.ts';
import { createWallClock } from '../engine/clock.ts';
import type { LogLine } from '../ports.ts';
import type { LogFile } from '../store/log-file.ts';
import type { Notice } from './session-types.ts';

/** Lines and answers a view carries. */
const LOG_LINES = 300;
const NOTICES = 20;

export class Speech {
  private readonly wall = createWallClock();
  private readonly kept: LogLine[] = [];
  private readonly answers: Notice[] = [];
  private readonly of: {
    readonly logFile: LogFile;
    readonly now: () => EpochMs;
    readonly onSaid: () => void;
  };
  private count: number;

  /** `noticesBefore`: answers of the session this one goes on for; ids only rise. */
  constructor(of: Speech['of'], noticesBefore: number) {
    this.of = of;
    this.count = noticesBefore;
  }

  /** Newest last. */
  get lines(): readonly LogLine[] {
    return this.kept.slice(-LOG_LINES);
  }

  get notices(): readonly Notice[] {
    return this.answers.slice();
  }

  log(line: Omit<LogLine, 'time'>): void {
    const time = this.of.now();
    this.kept.push({ time, ...line });
    if (this.kept.length > LOG_LINES * 2) this.kept.splice(0, LOG_LINES);
    this.of.logFile.write({ time: this.wall.now(), ...line, data: { engineTime: time } });
    this.of.onSaid();
  }

  notice(level: Notice['level'], text: string): void {
    this.count += 1;
    this.answers.push({ id: this.count, time: this.of.now(), level, text });
    if (this.answers.length > NOTICES) this.answers.shift();
    // A fill of the operator's own order is a line of the log already.
    if (this.kept.at(-1)?.message === text) return this.of.onSaid();
    this.log({ level, category: 'system', message: text });
  }
}
