/** The typed client over `http` and `local`: the same calls give the same data and the same errors. */
import fc from 'fast-check'
import { type Fault, isFault, mount } from 'hagaki'
import { type Client, client, http, local } from 'hagaki/client'
import { cbor } from 'hagaki/formats'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { start } from '../server/kinds.ts'
import { all, app, Gone, Nobody, rejection, seen, user } from './notes.ts'

/** Both roads to the service. */
const ROADS: readonly (readonly [name: string, open: () => Promise<Client<typeof app>>])[] = [
  [
    'http',
    async () =>
      client<typeof app>(
        app.contract,
        http(`${(await start('node-http', mount({ '/api': app }))).url}/api`),
        {
          formats: [cbor],
        },
      ),
  ],
  ['local', async () => local(app, {}, { formats: [cbor] })],
]

describe.each(ROADS)('over %s', (_, road) => {
  test('calls give data', async () => {
    const api = await road()
    expect(await api.one({ id: 'a' }, { headers: user })).toEqual({ id: 'a', text: 'first' })
    expect(await api.add({ text: 'hi' }, { headers: user })).toEqual({ id: 'alice', text: 'hi' })
    expect(await api.rename({ id: 'é %2F?#', text: 'ü' }, { headers: user })).toEqual({
      id: 'é %2F?#',
      text: 'ü',
    })
    expect(await api.remove({ id: 'a', force: true }, { headers: user })).toBeUndefined()
    expect(await all(api.count({ to: 2 }))).toEqual([1, 2])
  })

  test('bodies of every kind arrive as they were sent', async () => {
    const api = await road()
    const move = { id: 'a/b'.replace('/', ' '), by: 'alice', fast: true, body: [1, 2] }
    expect(await api.move(move)).toEqual(move)
    const png = new Blob([Uint8Array.of(0, 255)], { type: 'image/png' })
    expect(await api.picture(png)).toEqual(Uint8Array.of(0, 255))
    expect(await api.picture(Uint8Array.of(1), { headers: { 'content-type': 'image/gif' } })).toEqual(
      Uint8Array.of(1),
    )
    expect(await api.shout('é\n🎴')).toBe('É\n🎴')
    expect(await api.sum([1, 2, 3])).toBe(6)
    const data = { n: 1, tags: ['a&b', 'ü'] }
    expect(await api.form(data)).toEqual(data)
    await api.plain(data)
    expect(seen.pop()).toEqual(data)
    const files = [new File(['a'], 'ü.txt', { type: 'text/plain' }), new Blob(['b'])]
    expect(await api.files({ title: 'a\nb', files: files as File[] })).toEqual([
      'a\nb',
      ['ü.txt', 'a'],
      ['blob', 'b'],
    ])
    expect(await api.inner.whoami(undefined, { headers: user })).toBe('alice')
  })

  test('a declared failure is known by its type', async () => {
    const api = await road()
    const error = await rejection(api.one({ id: 'b' }, { headers: user }))
    expect(Gone.is(error) && error.data).toEqual({ id: 'b' })
    expect(Nobody.is(await rejection(api.one({ id: 'b' })))).toBe(true)
    expect(Gone.is(await rejection(all(api.count({ to: 3 }))))).toBe(true)
  })

  test('every other refusal is a fault with status and code', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {}) // what `local` logs
    onTestFinished(() => said.mockRestore())
    const api = await road()
    const headers = user
    for (const [call, status, code] of [
      [() => api.add({ text: 1 } as never, { headers }), 422, 'input_invalid'],
      [() => api.add({ text: 'a', more: 1 } as never, { headers }), 422, 'input_invalid'],
      [() => api.add({ text: 'a'.repeat(64) }, { headers }), 413, 'body_too_large'],
      [
        () => api.add({ text: 'a' }, { headers: { ...user, 'content-type': 'text/plain' } }),
        415,
        'media_type_unsupported',
      ],
      [() => api.add({ text: 'a' }, { headers: { ...user, accept: 'text/html' } }), 406, 'not_acceptable'],
      [() => api.find({ id: 'a', n: 'x' } as never), 422, 'input_invalid'],
      [() => api.broken(), 500, 'output_invalid'],
      [() => api.boom(), 500, 'app_failed'],
      [() => all(api.count({ to: 'x' } as never)), 422, 'input_invalid'],
    ] as const) {
      const error = await rejection(call())
      expect(error, String(call)).toMatchObject({ code: 'call_answered', detail: { status, code } })
      expect(JSON.stringify(error)).not.toContain('secret')
    }
  })

  test('issues point at members', async () => {
    const api = await road()
    const error = (await rejection(
      api.add({ text: 1 } as never, { headers: user }),
    )) as Fault<'call_answered'>
    expect(error.data).toMatchObject({ issues: [{ pointer: '/text' }] })
  })

  test('what cannot be written as a request is refused on this side', async () => {
    const api = await road()
    for (const call of [
      () => api.one({ id: '..' }),
      () => api.one({ id: '' }),
      () => api.one({ id: 'a/b' }),
      () => api.one({} as never),
      () => api.find({ id: 'a', n: Number.NaN }),
      () => api.find({ id: 'a', n: 1, tags: [] }),
      () => api.echo({ text: 'a', list: [Number.NaN], deep: {} }),
    ]) {
      expect(await rejection(call()), String(call)).toMatchObject({ code: 'input_invalid' })
    }
  })

  test('a caller who cancels is told the reason', async () => {
    const api = await road()
    const reason = new Error('changed my mind')
    expect(await rejection(api.stuck(undefined, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    const controller = new AbortController()
    const calling = rejection(api.stuck(undefined, { signal: controller.signal }))
    setImmediate(() => controller.abort(reason))
    expect(await calling).toBe(reason)
  })

  test('a caller who waits so long and no longer is told so', async () => {
    const api = await road()
    expect(await rejection(api.stuck(undefined, { timeoutMs: 20 }))).toMatchObject({
      code: 'call_timeout',
      detail: { limitMs: 20 },
    })
  })

  test('whatever data a body holds, the handler receives them and gives them back', async () => {
    const api = await road()
    const data = fc.record({
      text: fc.string({ unit: 'binary' }),
      list: fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))),
      deep: fc.dictionary(fc.string({ unit: 'binary' }), fc.array(fc.record({ on: fc.boolean() }))),
      maybe: fc.option(fc.string(), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(data, async (sent) => {
        fc.pre(!Object.hasOwn(sent.deep, '__proto__'))
        const { maybe, ...rest } = sent
        const given = maybe === undefined ? rest : { ...rest, maybe }
        expect(await api.echo(given)).toEqual(JSON.parse(JSON.stringify(sent)))
      }),
      { numRuns: 50 },
    )
  })

  test('whatever a path and a query hold, the handler receives it, or nothing was sent', async () => {
    const api = await road()
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({
        unit: fc.constantFrom(
          'a',
          '%',
          '2',
          'F',
          '.',
          '/',
          '+',
          '&',
          '=',
          ' ',
          ';',
          '"',
          "'",
          '\\',
          '\0',
          '\t',
          '\n',
        ),
      }),
    )
    const data = fc.record({
      id: text,
      n: fc.oneof(fc.maxSafeInteger(), fc.double()),
      tags: fc.array(text, { minLength: 1, maxLength: 3 }),
      on: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(data, async (sent) => {
        try {
          expect(await api.find(sent)).toEqual(JSON.parse(JSON.stringify(sent)))
        } catch (error) {
          if (!isFault(error)) throw error
          expect(error.code).toBe('input_invalid')
        }
      }),
      { numRuns: 100 },
    )
  })
})
