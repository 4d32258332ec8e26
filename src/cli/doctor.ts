import { supportsColor } from 'chalk';
import { type Check, runDoctor } from '../app/doctor.ts';
import { EXIT } from '../app/failure.ts';
import { findState } from '../app/state/reader.ts';
import { readEnvironment } from '../config/secrets.ts';
import { createCommand, runCommand } from './command.ts';
import { colors, print, printJson, toTable } from './output.ts';
import { addIdentity, addPlaces, settingFlags, textOf, type Values } from './run-flags.ts';

/** Checks that decide whether a console can run at all; the others only advise. */
const NEEDED: ReadonlySet<string> = new Set([
  'node',
  'configuration',
  'state directory',
  'stored state',
  'disk space',
]);

/** `doctor`: exit code 1 when something needed fails. */
export async function execute(args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const command = createCommand({
    name: 'doctor',
    summary: 'Check Node, terminal, disk, state and configuration; say what to do.',
    examples: ['tapedeck doctor', 'tapedeck doctor --json'],
  });
  addIdentity(command);
  addPlaces(command);
  command.option('--json', 'one JSON document').action(async (values: Values) => {
    exitCode = await doctor(values);
  });
  await runCommand(command, args);
  return exitCode;
}

async function doctor(values: Values): Promise<number> {
  const around = { environment: readEnvironment(), cwd: process.cwd() };
  const config = textOf(values, 'config');
  const { stdout } = process;
  const checks = runDoctor({
    place: placeOf(values, around),
    config,
    around,
    terminal: {
      isTty: stdout.isTTY === true,
      columns: stdout.isTTY ? stdout.columns : null,
      rows: stdout.isTTY ? stdout.rows : null,
      colorLevel: supportsColor === false ? 0 : supportsColor.level,
    },
  });
  if (values['json'] === true) await printJson(checks);
  else await print(toText(checks));
  return checks.some(({ check, ok }) => !ok && NEEDED.has(check)) ? EXIT.failed : EXIT.done;
}

/** A broken configuration is one of the findings: the place is then that of the defaults. */
function placeOf(values: Values, around: Parameters<typeof findState>[1]) {
  const of = { config: textOf(values, 'config'), state: textOf(values, 'state') };
  const flags = settingFlags(values);
  try {
    return findState({ ...of, flags }, around);
  } catch {
    const { HOME = '/', XDG_STATE_HOME = '' } = around.environment;
    return findState(
      { ...of, config: null, flags: [] },
      {
        cwd: '/',
        environment: { HOME, XDG_STATE_HOME },
      },
    );
  }
}

function toText(checks: readonly Check[]): string {
  const { green, red } = colors();
  const marked = toTable(checks, [
    { title: '', cell: ({ ok }) => (ok ? 'ok' : 'NO') },
    { title: 'check', cell: ({ check }) => check },
    { title: 'found', cell: ({ value }) => (value === null ? '-' : String(value)) },
    { title: 'wanted', cell: ({ limit }) => (limit === null ? '' : String(limit)) },
    { title: 'advice', cell: ({ advice }) => advice },
  ]);
  return marked.replace(/^ok/gm, green('ok')).replace(/^NO/gm, red('NO'));
}
