// Text that tries to be more than text, as venues, files and strategies may send it.

const ESC = '\u001b';

export const HOSTILE: Readonly<Record<string, string>> = {
  title: `BTC${ESC}]0;pwned\u0007/USDT`,
  clipboard: `error ${ESC}]52;c;cHduZWQ=\u0007 end`,
  'clipboard with ST': `error ${ESC}]52;c;cHduZWQ=${ESC}\\ end`,
  link: `${ESC}]8;;https://pwned.test\u0007click${ESC}]8;;\u0007`,
  DCS: `a${ESC}P1$r0m${ESC}\\b`,
  APC: `a${ESC}_Gpwned${ESC}\\b`,
  PM: `a${ESC}^pwned${ESC}\\b`,
  'a question to the terminal': `a${ESC}[6n${ESC}[c${ESC}Zb`,
  '8-bit erase': 'a\u009b2Jb\u009d0;pwned\u009c\u0090x\u009c',
  'keyboard programming': `a${ESC}[0;59;"pwned";13pb`,
  'alternate screen': `${ESC}[?1049l${ESC}[2J${ESC}[H+999%`,
  overwriting: '+999%\r-5%\b\b\b+99',
  'lines and tabs': 'one\ntwo\r\nthree\u2028four\u2029five\tsix\u000bseven',
  bidi: '\u202e%5-\u202c \u2066x\u2069 \u200f\u061c',
  'zero width': 'B\u200bT\u200cC\u2060/\ufeffUSDT\u00ad',
  homoglyph: '\u0412\u0422\u0421/USDT',
  'null and bell': 'a\u0000b\u0007c\u007f',
  'combining marks': `Z${'\u0300\u0489'.repeat(500)}algo`,
  'tags and variation': `x\u{e0041}\u{e0042}\ufe0f\u180e`,
};

/** What must never leave us because it came in: everything that is no visible character. */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{M}]/u;
