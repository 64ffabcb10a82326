/**
 * The entry of a thread of `isolate`: frames go over the thread's port.
 *
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { answerIsolated, type Isolated } from './isolated.ts'
import { portLink, postFrame } from './link.ts'

const port = parentPort!

await answerIsolated(workerData as Isolated, {
  kind: 'a thread',
  link: (owner) => portLink(port, owner),
  refuse: (fault) => postFrame(port, frame(FAILED, 0, encodeFailed(fault))),
  close: () => process.exit(), // the thread alone, whatever its app left open
})
