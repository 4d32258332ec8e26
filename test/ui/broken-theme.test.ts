// A theme file that somebody edits is no reason to end a run.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { type Robot, createHome, openRobot } from '../support/robot.ts';
import { type FixtureProgram, buildFixture } from './fixture-program.ts';

const WAIT = { timeout: 60_000, interval: 20 };
const THEMES = join(import.meta.dirname, '..', '..', 'themes');
let fixture: FixtureProgram;
let program = '';

beforeAll(async () => {
  fixture = await buildFixture();
  const { directory } = fixture;
  // The program finds its themes two levels up: here they are a copy that may be broken.
  const inner = join(directory, 'inner', 'most');
  mkdirSync(inner, { recursive: true });
  for (const name of readdirSync(directory)) {
    if (name.endsWith('.js')) copyFileSync(join(directory, name), join(inner, name));
  }
  program = join(inner, 'console-fixture.js');
  cpSync(THEMES, join(directory, 'themes'), { recursive: true });
  writeFileSync(join(directory, 'themes', 'broken.json'), '{"summary":"x","tokens":{}}');
  // Right behind it in the order of the key.
  mkdirSync(join(directory, 'themes', 'chipped.json'));
});

afterAll(() => fixture.remove());

function open(behavior: string): { robot: Robot; said: () => string } {
  const { home, remove } = createHome();
  onTestFinished(remove);
  const pidFile = join(fixture.directory, `pid-${behavior}`);
  const through = [process.execPath, program, pidFile, behavior];
  const robot = openRobot({ home, args: [], through, env: { NODE_ENV: 'production' } });
  onTestFinished(async () => {
    robot.kill('SIGKILL');
    await robot.exited();
  });
  const said = `${pidFile}.said`;
  return { robot, said: () => (existsSync(said) ? readFileSync(said, 'utf8') : '') };
}

test('one that is chosen leaves the looks as they are, and is named', async () => {
  const { robot, said } = open('still');
  await robot.waitFor('RUNNING');
  // The order of the key is that of the names, and begins anew at the end.
  const named = (screen: string): string => /theme (\S+)/.exec(screen)?.[1] ?? '';
  for (let shown = ''; shown !== 'chipped';) {
    const left = shown;
    robot.press('T');
    shown = named(await robot.waitFor((screen) => !['', left].includes(named(screen))));
  }
  await expect.poll(said, WAIT).toContain('chipped');
  expect(said()).toMatch(/^broken themes\/broken\.json: token text\.normal /);
  expect(said()).toContain('broken themes/chipped.json is not a file\n');
  robot.press('T');
  await robot.waitFor('theme colorblind');
  robot.press('?');
  await robot.waitFor('━ Keys');
});

test('one that is remembered gives way to the configured one', async () => {
  const { robot, said } = open('remember');
  await robot.waitFor('RUNNING');
  await expect.poll(said, WAIT).toContain('broken themes/broken.json: token text.normal ');
});
