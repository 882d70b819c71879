// How S3 url-encodes keys in listings with `encoding-type=url` and in events: as in a form, but slashes stay.

/** Space becomes `+`; letters, digits and `-_.*` and `/` stay; every other UTF-8 byte becomes %XX. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()~]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}
