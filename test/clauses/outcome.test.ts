/** Clause 34: how a call ended over there, told here. */
import { type App, type Chunk, type Outcome, perform, request, stream } from 'hagaki'
import { expect, test } from 'vitest'
import { remote } from '../../src/transport/remote.ts'
import { Joined } from '../roads/joined.ts'

test('an answer that the far side cut off is aborted here, and one that it ended is not (34)', async () => {
  async function* broken(): AsyncGenerator<Chunk> {
    yield 'some of it'
    throw new Error('no more')
  }
  const joined = new Joined((_method, path) => [
    200,
    null,
    {},
    stream(path === '/broken' ? broken() : ['all', ' of it']),
  ])
  await joined.settle()
  const outcomes: Outcome[] = []
  const far = remote({ name: 'far', call: (...call) => joined.caller.call(...call) })
  const near: App = (...call) => {
    call[3].defer((outcome) => void outcomes.push(outcome))
    return far(...call)
  }
  for (const path of ['/broken', '/whole']) {
    let over = false
    const answer = perform(near, request('GET', path)).finally(() => {
      over = true
    })
    const settled = answer.then(
      () => 'answered',
      () => 'cut off',
    )
    while (!over) await joined.settle()
    expect(await settled).toBe(path === '/broken' ? 'cut off' : 'answered')
  }
  expect(outcomes.map(({ status, aborted }) => [status, aborted])).toEqual([
    [null, true],
    [200, false],
  ])
})
