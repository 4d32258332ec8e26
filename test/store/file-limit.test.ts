import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { recover } from '../../src/store/recover.ts';
import { makeDirectory, removeDirectory, sumCodec } from './store-kit.ts';

test.skipIf(process.platform !== 'linux')(
  'F54: a file that may not grow fails the journal in words and loses nothing acknowledged',
  () => {
    const dir = makeDirectory();
    const script = fileURLToPath(new URL('./file-limit-child.ts', import.meta.url));
    const command = `ulimit -f 24; exec "${process.execPath}" "${script}" "${dir}"`;
    const { stdout, status } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
    expect(status).toBe(0);
    const told = JSON.parse(stdout) as { failed: string; errno: string; durable: number };
    expect(told.errno).toBe('EFBIG');
    expect(told.failed).toMatch(/^State cannot be saved: EFBIG/);
    expect(told.durable).toBeGreaterThan(100);
    expect(recover(dir, sumCodec()).lastN).toBeGreaterThanOrEqual(told.durable);
    removeDirectory(dir);
  },
);
