/** Names under which a machine reaches itself, as URLs write them. */
const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/** Is it a host name of this machine, as `URL.hostname` has it? */
export const isLoopbackHost = (hostname: string): boolean => LOOPBACK.includes(hostname);
