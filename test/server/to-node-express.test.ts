/** `toNode` in Express, which cuts off what it has matched, and says what that was. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { json, service, verbs } from 'hagaki'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { toNode } from '../../src/server/to-node.ts'

const Note = z.object({ id: z.number() })
const add = verbs({}).creates('/notes', { returns: Note, location: '/notes/{id}' }, () => ({ id: 7 }))
const where = toNode((_method, path, _headers, { mount }) => json({ mount, path }))

async function listening(listener: (req: IncomingMessage, res: never) => void): Promise<string> {
  const http = createServer(listener as never).listen(0, '127.0.0.1')
  await new Promise((resolve) => http.once('listening', resolve))
  onTestFinished(() => http.close().closeAllConnections())
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`
}

test('addresses are below the prefix that Express has matched', async () => {
  const app = express()
  app.use('/api/:tenant', express.Router().use('/v1', toNode(service({ add }))))
  app.use('/where', where)
  const url = await listening(app)
  const added = await fetch(`${url}/api/a%20b/v1/notes`, { method: 'POST' })
  expect([added.status, added.headers.get('location')]).toEqual([201, '/api/a%20b/v1/notes/7'])
  for (const path of ['/where', '/where/', '/where?a'])
    expect(await (await fetch(url + path)).json()).toEqual({ mount: '/where', path: '/' })
})

test('what is no mount is none, whoever says it', async () => {
  let said: unknown
  const url = await listening((req, res) => {
    Object.assign(req, { baseUrl: said })
    where(req, res)
  })
  for (said of [
    undefined,
    7,
    '',
    '/',
    'api',
    '//evil.example',
    '/api/',
    '/a//b',
    '/a?b',
    '/a#b',
    '/a/../b',
    '/%2f',
    '/a\r\nb',
  ])
    expect(await (await fetch(`${url}/x`)).json(), String(said)).toEqual({ mount: '', path: '/x' })
  said = '/api'
  expect(await (await fetch(`${url}/x`)).json()).toEqual({ mount: '/api', path: '/x' })
})
