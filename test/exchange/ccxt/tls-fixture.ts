/** A certificate that nobody has signed, for a server of a test; its key opens nothing else. */
const pem = (what: string, lines: readonly string[]): string =>
  [`-----BEGIN ${what}-----`, ...lines, `-----END ${what}-----`, ''].join('\n');

export const UNSIGNED = {
  key: pem('PRIVATE KEY', [
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgb5yFvgMmsVK9v23p',
    '5B2io3OqrYVM1vYC9m9zrAqVWqihRANCAARC6N2YBpkKQ3/tbssw3QRiRIJMaphH',
    'iCjQANtVi3/UqeuEtOKvlrmJQKMhqeIAKhrbYwoC40VIRBx63lyNwYqK',
  ]),
  cert: pem('CERTIFICATE', [
    'MIIBmzCCAUGgAwIBAgIUeL6EoQnNhnDSS2FsiVNcQozXR6cwCgYIKoZIzj0EAwIw',
    'FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMDEzNDAwMloYDzIxMjYxMDI3',
    'MTM0MDAyWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO',
    'PQMBBwNCAARC6N2YBpkKQ3/tbssw3QRiRIJMaphHiCjQANtVi3/UqeuEtOKvlrmJ',
    'QKMhqeIAKhrbYwoC40VIRBx63lyNwYqKo28wbTAdBgNVHQ4EFgQUlQ037FmfFkjc',
    'aDJxUg9mzuNdY5YwHwYDVR0jBBgwFoAUlQ037FmfFkjcaDJxUg9mzuNdY5YwDwYD',
    'VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI',
    'zj0EAwIDSAAwRQIhAPHbs5CJ2h7lZHhvHaenKskAXx0w7YqY+9CmPA4FMF8AAiBl',
    'ARLVxrRV5FeI0mYCl6uFMmual8DelnvmLYgzdXKJ0Q==',
  ]),
} as const;
