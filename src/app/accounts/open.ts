/** Opens every account of a console. */
import type { SessionGuard } from '../build.ts';
import { type ConsoleSession, openConsoleSession } from '../console-session.ts';
import type { RunOptions } from '../run-options.ts';
import { AccountsSession, type OpenedSession } from './accounts-session.ts';

/**
 * The session of one account, or of several under one screen. Throws what opening one of them
 * throws; those that were open by then are closed again.
 */
export async function openAccounts(
  first: RunOptions,
  others: readonly RunOptions[],
  guard: SessionGuard,
): Promise<OpenedSession> {
  const leading = await openConsoleSession(first, guard);
  if (others.length === 0) return leading;
  const opened: ConsoleSession[] = [];
  try {
    // One after the other: each asks its exchange for history.
    for (const options of others) opened.push(await openConsoleSession(options, gateOnly(guard)));
  } catch (error) {
    await Promise.allSettled([leading, ...opened].map((one) => one.close('another did not open')));
    throw error;
  }
  return new AccountsSession([leading, ...opened]);
}

/** The emergency thread closes one gate for all; its own wire is that of the first account. */
function gateOnly(guard: SessionGuard): SessionGuard {
  return {
    get isClosed() {
      return guard.isClosed;
    },
    mayExist: () => undefined,
    gone: () => undefined,
  };
}
