import { BugError } from '../domain/errors.ts';

/** The element at `index`; throws outside the array, which only a bug of ours can cause. */
export function valueAt(values: Float64Array, index: number): number {
  const value = values[index];
  if (value === undefined) {
    throw new BugError(`index ${index} is outside a window of ${values.length}`);
  }
  return value;
}
