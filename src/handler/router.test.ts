import { expect, test } from 'vitest'
import { segments } from '../value/path.ts'
import { Router } from './router.ts'
import { parseTemplate } from './template.ts'

interface Named {
  readonly name: string
  readonly method: string
  readonly template: ReturnType<typeof parseTemplate>
}

/** Routes are written as "METHOD /template", which is their name too. */
function routerOf(...routes: string[]): Router<Named> {
  const router = new Router<Named>()
  for (const name of routes) {
    const [method, path] = name.split(' ') as [string, string]
    router.add({ name, method, template: parseTemplate(path) })
  }
  return router
}

function found(router: Router<Named>, asked: string): unknown {
  const [method, path] = asked.split(' ') as [string, string]
  const parts = segments(path)
  const match = router.find(method, parts)
  return match === null ? router.methods(parts) : [match.route.name, ...match.texts]
}

test('a literal goes before a name, in whatever order they were added', () => {
  for (const routes of [
    ['GET /notes/new', 'GET /notes/{id}'],
    ['GET /notes/{id}', 'GET /notes/new'],
  ]) {
    const router = routerOf(...routes)
    expect(found(router, 'GET /notes/new')).toEqual(['GET /notes/new'])
    expect(found(router, 'GET /notes/7')).toEqual(['GET /notes/{id}', '7'])
  }
})

test('a name steps in where a literal leads nowhere', () => {
  const router = routerOf('GET /a/b/c', 'GET /a/{x}/d', 'GET /{y}/b/{z}/e', 'DELETE /{y}/b/c')
  expect(found(router, 'GET /a/b/c')).toEqual(['GET /a/b/c'])
  expect(found(router, 'GET /a/b/d')).toEqual(['GET /a/{x}/d', 'b'])
  expect(found(router, 'GET /a/b/d/e')).toEqual(['GET /{y}/b/{z}/e', 'a', 'd'])
  expect(found(router, 'DELETE /a/b/c')).toEqual(['DELETE /{y}/b/c', 'a'])
})

test('an empty segment is none that a name takes', () => {
  const router = routerOf('GET /notes', 'GET /notes/{id}', 'GET /{a}/{b}/{c}', 'GET /trailing/')
  for (const path of ['/notes/', '//', '//notes', '/notes//', '/a//b', '/', '/trailing']) {
    expect(found(router, `GET ${path}`), path).toEqual(new Set())
  }
  expect(found(router, 'GET /trailing/')).toEqual(['GET /trailing/'])
})

test('segments are compared decoded, and by case', () => {
  const router = routerOf('GET /café/{x}')
  expect(found(router, 'GET /caf%C3%A9/%7Bx%7D')).toEqual(['GET /café/{x}', '{x}'])
  expect(found(router, 'GET /CAF%C3%89/a')).toEqual(new Set())
})

test('another method finds all that the path has, along every way to it', () => {
  const router = routerOf('GET /notes/new', 'DELETE /notes/{id}', 'PATCH /notes/{id}', 'POST /notes')
  expect(found(router, 'PUT /notes/new')).toEqual(new Set(['GET', 'DELETE', 'PATCH']))
  expect(found(router, 'PUT /notes/7')).toEqual(new Set(['DELETE', 'PATCH']))
  expect(found(router, 'PUT /other')).toEqual(new Set())
})

test('two routes that answer the same requests are refused, both named', () => {
  for (const [one, other] of [
    ['GET /notes', 'GET /notes'],
    ['GET /notes/{id}', 'GET /notes/{slug}'],
    ['GET /{a}/x', 'GET /{b}/x'],
  ] as const) {
    expect(() => routerOf(one, other)).toThrow(
      expect.objectContaining({
        code: 'setup_faulty',
        message: `Handlers "${one}" and "${other}": both answer ${one}. Give one of them another path`,
      }),
    )
  }
  expect(() => routerOf('GET /{a}', 'POST /{b}', 'GET /{a}/')).not.toThrow()
})

test('names of Object.prototype are paths like any other', () => {
  const router = routerOf('GET /{x}', 'GET /toString')
  expect(found(router, 'GET /__proto__')).toEqual(['GET /{x}', '__proto__'])
  expect(found(router, 'GET /toString')).toEqual(['GET /toString'])
  expect(found(router, 'constructor /toString')).toEqual(new Set(['GET']))
})
