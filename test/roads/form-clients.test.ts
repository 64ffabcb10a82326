/** Clients in other languages, of handlers that take forms, bytes and texts. */
import { createHash } from 'node:crypto'
import { service, verbs } from 'hagaki'
import { form } from 'hagaki/formats'
import { bytes, text } from 'hagaki/schema'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { linesOf } from './foreign-client.ts'
import forms from './form-calls/forms-service.ts'

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

test.each(['Python', 'Ruby'] as const)(
  'from %s, files in forms, parts that flow, plain forms, bytes and texts arrive as they were',
  async (language) => {
    const lines = await linesOf(language, 'form_posts', service({ ...forms.handlers, ...others }))
    const photo = { name: 'a "b" \\ ☃.jpg', type: 'image/jpeg', size: 400, first: '\0ÿ\r\n' }
    const sum = createHash('sha256')
      .update(new Uint8Array(50 * 65_536))
      .digest('hex')
    expect(lines).toEqual([
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
