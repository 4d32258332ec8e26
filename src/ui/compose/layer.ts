import type { Row } from '../text/rows.ts';

/** A rectangle of finished rows: exactly `height` of exactly `width` cells. */
export interface Layer {
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Row[];
}
