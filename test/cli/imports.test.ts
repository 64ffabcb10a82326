/** What `hagaki` says of a module that Node does not load: what to write instead. Exit status 1. */
import { describe, expect, test } from 'vitest'
import { hagaki, Place } from './command.ts'

describe.concurrent('a module that does not load', () => {
  test.for<[what: string, source: string, said: string | RegExp]>([
    ['a name that is spelled nearly so', "import { txt } from 'hagaki'", "named 'txt'. Did you mean text?"],
    [
      'a name that another path has',
      "import { serve } from 'hagaki'",
      "named 'serve'. hagaki/server has it: import { serve } from 'hagaki/server'",
    ],
    ['a type', "import { App } from 'hagaki'", "named 'App'. Look at what that module exports"],
    [
      'a name that nothing has',
      "import { Blueprint } from 'hagaki'",
      "named 'Blueprint'. Look at what that module exports",
    ],
    [
      'a path that is spelled nearly so',
      "import { cors } from 'hagaki/middlewares'",
      'Did you mean hagaki/middleware?',
    ],
    ['a path that is not there', "import 'hagaki/graphql'", 'hagaki has hagaki/server, hagaki/client, '],
    [
      'the ending of another file',
      "import './part.js'",
      /Write its ending as the file has it at \S+app\.mjs:1:8: \.mjs\n/,
    ],
    [
      'CommonJS in a module',
      "const { app } = require('hagaki')",
      'use import instead. Write import and export, or name the file .cjs',
    ],
  ])('%s', async ([, source, said], { onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.mjs': `${source}\n`, 'part.mjs': '' })
    const { status, stderr } = await hagaki(place, ['app.mjs'])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^hagaki: app\.mjs: /)
    if (typeof said === 'string') expect(stderr.split('\n', 1)[0]).toContain(said)
    else expect(stderr).toMatch(said)
  })

  test.for([
    ['Express', "import express from 'express'\nexport default express()"],
    ['one that answers fetch', "export default { fetch: () => new Response('hi') }"],
  ])('the app of another framework: %s', async ([, source], { onTestFinished }) => {
    const place = new Place(onTestFinished, { 'app.mjs': `${source}\n` })
    const { status, stderr } = await hagaki(place, ['app.mjs'])
    expect(status).toBe(1)
    expect(stderr).toBe(
      'hagaki: app.mjs: its default export is the app of another framework. Let it listen on a port of its own, and ' +
        "lead to it: export default remote(http('http://127.0.0.1:3000')), of hagaki and hagaki/http\n",
    )
  })
})
