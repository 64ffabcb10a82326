/**
 * The names of fields by which frameworks know where a request came from.
 *
 * @module
 */

// Those of proxies that one rents too.
const TELLING = `cf-connecting-ip client-ip fastly-client-ip forwarded forwarded-for front-end-https
  true-client-ip x-appengine-user-ip x-client-ip x-cluster-client-ip x-forwarded x-forwarded-by
  x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-prefix x-forwarded-proto
  x-forwarded-protocol x-forwarded-scheme x-forwarded-server x-forwarded-ssl x-original-forwarded-for
  x-original-host x-real-ip x-url-scheme`

// CGI, and so WSGI and Rack, make one name of "X-Forwarded-For" and "X_Forwarded_For".
const SPELLINGS: ReadonlySet<string> = new Set(TELLING.split(/\s+/).flatMap(spellings))

/** True for such a name, in lower case and in every spelling. */
export function isTelling(name: string): boolean {
  return SPELLINGS.has(name)
}

function spellings(name: string): string[] {
  return name
    .split('-')
    .reduce<string[]>(
      (all, part) => (all.length === 0 ? [part] : all.flatMap((one) => [`${one}-${part}`, `${one}_${part}`])),
      [],
    )
}
