/**
 * A handler called by name, in process: what is left of a call when there is no HTTP, no socket and no schema.
 *
 * @module
 */
import { built } from './built.ts'
import type { Experiment } from './rounds.ts'

const [{ service }, { verbs }] = await Promise.all([built('handler/service.js'), built('handler/verbs.js')])

const { acts } = verbs({})
const app = service({ nothing: acts('/nothing', {}, () => {}) })

export const EXPERIMENTS: readonly Experiment[] = [
  {
    name: 'invoke',
    title: 'a handler without schemas, called by name',
    base: null,
    cases: [{ name: 'invoke', title: 'Hagaki: invoke', kind: 'ours', run: () => app.invoke('nothing') }],
    targets: [{ of: 'invoke', against: [], atMost: 1_000 }],
  },
]
