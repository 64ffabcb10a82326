/** node:http in front of a gRPC service, which another process has behind a unix socket. */
import { credentials } from '@grpc/grpc-js'
import { startWorker } from './behind.mjs'
import { serveCalls } from './calls-over-http.mjs'
import { Notes } from './notes-proto.mjs'
import { choose } from './works.mjs'

const start = choose({
  worker: async () => {
    await startWorker('grpc.mjs', 'grpc.sock')
    const client = new Notes('unix:grpc.sock', credentials.createInsecure())
    return (note) =>
      new Promise((resolve, reject) => {
        client.add(note, (error, given) => (error === null ? resolve(given) : reject(error)))
      })
  },
})
serveCalls(await start())
