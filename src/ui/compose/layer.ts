import type { Rect } from '../text/frame.ts';
import type { Row } from '../text/rows.ts';

/** A rectangle of finished rows: exactly `height` of exactly `width` cells. */
export interface Layer extends Rect {
  readonly key: string;
  readonly rows: readonly Row[];
}
