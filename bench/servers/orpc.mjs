import { createServer } from 'node:http'
import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { z } from 'zod'
import { add, schemas } from './calls.mjs'
import { ready } from './ready.mjs'
import { choose } from './works.mjs'

const { Sent, Given } = schemas(z)
const router = choose({
  rpc: () => ({
    add: os
      .input(Sent)
      .output(Given)
      .handler(({ input }) => add(input)),
  }),
})()
const handler = new RPCHandler(router)

const server = createServer(async (request, response) => {
  const { matched } = await handler.handle(request, response, { prefix: '/', context: {} })
  if (!matched) response.writeHead(404).end()
})
server.listen(0, '127.0.0.1', () => ready(server.address().port))
