/** Readers hear of changes at most this often; commands are heard of at once. */
const NOTIFY_MS = 100;

/** Who is told that there is a new view. */
export class Listeners {
  private readonly listeners = new Set<() => void>();
  private timer: NodeJS.Timeout | null = null;

  add(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Something a reader could see changed: told soon, once. */
  changed(): void {
    if (this.timer !== null || this.listeners.size === 0) return;
    this.timer = setTimeout(() => this.tell(), NOTIFY_MS);
  }

  tell(): void {
    this.stop();
    for (const listener of this.listeners) listener();
  }

  /** What was to be told soon is not told any more. */
  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }
}
