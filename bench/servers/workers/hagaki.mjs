/** What `hagaki work` does, in code. `hagaki.mjs SOCKET`, or `hagaki.mjs nats://...` */
import { service, verbs } from 'hagaki'
import { work } from 'hagaki/work'
import { z } from 'zod'
import { add, schemas } from '../calls.mjs'
import { ready } from '../ready.mjs'

const { Sent, Given } = schemas(z)
const { acts } = verbs({})
const notes = service({ add: acts('/add', { accepts: Sent, returns: Given }, add) })

const at = process.argv[2]
await work(notes, at.startsWith('nats:') ? { over: at, name: 'notes' } : { listen: `unix:${at}` })
ready(null)
