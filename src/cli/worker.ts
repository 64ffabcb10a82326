/**
 * The program of the worker processes that the command line starts.
 *
 * @module
 */
import { leaveWatching } from '../module/watch.ts'
import { runWorker } from '../server/workers/worker.ts'
import { dress } from './dress.ts'
import { explain } from './explain.ts'
import { loadModule } from './load-module.ts'
import type { Given } from './workers-command.ts'

await runWorker({
  dress,
  explain: (error) => explain(error),
  load: (url, name, given) => {
    const { foreign, watched } = given as Given
    if (watched !== null) leaveWatching(watched)
    return loadModule(url, name, foreign)
  },
})
