import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What `API-Sign` must say: base64 of HMAC-SHA512 over path and SHA-256 of nonce and body, keyed
 * with the decoded secret (https://docs.kraken.com/api/docs/guides/spot-rest-auth).
 */
export function apiSign(of: {
  readonly path: string;
  readonly nonce: string;
  readonly body: string;
  readonly secret: string;
}): string {
  const inner = createHash('sha256')
    .update(of.nonce + of.body)
    .digest();
  const key = Buffer.from(of.secret, 'base64');
  return createHmac('sha512', key).update(of.path).update(inner).digest('base64');
}

/** Compares two signatures in constant time. */
export function isSameSign(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
