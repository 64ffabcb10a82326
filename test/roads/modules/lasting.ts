import { appendFileSync } from 'node:fs'
import { service, verbs } from 'hagaki'
import { z } from 'zod'

setInterval(() => {}, 1_000) // nobody clears it
process.on('exit', () => appendFileSync(process.env['LASTING_ENDS']!, 'by itself'))

export default service({ pid: verbs({}).reads('/pid', { returns: z.number() }, () => process.pid) })
