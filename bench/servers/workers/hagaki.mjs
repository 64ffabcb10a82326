/** What `hagaki work` does, in code. `hagaki.mjs SOCKET` */
import { service, verbs } from 'hagaki'
import { work } from 'hagaki/work'
import { z } from 'zod'
import { add, schemas } from '../calls.mjs'
import { ready } from '../ready.mjs'

const { Sent, Given } = schemas(z)
const { acts } = verbs({})
const notes = service({ add: acts('/add', { accepts: Sent, returns: Given }, add) })

await work(notes, { listen: `unix:${process.argv[2]}` })
ready(null)
