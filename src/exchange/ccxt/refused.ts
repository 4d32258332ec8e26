import { BugError, InputError } from '../../domain/errors.ts';
import { toFault } from './errors.ts';
import type { Instance } from './instance-type.ts';
import type { ExchangeRow } from './row.ts';

/**
 * What a failed question comes to for whoever waits for an exchange: one line that names it. Exit 3
 * where the key is refused, 4 where waiting may help. InputError and BugError stay what they are.
 */
export function asRefusal(
  error: unknown,
  of: { readonly instance: Instance; readonly row: ExchangeRow },
  fix = `look at it with tapedeck keys check --exchange ${of.row.id}, or make a new one there`,
): Error {
  if (error instanceof InputError || error instanceof BugError) return error;
  const { id } = of.row;
  const fault = toFault(error, { ...of, kind: 'query' });
  const { reason } = fault;
  if (fault.kind === 'auth') {
    return new InputError(`exchange ${id} refuses the key: ${reason}; ${fix}`, 3);
  }
  return new InputError(`exchange ${id} does not answer as it should: ${reason}`, 4);
}

/** Asks with a client; what it throws is told as `asRefusal` tells it. */
export async function askedOf<T>(
  of: Parameters<typeof asRefusal>[1],
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw asRefusal(error, of);
  }
}
