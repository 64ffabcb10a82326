/** Arbitrary requests and responses, for properties that hold for all of them. */
import fc from 'fast-check'
import { headersFrom } from '../../src/value/headers.ts'
import type { Carried, RequestValue, ResponseValue } from '../../src/value/message.ts'

const fieldValue = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
    maxLength: 8,
  })
  .map((text) => text.replace(/[\x7f]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''))
const fieldName = fc.oneof(
  fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,6}$/),
  fc.constantFrom('__proto__', 'constructor', 'set-cookie', 'cookie', '0', '10', '9'),
)
const body = fc.option(
  fc.oneof(
    fc.uint8Array({ maxLength: 24 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => new TextEncoder().encode(text)),
    fc.constant(new TextEncoder().encode('\ufeffa')),
  ),
)
const carried = fc
  .letrec<{ data: unknown; members: unknown }>((tie) => ({
    data: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger(),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.array(tie('data'), { maxLength: 3 }),
      tie('members'),
    ),
    members: fc.dictionary(fc.oneof(fc.string({ maxLength: 4 }), fc.constant('__proto__')), tie('data'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  }))
  .members.map((members) => members as Carried)

export const anyRequest: fc.Arbitrary<RequestValue> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'M-SEARCH'),
  path: fc.stringMatching(/^\/[A-Za-z0-9%/.!~-]{0,12}$/),
  query: fc.option(fc.stringMatching(/^[A-Za-z0-9%&=?/]{0,12}$/)),
  mount: fc.constantFrom('', '/api', '/api/v%31'),
  http: fc.constantFrom('1.0', '1.1', '2', null),
  client: fc.option(fc.oneof(fc.ipV4(), fc.ipV6())),
  protocol: fc.constantFrom('http', 'https'),
  upgrade: fc.option(fc.array(fc.constantFrom('websocket', 'h2c'), { maxLength: 2 })),
  timeoutMs: fc.option(fc.maxSafeNat()),
  headers: fc
    .dictionary(fieldName, fieldValue, { maxKeys: 5 })
    .map((fields) => headersFrom(Object.entries(fields))),
  context: carried,
  body,
})
// An array of one is written as the one it holds, so a value has two or more (30).
const fields = fc.dictionary(
  fieldName,
  fc.oneof(fieldValue, fc.array(fieldValue, { minLength: 2, maxLength: 3 })),
  {
    maxKeys: 5,
  },
)
export const anyResponse: fc.Arbitrary<ResponseValue> = fc.record({
  status: fc.oneof(fc.constant(101), fc.integer({ min: 200, max: 599 })),
  contentType: fc.option(fieldValue),
  headers: fields,
  trailers: fc.option(fields),
  context: carried,
  body,
})
export const anyValue: fc.Arbitrary<RequestValue | ResponseValue> = fc.oneof(anyRequest, anyResponse)
