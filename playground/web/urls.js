/**
 * Which addresses the page may load. Nothing leaves this computer: files of the playground are
 * loaded from where the page itself came, all others are shown as links that a person may click.
 */

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * The address of a file of this playground, or null for anybody else's.
 *
 * The server writes 127.0.0.1 into its addresses; a page opened as "localhost" would otherwise
 * take them for a foreign origin.
 *
 * @param {string|null|undefined} address
 * @returns {string|null}
 */
export function ownUrl(address) {
  const url = parse(address);
  if (!url) return null;
  if (url.origin === location.origin) return url.href;
  const twin = LOOPBACK.has(url.hostname) && LOOPBACK.has(location.hostname)
    && url.port === location.port && url.protocol === location.protocol;
  return twin ? location.origin + url.pathname + url.search : null;
}

/** An address a person may follow (http and https only), or null. */
export function linkUrl(address) {
  const url = parse(address);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

/** The name of the host of an address, to show. */
export function hostOf(address) {
  return parse(address)?.host ?? "another host";
}

function parse(address) {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
