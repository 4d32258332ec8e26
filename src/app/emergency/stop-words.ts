/** Who left a stop file: what `tapedeck panic` writes is followed by a console that still runs. */
export const PANIC = 'panic';
