/**
 * The program of the worker processes that the command line starts.
 *
 * @module
 */
import { runWorker } from '../server/workers/worker.ts'
import { dress } from './dress.ts'
import { explain } from './explain.ts'
import type { ForeignOptions } from './languages.ts'
import { loadModule } from './load-module.ts'

await runWorker({
  dress,
  explain: (error) => explain(error),
  load: (url, name, given) => loadModule(url, name, given as ForeignOptions),
})
