import { type OrderId, roleOf } from '../../domain/ids.ts';
import type { ClientIdRule } from './row.ts';

type Coding = Pick<ClientIdRule, 'encode' | 'decode'>;

/** Ids go out as they are: 19 lower-case letters and digits. */
export const PLAIN_IDS: Coding = {
  encode: (id) => id,
  decode: ours,
};

/** `t` for `td`: kraken takes 18 characters of free text. */
export const SHORT_IDS: Coding = {
  encode: (id) => `t${id.slice(2)}`,
  decode: (text) => (text.startsWith('t') ? ours(`td${text.slice(1)}`) : null),
};

/** An id of ours, or null. */
function ours(text: string): OrderId | null {
  return roleOf(text) === null ? null : (text as OrderId);
}
