/** The service of `notes.proto`. */
import { fileURLToPath } from 'node:url'
import { loadPackageDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'

export const { Notes } = loadPackageDefinition(
  loadSync(fileURLToPath(new URL('notes.proto', import.meta.url))),
)
