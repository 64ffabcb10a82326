/** The service behind a unix socket. `grpc.mjs SOCKET` */
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { add } from '../calls.mjs'
import { Notes } from '../notes-proto.mjs'
import { ready } from '../ready.mjs'

const server = new Server()
server.addService(Notes.service, { add: ({ request }, give) => give(null, add(request)) })
server.bindAsync(`unix:${process.argv[2]}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error
  ready(null)
})
