import { expect, it } from 'vitest';

import { fitRow, rowText, span } from '../../../src/ui/text/rows.ts';

it('cuts texts before a number, never inside it', () => {
  const cut = (text: string, width: number): string => rowText(fitRow([span(text)], width));
  expect(cut('bands 3,614.91 to 3,630.51', 24)).toBe('bands 3,614.91 to …     ');
  expect(cut('fee 0.4987 USDT', 12)).toBe('fee 0.4987 …');
  expect(cut('fee 0.4987', 9)).toBe('fee …    ');
  expect(cut('order td0001', 10)).toBe('order td0…');
  expect(cut('above · EMA −12.50', 17)).toBe('above · EMA …    ');
});
