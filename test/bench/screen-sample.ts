/** What a measured child reports of itself. */
export interface ChildSample {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Beyond the monitor's own interval. */
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
}

export interface HeapSample {
  /** Frames drawn before it was weighed. */
  readonly frames: number;
  readonly heapBytes: number;
}

export interface HaltSample {
  /** From the key's bytes leaving their source until the engine refuses orders, milliseconds. */
  readonly delaysMs: readonly number[];
}
