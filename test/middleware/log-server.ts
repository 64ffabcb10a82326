/**
 * A program that serves and logs to standard output: its port is the first line on standard error.
 *
 * @module
 */
import { text, use } from 'hagaki'
import { log } from 'hagaki/middleware'
import { serve } from '../../src/server/serve.ts'

const { port } = await serve(
  use(() => text('a'), log()),
  { port: 0 },
)
console.error(port)
