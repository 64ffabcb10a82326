import { service, verbs } from 'hagaki'
import { z } from 'zod'

const { acts } = verbs({})

/** As bare as what the peers call: whatever data come, nothing of them is checked. */
export default service({ echo: acts('/echo', { accepts: z.any(), returns: z.any() }, (note) => note) })
