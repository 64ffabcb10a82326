/**
 * The entry of a process of `isolate`: frames go over a pipe of their own, so that the app may print.
 *
 * @module
 */
import { Socket } from 'node:net'
import { endWithStarter } from '../module/lifeline.ts'
import { encodeFrame } from '../wire/frames/codec.ts'
import { FAILED, frame } from '../wire/frames/frame.ts'
import { encodeFailed } from '../wire/frames/payload.ts'
import { FRAMES_FD } from './child.ts'
import { answerIsolated, type Isolated } from './isolated.ts'
import { byteLink } from './link.ts'

endWithStarter() // before any code of the app's

const pipe = new Socket({ fd: FRAMES_FD, readable: true, writable: true })

// The terminal's Ctrl-C goes to all of them: it is for the gateway, which ends us when its calls are over.
process.on('SIGINT', () => {})

await answerIsolated(JSON.parse(process.argv.at(-1)!) as Isolated, {
  kind: 'a process',
  link: (owner) => byteLink(pipe, pipe, owner),
  refuse: (fault) => void pipe.write(encodeFrame(frame(FAILED, 0, encodeFailed(fault)))),
  close: () => void pipe.end(() => process.exit()),
})
