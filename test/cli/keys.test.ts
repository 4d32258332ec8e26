import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { toFailure } from '../../src/app/failure.ts';
import { execute as config } from '../../src/cli/config.ts';
import { execute as run } from '../../src/cli/run.ts';
import { temporaryDirectory } from '../support/config-directory.ts';

/** A configuration with these keys, as `--config` takes it. */
function withKeys(keys: unknown): readonly string[] {
  const cwd = temporaryDirectory({ 'config/tapedeck.json': '{}' });
  const directory = join(cwd, 'config');
  writeFileSync(join(directory, 'tapedeck.json'), JSON.stringify({ ui: { keys } }));
  return ['--config', directory];
}

test.each([
  [{ zooom: ['z'] }, /ui\.keys: action "zooom" is unknown; did you mean "zoom"\?$/],
  [{ zoom: ['o'] }, /ui\.keys: key "o" is bound to order \(.*\) and zoom \(.*\); give one/],
  [{ halt: [] }, /ui\.keys: halt needs a key/],
  [{ zoom: 'z' }, /ui\.keys\.zoom is "z"; allowed: list of text/],
])('%j is refused by config check and by a run, before anything starts', async (keys, line) => {
  const args = withKeys(keys);
  const checked = toFailure(await config(['check', ...args]).catch((error: unknown) => error));
  expect(checked.line).toMatch(line);
  expect(checked.line, 'says which file').toMatch(/tapedeck\.json/);
  expect(checked.exitCode).toBe(2);
  const state = join(temporaryDirectory({}), 'state');
  const started = await run(['--headless', '--for', '1s', '--state', state, ...args]).catch(
    (error: unknown) => error,
  );
  expect(toFailure(started)).toEqual(checked);
});
