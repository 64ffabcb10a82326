/** Who misses items of a topic and goes on after the last one it saw, by the client alone: nothing is left out. */
import { service } from 'hagaki'
import { client, http } from 'hagaki/client'
import { serve } from 'hagaki/server'
import * as stream from 'hagaki/stream'
import { topic } from 'hagaki/topic'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

const Card = z.object({ id: z.number() })

test('a client that fell behind comes back by itself, and sees every item once', async () => {
  const cards = topic('resume.cards', { schema: Card, waiting: 2 })
  const kept: { id: number }[] = []
  const add = (count: number): void => {
    for (let at = 0; at < count; at++) {
      kept.push({ id: kept.length + 1 })
      cards.publish(kept.at(-1)!)
    }
  }
  let calls = 0
  const gives = stream.items(Card, { id: ({ id }) => String(id) })
  const watch = stream.reads('/watch', { gives }, async function* (_, { signal, resume }) {
    calls++
    const news = cards.subscribe(signal)
    let seen = Number(resume ?? 0)
    for (const card of kept.slice(seen)) {
      seen = card.id
      yield card
    }
    for await (const card of news) if (card.id > seen) yield card
  })
  const app = service({ watch })
  const running = await serve(app, { port: 0 })
  onTestFinished(() => running.close({ now: true }))
  add(1)
  const seen: number[] = []
  for await (const { id } of client<typeof app>(app.contract, http(running.url)).watch()) {
    seen.push(id)
    if (id === 1 || id === 20) add(19)
    if (id === 39) break
  }
  expect(seen).toEqual(Array.from({ length: 39 }, (_, at) => at + 1))
  expect(calls).toBeGreaterThan(1)
})
