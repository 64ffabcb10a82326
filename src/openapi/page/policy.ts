/**
 * What the page may do: run its own style and script, known by their hashes, and call the service.
 *
 * Content Security Policy Level 3.
 *
 * @module
 */
import { encodeBase64 } from '../../value/base64.ts'
import type { OpenApiDocument } from '../document.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** The value of `content-security-policy`. */
export async function policyOf(document: OpenApiDocument): Promise<string> {
  hashes ??= Promise.all([hashOf(STYLE), hashOf(SCRIPT)])
  const [style, script] = await hashes
  return [
    "default-src 'none'",
    `style-src '${style}'`,
    `script-src '${script}'`,
    `connect-src ${["'self'", ...originsOf(document)].join(' ')}`,
    // Pictures that a handler has answered with, and the page's own mark.
    'img-src blob: data:',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

let hashes: Promise<[style: string, script: string]> | undefined

async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return `sha256-${encodeBase64(new Uint8Array(digest))}`
}

// Of servers elsewhere. What is no URL, or of no web server, adds nothing to the policy.
function originsOf({ servers = [], paths }: OpenApiDocument): string[] {
  const operations = Object.values(paths).flatMap((item) => Object.values(item))
  const all = [...servers, ...operations.flatMap((operation) => operation.servers ?? [])]
  return [...new Set(all.flatMap(({ url }) => originOf(url)))]
}

function originOf(url: string): string[] {
  const isRelative = url.startsWith('//')
  if (!isRelative && !/^https?:\/\//i.test(url)) return []
  if (!URL.canParse(url, 'https://page.invalid')) return []
  const { origin, host } = new URL(url, 'https://page.invalid')
  return [isRelative ? host : origin]
}
