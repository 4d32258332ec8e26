/** One incremental indicator: feed it in time order, one call per closed candle. */
export interface Indicator<Input, Output> {
  /** Inputs needed before the first output, including the one that makes it. */
  readonly warmup: number;
  /** Latest output, null while warming up. Never NaN. */
  readonly value: Output | null;
  update(input: Input): Output | null;
}
