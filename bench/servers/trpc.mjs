import { initTRPC } from '@trpc/server'
import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { z } from 'zod'
import { add, schemas } from './calls.mjs'
import { ready } from './ready.mjs'
import { choose } from './works.mjs'

const { Sent, Given } = schemas(z)
const t = initTRPC.create()
const router = choose({
  rpc: () =>
    t.router({
      add: t.procedure
        .input(Sent)
        .output(Given)
        .mutation(({ input }) => add(input)),
    }),
})()

const server = createHTTPServer({ router })
server.listen(0, '127.0.0.1', () => ready(server.address().port))
