/** Unlocking with patience: each wrong passphrase makes the next answer wait longer. */
import { InputError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { type ApiKey, type Derive, deriveKey, type KeyLabel, openKey } from './key-file.ts';
import { readKey } from './key-store.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Wrong ones of a process; then it has to be started again. */
export const MAX_WRONG = 10;

interface Unlocked {
  readonly label: KeyLabel;
  readonly content: ApiKey;
}

export class Unlocker {
  private readonly of: {
    readonly directory: string;
    readonly wait: (ms: number) => Promise<void>;
    readonly derive?: Derive;
  };
  private wrong = 0;

  constructor(of: Unlocker['of']) {
    this.of = of;
  }

  /** Is there such a file, and a private one? Before anybody types. Throws InputError. */
  look(name: string): void {
    readKey(this.of.directory, name);
  }

  /** The key, or the refusal of `openKey` after a while that doubles. Throws InputError. */
  async unlock(name: string, passphrase: Secret): Promise<Unlocked> {
    if (this.wrong >= MAX_WRONG) {
      throw new InputError(`key ${name}: ${MAX_WRONG} wrong passphrases; start again`, 3);
    }
    const { directory, wait, derive = deriveKey } = this.of;
    const bytes = readKey(directory, name);
    try {
      const unlocked = await openKey(bytes, { name, passphrase, derive });
      this.wrong = 0;
      return unlocked;
    } catch (error) {
      this.wrong += 1;
      await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.wrong - 1)));
      throw error;
    }
  }
}
