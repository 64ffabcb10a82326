/** Clients in other languages, of handlers that take forms, bytes and texts. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mount, service, silentLog, verbs } from 'hagaki'
import { form } from 'hagaki/formats'
import { bytes, text } from 'hagaki/schema'
import { serve } from 'hagaki/server'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { python, ruby } from '../../scripts/needs.ts'
import { runProgram } from '../process.ts'
import forms from './form-calls/forms-service.ts'

const HERE = new URL('.', import.meta.url)
const PACKAGE = fileURLToPath(new URL('../../workers/python', HERE))
const GEM = fileURLToPath(new URL('../../workers/ruby', HERE))

const { acts } = verbs({})
const Signed = z.object({ name: z.string(), tags: z.array(z.string()), age: z.int() })
const others = {
  signed: acts('/signed', { accepts: Signed, returns: text(), formats: [form] }, (given) =>
    JSON.stringify(given),
  ),
  echo: acts(
    '/echo',
    { body: bytes('image/*', 'image/png'), returns: bytes('image/png') },
    ({ body }) => body,
  ),
  shout: acts('/shout', { body: text(), returns: text() }, ({ body }) => body.toUpperCase()),
}

test.each([
  ['Python', python, 'form_posts.py', { PYTHONPATH: PACKAGE }],
  ['Ruby', ruby, 'form_posts.rb', { RUBYLIB: GEM }],
] as const)(
  'from %s, files in forms, parts that flow, plain forms, bytes and texts arrive as they were',
  async (_, program, file, path) => {
    const all = service({ ...forms.handlers, ...others })
    const running = await serve(mount({ '/api': all }), { port: 0, log: silentLog })
    onTestFinished(() => running.close({ now: true }))
    const folder = mkdtempSync(join(tmpdir(), 'hagaki-client-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, 'api.json'), JSON.stringify(all.contract))
    const place = { cwd: fileURLToPath(HERE), env: { ...process.env, ...path } }
    const args = [file, join(folder, 'api.json'), `${running.url}/api`]
    const { stdout, stderr } = await runProgram(program(), args, place)
    expect(stderr).toBe('')
    const photo = { name: 'a "b" \\ ☃.jpg', type: 'image/jpeg', size: 400, first: '\0ÿ\r\n' }
    const sum = createHash('sha256')
      .update(new Uint8Array(50 * 65_536))
      .digest('hex')
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      {
        title: 'Kyoto\n☃',
        year: 1999,
        photo,
        more: [photo, { name: 'blob', type: 'application/octet-stream', size: 1, first: 'x' }],
      },
      { id: 7, photo },
      [
        ['title', 'Kyoto'],
        ['f', 'big.bin', 'application/x-big', 50 * 65_536, sum],
      ],
      { name: 'a b&c=☃', tags: ['x', 'y'], age: 7 },
      '00ff',
      'NAÏVE',
      ['input_invalid', [{ pointer: '/photo', message: expect.any(String) }]],
    ])
  },
)
