/** A service that notes in a file when what it needs opens and closes. */
import { appendFileSync } from 'node:fs'
import { type App, resource, service, verbs } from 'hagaki'
import { z } from 'zod'

const note = (line: string): void => appendFileSync(process.env['HAGAKI_TEST_NOTES']!, `${line}\n`)

const { reads } = verbs({
  pen: resource(
    () => {
      if (process.env['HAGAKI_TEST_BREAKS']) throw new Error('the ink is dry')
      note('opened')
      return { colour: 'blue' }
    },
    () => note('closed'),
  ),
})

const colour = reads('/colour', { returns: z.string() }, (_, { pen }) => {
  note('used')
  return pen.colour
})

const app: App = service({ colour })
export default app
