/** What the store is told about the application's data, and what it tells about recovery. */

import type { Envelope } from '../domain/record.ts';

/** What the application knows of records and state; the store knows neither. */
export interface StoreCodec<S, R extends { readonly n: number }> {
  /** State of a new directory. */
  readonly initial: () => S;
  /** One line of JSON: the envelope and what was appended. */
  readonly encode: (body: object, at: Envelope) => string;
  /** `schema`: version that wrote the text; left out: ours. */
  readonly decode: (text: string, schema?: number) => R;
  /** Changes `state` by one record: the one reducer. */
  readonly fold: (state: S, record: R) => void;
  readonly encodeState: (state: S) => string;
  readonly decodeState: (text: string, schema?: number) => S;
}

export interface Recovery<S, R> {
  readonly state: S;
  /** True when the directory held no state yet. */
  readonly fresh: boolean;
  /** Number of the newest record; 0 before the first. */
  readonly lastN: number;
  /** Newest record after the snapshot; null when the snapshot is the newest. */
  readonly lastRecord: R | null;
  /** Version that wrote the snapshot; lower than ours: a start has to migrate it. */
  readonly schema: number;
  /** Records folded on top of the snapshot. */
  readonly replayed: number;
  /** Bytes of journal behind the snapshot. */
  readonly replayedBytes: number;
  /** Segment that is continued; 0 when fresh. */
  readonly generation: number;
  readonly snapshotGeneration: number;
  /** A torn last line: never acknowledged, cut off by a start, ignored by a reader. */
  readonly truncated: Truncation | null;
  /** Newest snapshot when it was damaged and its predecessor was used. */
  readonly damagedSnapshot: string | null;
  /** Left-overs of an interrupted compaction; a start removes them. */
  readonly stale: readonly string[];
  /** Saved digest after `lastN`, for `createResumableDigest`. */
  readonly digest: string;
}

/** A torn tail: where it begins and how long it is. */
export interface Truncation {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
}
