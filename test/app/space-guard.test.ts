import { expect, test } from 'vitest';

import { type DiskSpace, SpaceGuard, spaceLevel } from '../../src/app/state/space-guard.ts';

const MB = 1024 * 1024;
const GB = 1024 * MB;

test.each([
  [200 * MB, 1 * GB, 'enough'],
  [200 * MB - 1, 1 * GB, 'low'],
  [2 * GB, 100 * GB, 'enough'],
  [2 * GB - 1, 100 * GB, 'low'],
  [50 * MB, 1 * GB, 'low'],
  [50 * MB - 1, 1 * GB, 'scarce'],
  [0, 0, 'scarce'],
])('F54: %i of %i bytes free is %s', (freeBytes, totalBytes, level) => {
  expect(spaceLevel({ freeBytes, totalBytes })).toBe(level);
});

test('F54: low warns once, scarce pauses at every look, enough is said; the reserve is made while it fits', async () => {
  const said: string[] = [];
  let space: DiskSpace = { freeBytes: 10 * GB, totalBytes: 100 * GB };
  let reserves = 0;
  const guard = new SpaceGuard({
    directory: '/state',
    pause: (reason) => said.push(`pause: ${reason}`),
    notice: (level, text) => said.push(`${level}: ${text}`),
    measure: () => Promise.resolve(space),
    makeReserve: () => Promise.resolve((reserves += 1) > 0),
  });
  expect(guard.view).toBeNull();
  await guard.look();
  expect(said).toEqual([]);
  expect(reserves).toBe(1);
  space = { freeBytes: 150 * MB, totalBytes: 100 * GB };
  await guard.look();
  await guard.look();
  expect(said.splice(0)).toEqual([
    'warn: 150 MB left on the disk of /state: no entries below 50 MB',
  ]);
  space = { freeBytes: 49 * MB, totalBytes: 100 * GB };
  await guard.look();
  await guard.look();
  expect(guard.view).toEqual({ level: 'scarce', freeBytes: 49 * MB });
  expect(said.splice(0)).toEqual([
    'pause: 49 MB left on the disk of /state: make room, then resume',
    'warn: 49 MB left on the disk of /state: no entries below 50 MB',
    'pause: 49 MB left on the disk of /state: make room, then resume',
  ]);
  // The reserve is made as long as there is room for it, and that is as good as never too early.
  expect(reserves).toBe(3);
  space = { freeBytes: 10 * GB, totalBytes: 100 * GB };
  await guard.look();
  expect(said.splice(0)).toEqual(['info: 10240 MB left on the disk of /state: enough again']);
  expect(reserves).toBe(4);
});

test('a start looks at once: a full disk pauses before anything trades', async () => {
  const said: string[] = [];
  const guard = new SpaceGuard({
    directory: '/state',
    pause: (reason) => said.push(reason),
    notice: () => undefined,
    measure: () => Promise.resolve({ freeBytes: 6 * MB, totalBytes: 6 * MB }),
    makeReserve: () => Promise.reject(new Error('no room')),
  });
  guard.start();
  await guard.stop();
  expect(said).toEqual(['6 MB left on the disk of /state: make room, then resume']);
});

test('a disk that cannot be measured is said once and breaks nothing', async () => {
  const said: string[] = [];
  const guard = new SpaceGuard({
    directory: '/state',
    pause: () => said.push('pause'),
    notice: (_level, text) => said.push(text),
    measure: () => Promise.reject(new Error('EIO')),
  });
  await guard.look();
  await guard.look();
  expect(said).toEqual(['room on the disk is not watched: EIO']);
  guard.start();
  await guard.stop();
});
