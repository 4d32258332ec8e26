/** What stands around every command: signals that nobody needs, errors that nobody caught. */
import type { Started } from '../config/secrets.ts';
import { note } from './output.ts';

/** Node would open a debugger at the one, and both end a process that does not listen. */
export function ignoreDebugSignals(): void {
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => undefined);
}

/** Node prints whatever was thrown, with all it holds: here one line and places, no secrets. */
export function endOnBug(started: Started): void {
  const end = async (error: unknown): Promise<void> => {
    const [{ toFailure, framesOf }, redact] = await Promise.all([
      import('../app/failure.ts'),
      redactOf(started),
    ]);
    note(`tapedeck: stopped by a bug: ${toFailure(error, redact).line}`);
    for (const frame of framesOf(error, redact)) note(frame);
    process.exit(1);
  };
  process.on('uncaughtException', (error: unknown) => {
    // A session has its own way of ending, with its journal in order.
    if (process.listenerCount('uncaughtException') === 1) void end(error);
  });
}

/** Takes the secrets this process was started with out of a text. */
export async function redactOf({ secrets }: Started): Promise<(text: string) => string> {
  const { redactorOf } = await import('../app/failure.ts');
  return redactorOf(secrets);
}
