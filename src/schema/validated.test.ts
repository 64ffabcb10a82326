/** Schemas of every library are run once, whether they are asynchronous or not, and their failures are heard. */
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { z as mini } from 'zod/mini'
import { jsonSchema } from './from-json-schema.ts'
import { type AnySchema, check } from './standard.ts'

/** Whether a name is free, as somebody is asked that is elsewhere. */
type Ask = (name: string) => boolean | Promise<boolean>

// Each is of a name, and says `taken` of one that is not free.
const LATE: { readonly [how: string]: (ask: Ask) => AnySchema } = {
  'zod, refine': (ask) => z.string().refine(async (name) => ask(name), 'taken'),
  'zod, refine by a function that gives a promise and does not say so': (ask) =>
    z.string().refine((name) => Promise.resolve(name).then(ask), 'taken'),
  'zod, superRefine': (ask) =>
    z.string().superRefine(async (name, context) => {
      if (!(await ask(name))) context.addIssue('taken')
    }),
  'zod, check': (ask) =>
    z.string().check(async (context) => {
      if (!(await ask(context.value)))
        context.issues.push({ code: 'custom', input: context.value, message: 'taken' })
    }),
  'zod, transform': (ask) =>
    z.string().transform((name, context) =>
      Promise.resolve(name)
        .then(ask)
        .then((isFree) => {
          if (!isFree) context.addIssue('taken')
          return name
        }),
    ),
  'zod/mini': (ask) => mini.string().check(mini.refine((name) => Promise.resolve(name).then(ask), 'taken')),
  valibot: (ask) =>
    v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => ask(name), 'taken'),
    ),
}

const NOW: { readonly [how: string]: (ask: Ask) => AnySchema } = {
  'zod, refine': (ask) => z.string().refine((name) => ask(name), 'taken'),
  'zod, superRefine': (ask) =>
    z.string().superRefine((name, context) => {
      if (ask(name) !== true) context.addIssue('taken')
    }),
  'zod/mini': (ask) => mini.string().check(mini.refine((name) => ask(name), 'taken')),
  valibot: (ask) =>
    v.pipe(
      v.string(),
      v.check((name) => ask(name) === true, 'taken'),
    ),
  arktype: (ask) =>
    type('string').narrow((name, context) => ask(name) === true || context.reject({ message: 'taken' })),
  'JSON Schema, wrapped': (ask) =>
    jsonSchema({ type: 'string' }, (name) =>
      ask(name as string) === true ? [] : [{ pointer: '', message: 'taken' }],
    ),
}

const REFUSED = { issues: [{ pointer: '', message: expect.stringContaining('taken') as string }] }

describe.each(Object.entries(LATE))('%s, later', (_how, make) => {
  test.each(['a', 'b', 'taken'])('is run once for each value, the first of which is %s', async (first) => {
    const asked: string[] = []
    const schema = make((name) => (asked.push(name), name !== 'taken'))
    const names = [first, 'taken', 'c']
    const results = []
    for (const name of names) results.push(await check(schema, name))
    expect(asked).toEqual(names)
    expect(results).toEqual(names.map((name) => (name === 'taken' ? REFUSED : { value: name })))
    expect(check(schema, 'd')).toBeInstanceOf(Promise)
  })

  test('is heard where it fails, also the first time', async () => {
    const schema = make(() => Promise.reject(new Error('the database is gone')))
    for (const name of ['a', 'b']) await expect(check(schema, name)).rejects.toThrow('the database is gone')
  })
})

describe.each(Object.entries(NOW))('%s, at once', (_how, make) => {
  test.each(['a', 'taken'])(
    'is run once for each value, the first of which is %s, and gives no promise',
    (first) => {
      const asked: string[] = []
      const schema = make((name) => (asked.push(name), name !== 'taken'))
      const names = [first, 'taken', 'c']
      expect(names.map((name) => check(schema, name))).toEqual(
        names.map((name) => (name === 'taken' ? REFUSED : { value: name })),
      )
      expect(asked).toEqual(names)
    },
  )
})

test('a schema of zod that refers to itself is taken as both from the outermost on', async () => {
  interface Tree {
    readonly name: string
    readonly below?: Tree | undefined
  }
  const asked: string[] = []
  const tree: z.ZodType<Tree> = z.lazy(() =>
    z.object({ name: z.string(), below: tree.optional() }).superRefine(async ({ name }, context) => {
      asked.push(name)
      if (name === 'taken') context.addIssue('taken')
    }),
  )
  const data = { name: 'a', below: { name: 'b', below: { name: 'c' } } }
  expect(await check(tree, data)).toEqual({ value: data })
  expect(asked.toSorted()).toEqual(['a', 'b', 'c'])
  expect(await check(tree, { name: 'a', below: { name: 'taken' } })).toMatchObject({
    issues: [{ pointer: '/below' }],
  })
})
