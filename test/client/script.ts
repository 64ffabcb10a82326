/**
 * What a client does on any runtime: `script.ts URL`. Prints what it saw, as JSON.
 *
 * @module
 */
import { client, failureOf, http, issuesOf, upload, type WrittenContract } from '../../src/client/client.ts'
import type { Board, Gone } from './page/board.ts'

const url = process.argv[2]!
const contract = (await (await fetch(`${url}/contract.json`)).json()) as WrittenContract
const api = client<Board>(contract, http(`${url}/api`, { upload }))
const gone = failureOf<typeof Gone>('note_gone')

const refusal = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  )

const following = new AbortController()
const followed: string[] = []
const follow = (async () => {
  for await (const { text } of api.feed(undefined, { signal: following.signal })) {
    followed.push(text)
    following.abort('enough')
  }
})()

const listed = await api.list()
const ended = refusal(follow)
// What is added before the stream has begun is not in it.
let added = await api.add({ text: 'ü 🎴' })
while (followed.length === 0) added = await api.add({ text: 'ü 🎴' })
const removed = await refusal(api.remove({ id: 99 }))
const cancelling = new AbortController()
const waiting = refusal(api.wait(undefined, { signal: cancelling.signal }))
cancelling.abort('changed my mind')
const steps: number[] = []
const drawn = await api.draw(new Blob([new Uint8Array(200_000)], { type: 'image/png' }), {
  onProgress: ({ sent }) => steps.push(sent),
})

console.log(
  JSON.stringify({
    listed,
    added: added.text,
    removed: gone.is(removed) && removed.data,
    issues: issuesOf(await refusal(api.add({ text: '' }))),
    cancelled: await waiting,
    late: ((await refusal(api.wait(undefined, { timeoutMs: 50 }))) as { code?: unknown }).code,
    drawn,
    steps,
    followed: [followed[0], await ended],
    key: api.list.key(),
  }),
)
// A runtime that keeps a connection does not wait for it.
process.exit()
