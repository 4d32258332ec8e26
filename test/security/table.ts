// The attacks of the security study, row by row: the tests that prove the answer, or what the row
// waits for. Data, so that tables and checks are made of it.

/** Parts of the program that later issues bring. */
export type Later = 'keyring' | 'HTTP API' | 'notifications' | 'attach';

export interface Proof {
  /** Under test/. */
  readonly file: string;
  /** A title of a test or of its group, as it is written there. */
  readonly title: string;
}

export interface SecurityRow {
  readonly id: `S${number}`;
  readonly attack: string;
  readonly answer: string;
  readonly proofs: readonly Proof[];
  /** What is not proven yet, and why; null where nothing is missing. */
  readonly waits: { readonly for: Later; readonly because: string } | null;
}

const proof = (file: string, title: string): Proof => ({ file, title });

const TEXT = 'security/outside-text.test.ts';
const TERMINAL = 'security/terminal.test.ts';
const CONFIG = 'security/config.test.ts';
const FILES = 'security/files.test.ts';
const START = 'security/start.test.ts';
const HOST = 'strategies/host/security.test.ts';
const CLIENT = 'security/exchange-canary.test.ts';
const GATE = 'app/live/live-gate.test.ts';
const LIVE = 'app/live/live-session.test.ts';

const ON_EVERY_PANE = [
  proof(TEXT, 'reaches no pane, no dialog and no line but as visible characters on one line'),
  proof(TERMINAL, 'is read on every pane without one of them reaching the terminal'),
];

function proven(
  id: SecurityRow['id'],
  attack: string,
  of: { readonly answer: string; readonly proofs: readonly Proof[] },
): SecurityRow {
  return { id, attack, ...of, waits: null };
}

function waiting(
  id: SecurityRow['id'],
  attack: string,
  later: Later,
  because: string,
): SecurityRow {
  return { id, attack, answer: '', proofs: [], waits: { for: later, because } };
}

const API_ATTACKS = {
  24: 'a call without, or with a wrong token',
  25: 'a call for another host (DNS rebinding)',
  26: 'a call from a web page',
  27: 'an interface bound to all addresses',
  28: 'a flood, a slow reader, a body of 1 GB',
  29: 'an order sent twice',
} as const;

/** S1 to S40. */
export const SECURITY_ROWS: readonly SecurityRow[] = [
  proven('S1', 'a symbol that sets the window title', {
    answer: 'refused as a symbol, and shown escaped; no ESC or BEL of it reaches the terminal',
    proofs: [...ON_EVERY_PANE, proof(TERMINAL, '%s of escape sequences is refused without them')],
  }),
  proven('S2', 'a clipboard write in a message', {
    answer: 'removed on screen and in lines, escaped in the log',
    proofs: [...ON_EVERY_PANE, proof(TERMINAL, 'is text in journal, log and exports')],
  }),
  proven('S3', 'links, device strings, questions to the terminal, 8-bit controls', {
    answer: 'removed; no answer of the terminal is read as a key',
    proofs: [
      ...ON_EVERY_PANE,
      proof(
        'ui/input/key-parser-fuzz.test.ts',
        'no hot key fires among characters that arrive together',
      ),
    ],
  }),
  proven('S4', 'carriage return, backspace and line breaks inside a cell', {
    answer: 'one line of visible characters',
    proofs: ON_EVERY_PANE,
  }),
  proven('S5', 'turned-around text, letters that look like others', {
    answer: 'shown as code points; no such symbol is tradable at all',
    proofs: [
      proof(TEXT, '%j is shown as %s and is none that could be traded'),
      proof(TERMINAL, 'S5: a lookalike symbol is named by its code points'),
    ],
  }),
  proven('S6', 'an error of 10 MB, a million combining marks, 100,000 symbols', {
    answer: 'cut to a line; a frame costs at most 50 ms of work',
    proofs: [
      proof(TEXT, '%s costs a frame no more than 50 ms'),
      proof(CLIENT, 'S6: an error of 10 MB is told in a line of 200 characters'),
    ],
  }),
  proven('S7', '`__proto__` and `constructor` as keys of configuration, state and answers', {
    answer: 'refused or kept as data; no prototype changes',
    proofs: [
      proof(CONFIG, '%s is unknown in every part of a configuration'),
      proof(CONFIG, 'stay data in a record of the journal and in a snapshot'),
      proof(CLIENT, 'S7: keys of an answer that would change every object change none'),
    ],
  }),
  proven('S8', 'limits such as 1e999, -1, NaN, 0x10, a list', {
    answer: 'refused with place, value and what is allowed',
    proofs: [proof(CONFIG, '%s is refused with its place')],
  }),
  proven('S9', 'keys given twice, deep nesting, a configuration of 100 MB', {
    answer: 'refused within a second',
    proofs: [
      proof(CONFIG, 'a key given twice is refused, however it is written'),
      proof(CONFIG, '%s: refused within a second'),
      proof(CONFIG, '100 MB are refused without being read'),
    ],
  }),
  proven('S10', 'an endpoint or proxy of an attacker', {
    answer: 'only this machine can be an endpoint; nothing else than the exchange is dialed',
    proofs: [
      proof('exchange/ccxt/instance.test.ts', 'refuses the endpoint %s'),
      proof('exchange/ccxt/instance.test.ts', 'dials no other host either, whoever asks for it'),
      proof('exchange/ccxt/tls.test.ts', 'gets no request, whatever the environment says'),
      proof(GATE, 'the key would go elsewhere'),
    ],
  }),
  proven('S11', 'TLS checks off, NODE_OPTIONS, a debugger', {
    answer: 'not passed on in simulated modes, live refuses to start',
    proofs: [
      proof(START, 'do not reach it in a simulated run, and are named'),
      proof(START, 'refuse live when %s'),
      proof(GATE, 'TLS is off'),
    ],
  }),
  proven('S12', 'a key file that others can read or write, a link, a pipe, in a git tree', {
    answer: 'refused with what to do',
    proofs: [proof('keys/key-store.test.ts', 'S12: refused with what to do, and left as it is:')],
  }),
  proven('S13', 'wrong passphrases; a changed byte of a key file', {
    answer: 'one answer to all of them, each one later than the last',
    proofs: [
      proof(
        'keys/key-file.test.ts',
        'each byte of header, ciphertext and tag, with each of its bits turned',
      ),
      proof('keys/unlock.test.ts', 'S13: each wrong passphrase makes the next answer wait twice'),
    ],
  }),
  proven('S14', 'a key file that asks for less or for 16 GB of work', {
    answer: 'bounds; nothing is derived outside of them',
    proofs: [proof('keys/key-file.test.ts', '%s: refused, and nothing is derived')],
  }),
  proven('S15', 'a key that may withdraw', {
    answer: 'the live gate stays shut, without override; keys check exits 3',
    proofs: [
      proof(LIVE, 'a key that may withdraw'),
      proof('app/live/key-check.test.ts', 'that may withdraw is not'),
      proof(GATE, 'wants a phrase of its own'),
    ],
  }),
  proven('S16', 'a secret sought in everything that leaves the process', {
    answer: 'found nowhere, raw or encoded',
    proofs: [
      proof('security/canary.test.ts', 'is in none of the sinks, in none of its forms'),
      proof('security/canary.test.ts', 'would be found in these sinks if nobody took it out'),
      proof('security/live-canary.test.ts', 'S16: the keys of a live session'),
      proof(CLIENT, 'is printed without keys, after requests too'),
      proof('keys/keys-command.test.ts', 'without a word of them being printed'),
    ],
  }),
  proven('S17', 'a thrown or printed client of an exchange', {
    answer: 'one line and places, without secrets',
    proofs: [
      proof('security/uncaught.test.ts', 'the last line says what happened'),
      proof('security/uncaught.test.ts', 'S17: a real client that %s'),
      proof(CLIENT, 'says nothing even where it is told to be verbose'),
      proof(CLIENT, 'its error is told without keys'),
    ],
  }),
  proven('S18', 'crash and debug signals', {
    answer: 'no core, no snapshot, no report, no debugger',
    proofs: [
      proof(START, '%s opens no debugger and ends nothing'),
      proof(START, '%s leaves no core and no report'),
    ],
  }),
  proven('S19', 'a secret on the command line', {
    answer: 'refused without being repeated',
    proofs: [proof('keys/keys-command.test.ts', 'S19: %j is refused without being repeated')],
  }),
  proven('S20', 'a strategy that looks for secrets', {
    answer: 'nothing is in its process',
    proofs: [
      proof(HOST, 'S20 a strategy looks for secrets'),
      proof(START, 'are taken once and are gone for whatever reads it later'),
    ],
  }),
  proven('S21', 'a strategy that reaches out of its process', {
    answer: 'denied or contained; the engine goes on',
    proofs: [proof(HOST, 'S21 a strategy reaches out of its process')],
  }),
  proven('S22', 'a strategy that forges messages', {
    answer: 'junk, and switched off',
    proofs: [
      proof(HOST, 'S22 a strategy forges what it says'),
      proof('engine/remote-answers.test.ts', '(S22)'),
    ],
  }),
  proven('S23', 'the path of a strategy', {
    answer: 'plain files only; changed code is named with both hashes',
    proofs: [proof(HOST, 'S23 the path of a strategy')],
  }),
  ...([24, 25, 26, 27, 28, 29] as const).map((number) =>
    waiting(`S${number}`, API_ATTACKS[number], 'HTTP API', 'there is no such interface yet'),
  ),
  proven('S30', 'names that lead out of their directory', {
    answer: 'refused, or not part of any path',
    proofs: [
      proof(FILES, '%j is no profile and no theme'),
      proof(FILES, 'an exported log is named by time alone, and is never written over another'),
      proof('keys/key-store.test.ts', 'S30: %j is no name, and is not repeated'),
    ],
  }),
  proven('S31', 'a CSV cell that a spreadsheet would run', {
    answer: 'begins with an apostrophe',
    proofs: [proof(TEXT, '%j begins with an apostrophe')],
  }),
  proven('S32', 'links planted in the state directory, or others who may write there', {
    answer: 'refused, the victim as it was',
    proofs: [
      proof(FILES, 'a link for %s leads to a victim: refused, the victim as it was'),
      proof(FILES, 'a second name of %s elsewhere: refused, the victim as it was'),
      proof(FILES, 'mode %o is refused, with the chmod'),
    ],
  }),
  {
    ...proven('S33', 'a halt edited away, a limit raised in the state', {
      answer: 'a checksum that does not fit is refused by file, or the halt stays',
      proofs: [
        proof(FILES, 'is noticed in whichever files it was edited'),
        proof(FILES, 'is noticed when halt.json is removed as well'),
      ],
    }),
    waits: {
      for: 'keyring',
      because: 'who computes the checksums again is found by a seal whose key lies in a keyring',
    },
  },
  waiting('S34', 'a webhook that points inside', 'notifications', 'nothing is sent anywhere yet'),
  waiting('S35', 'commands of a chat bot', 'notifications', 'nothing is received from one yet'),
  proven('S36', 'packages with scripts, without checksums, from git', {
    answer: 'no script runs; the test of the lockfile fails',
    proofs: [
      proof('security/packages.test.ts', 'each is of a registry, with its checksum'),
      proof('security/packages.test.ts', 'run no scripts at an installation, ours neither'),
    ],
  }),
  proven('S37', 'a message that forges a line of the log', {
    answer: 'one JSON object on one line',
    proofs: [proof(FILES, '%j stays one object on one line')],
  }),
  proven('S38', 'a venue that answers with another size, side or symbol', {
    answer: 'not believed; asked again',
    proofs: [
      proof('exchange/gateway/fills.test.ts', 'is not believed: an order with %s'),
      proof('exchange/gateway/fills.test.ts', 'is not believed: a fill of %s'),
    ],
  }),
  waiting('S39', 'a second user who attaches', 'attach', 'a console cannot be attached to yet'),
  proven('S40', 'a paste that confirms', {
    answer: 'what is pasted fires no key and confirms nothing',
    proofs: [
      proof('scenarios/robot-paste.test.ts', 'what is pasted or arrives in one piece fires no key'),
      proof('ui/dialogs/gate.test.ts', 'is never pasted'),
    ],
  }),
];
