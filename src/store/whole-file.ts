/** Files that are read whole and replaced whole. What must survive a power cut syncs by itself. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { OWNER_ONLY } from './store-fs.ts';

/**
 * Writes a file whole or not at all, beside it first. Not synced: a power cut may bring the one
 * before back. Throws what the file system says.
 */
export function replaceFile(path: string, content: string | Uint8Array, mode = OWNER_ONLY): void {
  const draft = `${path}.new`;
  // What an earlier write left, or was put there: nothing may lead the writing elsewhere.
  rmSync(draft, { force: true });
  try {
    writeFileSync(draft, content, { mode, flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
