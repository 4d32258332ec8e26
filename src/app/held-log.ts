import type { Log } from '../ports.ts';

/** Keeps log lines until there is somewhere to write them. */
export class HeldLog {
  private readonly lines: Parameters<Log>[0][] = [];
  private sink: Log | null = null;

  log(line: Parameters<Log>[0]): void {
    if (this.sink === null) this.lines.push(line);
    else this.sink(line);
  }

  /** From now on lines go there, those that were kept first. */
  release(sink: Log): void {
    this.sink = sink;
    for (const line of this.lines.splice(0)) sink(line);
  }
}
