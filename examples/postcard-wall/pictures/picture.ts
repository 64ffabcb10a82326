/**
 * What a picture is: one of three kinds, known by its first octets and not by what somebody says of it.
 *
 * Vector graphics are none of them: an SVG may hold a script.
 *
 * @module
 */
import { z } from 'zod'

/** Octets that a picture may have. */
export const MOST_OCTETS = '8mb'

/** Media types by the ending of a name. */
export const KINDS = { jpg: 'image/jpeg', png: 'image/png', webp: 'image/webp' } as const
export type Kind = keyof typeof KINDS

/** Its name: nobody can guess it, and it is never given twice. */
export const PictureName = z
  .string()
  .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(?:jpg|png|webp)$/, 'must be the name of a picture')
export type PictureName = z.infer<typeof PictureName>

export function typeOf(name: PictureName): (typeof KINDS)[Kind] {
  return KINDS[name.slice(name.lastIndexOf('.') + 1) as Kind]
}

/** Octets that tell the kind. */
export const TELLING = 12

/** The kind by the first octets, or null. */
export function kindOf(first: Uint8Array): Kind | null {
  const text = String.fromCharCode(...first.subarray(0, TELLING))
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png' // W3C PNG 5.2
  if (text.startsWith('\xff\xd8\xff')) return 'jpg' // ITU-T T.81 B.2.1: start of image, and a marker
  if (/^RIFF[^]{4}WEBP$/.test(text)) return 'webp' // RFC 9649 2.4
  return null
}
