/**
 * `docsPage`: a page about a service, with a form to try each handler, and the document it is made of.
 *
 * @module
 */
import type { App, Options, Result } from '../contract.ts'
import { Fault } from '../fault.ts'
import type { Contract } from '../handler/contract.ts'
import { type Serving, serving } from '../handler/serving.ts'
import { fullPath } from '../value/path.ts'
import type { OpenApiDocument } from './document.ts'
import { pageOf } from './page/page.ts'
import { policyOf } from './page/policy.ts'
import { type OpenApiInfo, openapi } from './write.ts'

export interface DocsPageOptions extends Omit<OpenApiInfo, 'version' | 'servers'> {
  /** Of the API, by default "1.0.0". */
  readonly version?: string
  /**
   * Where the service is, seen from a browser: by default where the page's own service is mounted. Pages
   * in front of which a proxy cuts off a prefix have to say.
   */
  readonly servers?: OpenApiInfo['servers']
  /** The service, for a page that is not mounted beside its handlers. */
  readonly of?: { readonly contract: Contract }
}

/**
 * Makes the page. It is an app: mount it beside handlers, `service({ list, add, '/docs': docsPage({ title }) })`,
 * and it speaks of those; put middleware around it to decide who sees it. It is served where it is
 * mounted, in production too.
 *
 *   in     GET and HEAD of its root, and of /openapi.json below it
 *   out    one page of HTML that loads nothing, under a policy that lets nothing else run
 *   Fault  per call route_missing, method_not_allowed; setup_faulty where it knows of no service
 */
export function docsPage(options: DocsPageOptions): App {
  const { title, version = '1.0.0', description, servers, host, of } = options
  let last: { readonly of: Serving; readonly written: Written } | null = null
  const written = (place: Serving): Written => {
    // A service is mounted in one place, mostly: the last one is the next one.
    if (last !== null && last.of.contract === place.contract && last.of.mount === place.mount)
      return last.written
    const document = openapi(place.contract, {
      title,
      version,
      servers: servers ?? [place.mount === '' ? '/' : place.mount],
      ...(description !== undefined && { description }),
      ...(host !== undefined && { host }),
    })
    last = { of: place, written: { document, json: JSON.stringify(document) } }
    return last.written
  }

  return (method, path, _headers, callOptions) => {
    if (path !== '/' && path !== '/openapi.json')
      throw new Fault('route_missing', { path: fullPath(callOptions.mount, path) })
    if (method !== 'GET' && method !== 'HEAD') return refusal(method)
    const { document, json } = written(placeOf(of?.contract, callOptions))
    if (path === '/openapi.json') return [200, 'application/json', FIELDS, json]
    const page = pageOf(document, json, `${callOptions.mount}/openapi.json`)
    return policyOf(document).then((policy): Result => {
      const fields = { ...FIELDS, 'content-security-policy': policy }
      return [200, 'text/html; charset=utf-8', fields, page]
    })
  }
}

interface Written {
  readonly document: OpenApiDocument
  readonly json: string
}

const FIELDS = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const

function refusal(method: string): Result {
  if (method === 'OPTIONS') return [204, null, { allow: ALLOW.join(', ') }, null]
  throw new Fault('method_not_allowed', { method, allow: ALLOW })
}

const ALLOW = ['GET', 'HEAD', 'OPTIONS']

function placeOf(contract: Contract | undefined, options: Options): Serving {
  if (contract !== undefined) return { contract, mount: '' }
  const place = options.get(serving)
  if (place !== undefined) return place
  const fix =
    "Mount it beside handlers, service({ ..., '/docs': docsPage(...) }), or say which one: docsPage({ of })"
  throw new Fault('setup_faulty', { what: 'docsPage(...)', reason: 'it stands beside no handlers', fix })
}
