/**
 * Everything that reads what strangers send.
 *
 * @module
 */
import type { Target } from './target.ts'
import { json, sse } from './targets/bodies.ts'
import { chunked } from './targets/chunked.ts'
import { cbor, form, lines, msgpack, multipart } from './targets/codecs.ts'
import { conditions, cookie, forwarded, media } from './targets/fields.ts'
import { http, packed, text } from './targets/forms.ts'
import { frames } from './targets/frames.ts'
import { path, query, target } from './targets/head.ts'
import { http1 } from './targets/http1.ts'
import { responses } from './targets/responses.ts'

export const TARGETS: readonly Target[] = [
  http1,
  responses,
  chunked,
  json,
  cbor,
  msgpack,
  form,
  multipart,
  lines,
  packed,
  frames,
  cookie,
  forwarded,
  text,
  http,
  sse,
  target,
  path,
  query,
  media,
  conditions,
]
