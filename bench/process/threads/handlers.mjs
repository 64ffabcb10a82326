import { service, verbs } from 'hagaki'
import { z } from 'zod'

const Note = z.object({ text: z.string(), to: z.array(z.string()), stars: z.number() })
const { acts } = verbs({})

export default service({ echo: acts('/echo', { accepts: Note, returns: Note }, (note) => note) })
