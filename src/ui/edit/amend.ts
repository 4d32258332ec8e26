/** An order's prices and quantity as they are typed, until they are an amendment. */
import { type Decimal, lte, toText } from '../../domain/decimal.ts';
import type { AmendField, AmendTexts } from '../model.ts';
import type { OrderView } from '../slices.ts';
import { readAmount } from './amount.ts';

const AMEND_FIELDS: readonly AmendField[] = ['price', 'trigger', 'quantity'];

/** Fields the order has, top to bottom. */
export const fieldsOf = (from: AmendTexts): readonly AmendField[] =>
  AMEND_FIELDS.filter((field) => from[field] !== undefined);

/**
 * What of an order can be changed, as it stands: a trailing stop moves by itself, and protection
 * covers what is held.
 */
export function amendTexts(order: OrderView): AmendTexts {
  const { price, triggerPrice, quantity, type, role } = order;
  return {
    ...(price === null ? {} : { price: toText(price) }),
    ...(triggerPrice === null || type === 'trailingStop' ? {} : { trigger: toText(triggerPrice) }),
    ...(role === 'protective' ? {} : { quantity: toText(quantity) }),
  };
}

/** Null leaves the field as it is. */
export interface Amendment {
  readonly price: Decimal | null;
  readonly triggerPrice: Decimal | null;
  readonly quantity: Decimal | null;
}

export type AmendResult =
  | { readonly ok: true; readonly amendment: Amendment }
  | { readonly ok: false; readonly problem: string };

/** What of the texts differs from the order as it stood when they were taken from it. */
export function toAmendment(
  of: { readonly from: AmendTexts; readonly texts: AmendTexts },
  order: Pick<OrderView, 'filled'>,
): AmendResult {
  const values: Partial<Record<AmendField, Decimal>> = {};
  for (const field of fieldsOf(of.from)) {
    const before = of.from[field] ?? '';
    const text = of.texts[field] ?? before;
    const value = readAmount(text);
    if (value === null) {
      return {
        ok: false,
        problem: text === '' ? `type a ${field}` : `${field} ${text} is not a number above zero`,
      };
    }
    if (value !== readAmount(before)) values[field] = value;
  }
  if (Object.keys(values).length === 0) return { ok: false, problem: 'nothing is changed yet' };
  const { quantity } = values;
  if (quantity !== undefined && lte(quantity, order.filled)) {
    return { ok: false, problem: 'the quantity must be more than what is filled already' };
  }
  return {
    ok: true,
    amendment: {
      price: values.price ?? null,
      triggerPrice: values.trigger ?? null,
      quantity: quantity ?? null,
    },
  };
}
