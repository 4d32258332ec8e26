import type { RunId } from '../../domain/ids.ts';

const OWN = /^td([0-9a-z]{11})[0-9a-z]{5}[exp]$/;

/** The run that made a client order id of our form; null where it is not of our form. */
export function runOf(clientOrderId: string | null): RunId | null {
  const run = clientOrderId === null ? undefined : OWN.exec(clientOrderId)?.[1];
  return run === undefined ? null : (run as RunId);
}
