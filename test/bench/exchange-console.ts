/** The console on the exchange, as a person has it on a terminal: its memory, and what comes when. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type Robot, createHome, openRobot } from '../support/robot.ts';
import { type BenchExchange, pause } from './exchange-kit.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');
const SAMPLE_MS = 1_000;
const PATIENCE_MS = 60_000;

interface Console {
  readonly robot: Robot;
  readonly home: string;
  close(): Promise<void>;
}

function openConsole(exchange: BenchExchange, through: readonly string[], env = {}): Console {
  const { home, remove } = createHome();
  const config = join(home, 'config');
  mkdirSync(join(config, 'exchanges'), { recursive: true });
  writeFileSync(join(config, 'tapedeck.json'), '{}');
  const account = { id: 'binance', account: 'main', endpoint: exchange.endpoint };
  writeFileSync(join(config, 'exchanges', 'binance.json'), JSON.stringify(account));
  const symbols = exchange.symbols.join(',');
  const run = ['--mode', 'testnet', '--exchange', 'binance', '--symbols', symbols];
  const robot = openRobot({
    home,
    size: '120x40',
    args: ['--config', config, ...run],
    through,
    env: { TAPEDECK_BINANCE_KEY: exchange.key, TAPEDECK_BINANCE_SECRET: exchange.secret, ...env },
  });
  return {
    robot,
    home,
    async close() {
      robot.kill('SIGTERM');
      await robot.exited();
      remove();
    },
  };
}

const residentMegabytes = (pid: number): number => {
  const text = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1_024;
};

/** Resident megabytes second by second, from the moment that every market streams. */
export async function measureMemory(
  exchange: BenchExchange,
  seconds: number,
): Promise<Float64Array> {
  const console_ = openConsole(exchange, []);
  try {
    await console_.robot.waitFor(/data stream[^]*account stream/, PATIENCE_MS);
    const samples = new Float64Array(seconds);
    for (let i = 0; i < seconds; i += 1) {
      await pause(SAMPLE_MS);
      samples[i] = residentMegabytes(console_.robot.pid);
    }
    return samples;
  } finally {
    await console_.close();
  }
}

/** Milliseconds from the first frame to the first file of the library; negative is too early. */
export async function libraryAfterFrame(exchange: BenchExchange): Promise<number> {
  const probe = join(import.meta.dirname, 'exchange-probe.ts');
  const start = `exec "${process.execPath}" --import "${probe}" "${join(SRC, 'cli/boot.ts')}" "$@"`;
  const { home, remove } = createHome();
  const moment = join(home, 'moment');
  const env = { BENCH_PROBE: moment, NODE_ENV: 'production' };
  const console_ = openConsole(exchange, ['sh', '-c', start], env);
  try {
    while (!console_.robot.raw().includes('TAPEDECK')) await pause(1);
    const frame = Date.now();
    await console_.robot.waitFor(/data stream/, PATIENCE_MS);
    if (!existsSync(moment)) throw new Error('the library was never asked for');
    return Number(readFileSync(moment, 'utf8')) - frame;
  } finally {
    await console_.close();
    remove();
  }
}

/** Milliseconds that the exchange's class takes to load; compiled code is kept as a console has it. */
export function measureImport(runs: number): Float64Array {
  const { home, remove } = createHome();
  const script = join(import.meta.dirname, 'exchange-import.ts');
  const env = { ...process.env, NODE_COMPILE_CACHE: join(home, 'compiled') };
  const load = (): number => {
    const { stdout, status, stderr } = spawnSync(process.execPath, [script], {
      env,
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return Number(stdout);
  };
  try {
    // The first fills the cache, as the first start of a console does.
    load();
    return Float64Array.from({ length: runs }, load);
  } finally {
    remove();
  }
}
