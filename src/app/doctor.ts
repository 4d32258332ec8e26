/** Checks of the machine and of what is ours on it. Changes nothing that stays. */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { keysDirectory } from '../config/files.ts';
import { loadConfig } from '../config/load.ts';
import { listKeys } from '../keys/key-store.ts';
import { runningHolder } from '../store/lock.ts';
import { checkStateDirectory } from '../store/state-dir.ts';
import type { Surroundings } from './assemble.ts';
import { checkInstances } from './instances.ts';
import { toFailure } from './failure.ts';
import { readState, type StatePlace } from './state/reader.ts';

export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly value: string | number | boolean | null;
  readonly limit: string | number | null;
  /** What to do; empty where all is well. */
  readonly advice: string;
}

export interface TerminalFacts {
  readonly isTty: boolean;
  readonly columns: number | null;
  readonly rows: number | null;
  /** 0 none, 1 16 colors, 2 256, 3 true color. */
  readonly colorLevel: number;
}

export interface DoctorOptions {
  readonly place: StatePlace;
  readonly config: string | null;
  readonly around: Surroundings;
  readonly terminal: TerminalFacts;
}

const NODE_MAJOR = 24;
const SMALLEST = { columns: 80, rows: 24 } as const;
const LOW_SPACE_MB = 200;
const SLOW_COMMIT_MS = 10;
const COMMITS = 200;

/** Every check, in the order it is shown. */
export function runDoctor(options: DoctorOptions): Check[] {
  return [
    nodeCheck(),
    ...terminalChecks(options),
    configCheck(options),
    ...stateChecks(options.place.directory),
    keysCheck(options),
    ...diskChecks(options.place.directory),
    clockCheck(),
  ];
}

function nodeCheck(): Check {
  const { node } = process.versions;
  const ok = Number(node.split('.')[0]) >= NODE_MAJOR;
  const advice = 'run npm ci, which brings the right Node, or install Node 24 from nodejs.org';
  return result('node', ok, { value: node, limit: `>= ${NODE_MAJOR}`, advice });
}

function terminalChecks({ terminal, around }: DoctorOptions): Check[] {
  const { isTty, columns, rows, colorLevel } = terminal;
  const large = (columns ?? 0) >= SMALLEST.columns && (rows ?? 0) >= SMALLEST.rows;
  const { environment } = around;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return [
    result('terminal', isTty, {
      value: isTty,
      limit: null,
      advice: 'output is not a terminal here; the console needs one, --headless does not',
    }),
    result('terminal size', !isTty || large, {
      value: isTty ? `${columns ?? 0}x${rows ?? 0}` : null,
      limit: `${SMALLEST.columns}x${SMALLEST.rows}`,
      advice: 'enlarge the window or the tmux pane',
    }),
    result('colors', !isTty || colorLevel >= 1, {
      value: ['none', '16', '256', 'truecolor'][colorLevel] ?? 'none',
      limit: null,
      advice: 'set TERM to what the terminal is, e.g. xterm-256color; unset NO_COLOR',
    }),
    result('UTF-8', /utf-?8/i.test(locale), {
      value: locale === '' ? null : locale,
      limit: 'UTF-8',
      advice: 'export LANG=C.UTF-8, or boxes and sparklines may show as question marks',
    }),
  ];
}

function configCheck({ config, around }: DoctorOptions): Check {
  return attempt('configuration', () => {
    const loaded = loadConfig({ ...around, directory: config, flags: [] });
    checkInstances(loaded);
    return loaded.directory ?? 'built-in defaults';
  });
}

function stateChecks(directory: string): Check[] {
  if (!existsSync(directory)) {
    const value = 'none yet';
    return [result('state directory', true, { value, limit: directory, advice: '' })];
  }
  const pid = runningHolder(directory)?.pid ?? null;
  return [
    attempt('state directory', () => {
      checkStateDirectory(directory);
      return directory;
    }),
    result('lock', true, {
      value: pid === null ? 'free' : `held by pid ${pid}`,
      limit: null,
      advice: '',
    }),
    attempt('stored state', () => `${readState(directory).lastRecord} records`),
  ];
}

/** Looked at from outside: no passphrase is asked for. */
function keysCheck({ around }: DoctorOptions): Check {
  return attempt('keys of exchanges', () => {
    const keys = listKeys(keysDirectory(around.environment));
    const broken = [...keys].filter(([, label]) => label === null).map(([name]) => name);
    return broken.length === 0 ? `${keys.size} kept` : `not readable: ${broken.join(', ')}`;
  });
}

function diskChecks(directory: string): Check[] {
  const place = nearestExisting(directory);
  const { bavail, bsize } = statfsSync(place);
  const freeMb = Math.floor((bavail * bsize) / (1024 * 1024));
  return [
    result('disk space', freeMb >= LOW_SPACE_MB, {
      value: `${freeMb} MB`,
      limit: `>= ${LOW_SPACE_MB} MB`,
      advice: `make room on the disk of ${place}; entries stop when it is full`,
    }),
    commitCheck(place),
  ];
}

/** p99 of small appends that survive a power cut, measured where the state lies. */
function commitCheck(place: string): Check {
  const check = 'durable write p99';
  const limit = `<= ${SLOW_COMMIT_MS} ms`;
  try {
    const p99 = measureCommits(place);
    return result(check, p99 <= SLOW_COMMIT_MS, {
      value: `${p99.toFixed(2)} ms`,
      limit,
      advice: 'the disk is slow or busy; confirmations of live orders would wait for it',
    });
  } catch (error) {
    const advice = `${toFailure(error).line}; make ${place} writable or use --state`;
    return { check, ok: false, value: null, limit, advice };
  }
}

function measureCommits(place: string): number {
  const scratch = mkdtempSync(join(place, '.tapedeck-doctor-'));
  try {
    const file = openSync(join(scratch, 'probe'), 'wx', 0o600);
    const line = Buffer.alloc(256, 'x');
    const times = Array.from({ length: COMMITS }, () => {
      const started = performance.now();
      writeSync(file, line);
      fdatasyncSync(file);
      return performance.now() - started;
    });
    closeSync(file);
    return times.sort((a, b) => a - b)[Math.floor(COMMITS * 0.99) - 1] ?? 0;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Beside the state directory, never in it: nothing foreign may lie there. */
function nearestExisting(directory: string): string {
  let place = dirname(directory);
  while (!existsSync(place)) place = dirname(place);
  return place;
}

const EARLIEST = Date.UTC(2025, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

function clockCheck(): Check {
  const now = Date.now();
  return result('clock', now > EARLIEST && now < LATEST, {
    value: new Date(now).toISOString(),
    limit: 'a time between 2025 and 2100',
    advice: 'set the system clock; timedatectl set-ntp true keeps it right',
  });
}

function attempt(check: string, action: () => string): Check {
  try {
    return { check, ok: true, value: action(), limit: null, advice: '' };
  } catch (error) {
    return { check, ok: false, value: null, limit: null, advice: toFailure(error).line };
  }
}

function result(
  check: string,
  ok: boolean,
  of: { value: Check['value']; limit: Check['limit']; advice: string },
): Check {
  return { check, ok, value: of.value, limit: of.limit, advice: ok ? '' : of.advice };
}
