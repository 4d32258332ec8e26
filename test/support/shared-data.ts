import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, test } from 'vitest';

const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');

/** Suites carry this mark in their name, so that the reporter can count them. */
export const SHARED_DATA_MARK = '[shared data]';

/** Absolute path of a file of ../shared/data (seen from the project root); it may be absent. */
export function sharedDataPath(name: string): string {
  return join(DATA, name);
}

/** Whether every named file of ../shared/data is on this machine. */
export function hasData(...names: readonly string[]): boolean {
  return names.every((name) => existsSync(sharedDataPath(name)));
}

/** The text of a file of ../shared/data; call it inside `describeWithData` only. */
export function readSharedData(name: string): string {
  return readFileSync(sharedDataPath(name), 'utf8');
}

/**
 * A suite that needs files of ../shared/data. Where one is absent the suite is skipped, its name
 * says why, and its body never runs; with REQUIRE_DATA=1 an absent file is a failure instead.
 */
export function describeWithData(title: string, names: readonly string[], body: () => void): void {
  const missing = names.filter((name) => !hasData(name));
  if (missing.length === 0) {
    describe(`${title} ${SHARED_DATA_MARK}`, body);
    return;
  }
  describe(`${title} ${SHARED_DATA_MARK}`, () => {
    const reason = `needs ../shared/data/{${missing.join(',')}}`;
    if (process.env['REQUIRE_DATA'] !== '1') {
      test.skip(reason, () => undefined);
      return;
    }
    test(reason, () => {
      throw new Error(`REQUIRE_DATA=1, but this suite ${reason}`);
    });
  });
}
