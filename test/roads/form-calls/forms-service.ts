/** Forms with files, in TypeScript: forms_service.py and forms_service.rb are the same elsewhere. */
import { existsSync } from 'node:fs'
import { service, verbs } from 'hagaki'
import { json, multipart } from 'hagaki/formats'
import { spool } from 'hagaki/spool'
import * as stream from 'hagaki/stream'
import { z } from 'zod'

const Album = z.object({
  title: z.string(),
  photo: z.file(),
  more: z.array(z.file()).optional(),
  year: z.int().optional(),
})
const SMALL = multipart({ files: '2kb', file: '1kb', count: 3, parts: 6 })
const { creates, acts } = verbs({})
const flowing = stream.verbs({})
let ended = 0

async function said(file: File): Promise<object> {
  const first = Buffer.from(await file.arrayBuffer())
    .subarray(0, 4)
    .toString('latin1')
  return { name: file.name, type: file.type, size: file.size, first }
}

const add = creates(
  '/albums',
  { accepts: Album, returns: z.any(), formats: [json, SMALL], limit: '4kb' },
  async ({ title, photo, more = [], year = null }) => ({
    title,
    year,
    photo: await said(photo),
    more: await Promise.all(more.map(said)),
  }),
)

const rated = acts(
  '/rated/{id}',
  {
    accepts: z.object({ id: z.int() }),
    body: z.object({ photo: z.file() }),
    returns: z.any(),
    formats: [json, SMALL],
  },
  async ({ id, body }) => ({ id, photo: await said(body.photo) }),
)

const upload = flowing.creates(
  '/uploads',
  { takes: stream.parts({ parts: 4, part: '6mb' }), limit: '10mb', returns: z.any() },
  async ({ body }, { defer }) => {
    const told: unknown[] = []
    for await (const part of body) {
      if (part.filename === null) told.push([part.name, await part.text(100)])
      else if (part.name === 'passed') told.push([part.name, 'passed over'])
      else {
        const kept = await spool(part, { defer, limit: '5mb', hash: true })
        told.push([part.name, part.filename, part.mediaType, kept.size, kept.sha256])
      }
    }
    return told
  },
)

const gone = flowing.acts(
  '/gone',
  { takes: stream.parts(), limit: '1mb', returns: z.any() },
  async ({ body }, { defer }) => {
    for await (const part of body) {
      const { path, size } = await spool(part, { defer, limit: '1mb', memory: 10 })
      return { path, read: size, was: existsSync(path!) }
    }
    return null
  },
)

const late = flowing.acts(
  '/late',
  { takes: stream.parts(), limit: '1mb', returns: z.any() },
  async ({ body }) => {
    const all: { text(limit: number): Promise<string> }[] = []
    for await (const part of body) all.push(part)
    throw new Error(await all[0]!.text(10))
  },
)

const left = flowing.acts('/left', { takes: stream.parts(), limit: '10mb' }, async ({ body }, { defer }) => {
  try {
    for await (const part of body) await spool(part, { defer, limit: '10mb' })
  } finally {
    ended++
  }
})

const ends = acts('/ends', { returns: z.int() }, () => ended)

export default service({ add, rated, upload, gone, late, left, ends })
