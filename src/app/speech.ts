/** What a session says: lines of its log, and answers to the operator. */
import type { EpochMs } from '../domain/time.ts';
import { createWallClock } from '../engine/clock.ts';
import type { LogLine } from '../ports.ts';
import type { LogFile } from '../store/log-file.ts';
import { redactHead } from '../store/redact.ts';
import type { Notice } from './session-types.ts';

/** Lines and answers a view carries. */
const LOG_LINES = 300;
const NOTICES = 20;
/** Of one line; no screen shows more. */
const MAX_CHARACTERS = 8_192;

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
    const said = { ...line, message: this.clean(line.message) };
    this.kept.push({ time, ...said });
    if (this.kept.length > LOG_LINES * 2) this.kept.splice(0, LOG_LINES);
    this.of.logFile.write({ time: this.wall.now(), ...said, data: { engineTime: time } });
    this.of.onSaid();
  }

  notice(level: Notice['level'], text: string): void {
    this.count += 1;
    const said = this.clean(text);
    const time = this.of.now();
    this.answers.push({ id: this.count, time, level, text: said });
    if (this.answers.length > NOTICES) this.answers.shift();
    // Fills of the operator's own orders are lines of the log already, several of one moment first.
    const isSame = (line: LogLine): boolean => line.time === time && line.message === said;
    if (this.kept.slice(-NOTICES).some(isSame)) return this.of.onSaid();
    this.log({ level, category: 'system', message: said });
  }

  /** Without secrets, and bounded: a venue's answer may be a page of megabytes. */
  private clean(text: string): string {
    return redactHead(this.of.logFile.redact, text, MAX_CHARACTERS).slice(0, MAX_CHARACTERS);
  }
}
