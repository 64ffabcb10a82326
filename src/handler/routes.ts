/**
 * Routing a request to its handler: host, path and method, the head alone.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import { fullPath, segments } from '../value/path.ts'
import type { Plan } from './plan.ts'
import { type Match, Router } from './router.ts'

/** A router for each host, and one for any. */
export interface Routes {
  readonly any: Router<Plan>
  readonly hosts: ReadonlyMap<string, Router<Plan>>
}

/** Fault: setup_faulty for two handlers that answer the same requests. */
export function routesOf(plans: Iterable<Plan>): Routes {
  const any = new Router<Plan>()
  const hosts = new Map<string, Router<Plan>>()
  for (const plan of plans) {
    let router = plan.host === null ? any : hosts.get(plan.host)
    if (router === undefined) hosts.set(plan.host!, (router = new Router()))
    router.add(plan)
  }
  return { any, hosts }
}

/**
 * The route; for OPTIONS what the path has; null where nothing is. What a host has goes before what
 * any host has. Faults: method_not_allowed, path_faulty.
 */
export function find(
  { any, hosts }: Routes,
  method: string,
  path: string,
  host: string,
): Match<Plan> | { readonly allow: readonly string[] } | null {
  if (path === '*') return { allow: [] }
  if (!path.startsWith('/')) return null
  const parts = segments(path)
  const asked = method === 'HEAD' ? 'GET' : method
  const own = hosts.size === 0 ? undefined : hosts.get(hostName(host))
  const found = own?.find(asked, parts) ?? any.find(asked, parts)
  if (found !== null) return found
  const methods = new Set([...(own?.methods(parts) ?? []), ...any.methods(parts)])
  if (methods.size === 0) return null
  const allow = [...new Set([...methods, ...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS'])]
  if (method === 'OPTIONS') return { allow }
  throw new Fault('method_not_allowed', { method, allow })
}

/** Says that nothing is at a path. */
export function missing(mount: string, path: string): Fault {
  return new Fault('route_missing', { path: fullPath(mount, path) })
}

// "api.example.com." is the same name, said in full (RFC 1034 section 3.1).
function hostName(authority: string): string {
  return authority.replace(/\.?(?::[0-9]*)?$/, '').toLowerCase()
}
