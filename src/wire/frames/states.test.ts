/** The tables of states, and what is printed of them: `spec/frames.md`, "States". */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withDiagrams } from './diagram.ts'
import {
  afterCall,
  CALL_STATES,
  type CallEvent,
  type CallState,
  LINK,
  type LinkEvent,
  type LinkState,
} from './states.ts'

const CALL = Object.keys(CALL_STATES) as CallState[]
const EVENTS = Object.keys(CALL_STATES.over) as CallEvent[]
const OF_WORKER: ReadonlySet<CallEvent> = new Set<CallEvent>([
  'worker credit',
  'hint',
  'whole answer',
  'answer begins',
  'worker data',
  'worker end',
  'failed',
])

test('spec/frames.md shows the tables as they are: `npm run spec` prints them', () => {
  const text = readFileSync(new URL('../../../spec/frames.md', import.meta.url), 'utf8')
  expect(withDiagrams(text)).toBe(text)
})

test('every state can be come to, and from every one there is a way to the end', () => {
  const links = Object.keys(LINK) as LinkState[]
  type AnyTable = { readonly [state: string]: { readonly [event: string]: string } }
  const reached = (table: AnyTable, ...from: string[]): Set<string> => {
    const found = new Set(from)
    for (const state of found) for (const next of Object.values(table[state]!)) found.add(next)
    return found
  }
  expect(reached(LINK as AnyTable, 'opening')).toEqual(new Set(links))
  expect(reached(CALL_STATES as AnyTable, 'waiting', 'sending')).toEqual(new Set(CALL))
  for (const state of links) expect(reached(LINK as AnyTable, state), state).toContain('closed')
  for (const state of CALL) expect(reached(CALL_STATES as AnyTable, state), state).toContain('over')
})

test('what both sides do at once comes to the same, whichever each side sees first', () => {
  for (const state of CALL) {
    for (const near of EVENTS.filter((event) => !OF_WORKER.has(event))) {
      for (const far of EVENTS.filter((event) => OF_WORKER.has(event))) {
        const [nearFirst, farFirst] = [afterCall(state, near), afterCall(state, far)]
        if (nearFirst === null || farFirst === null) continue
        const seen = [afterCall(nearFirst, far), afterCall(farFirst, near)]
        expect(seen[0], `${state}: ${near}, ${far}`).toBe(seen[1])
        expect(seen[0], `${state}: ${near}, ${far}`).not.toBe(null)
      }
    }
  }
})

test('a call that is over stays so, whatever crossed with its end', () => {
  expect(new Set(EVENTS.map((event) => afterCall('over', event)))).toEqual(new Set(['over']))
})

test('nothing but hello is heard first, and nothing at all when it is closed', () => {
  const events: LinkEvent[] = ['begins', 'of a call', 'ping', 'pong', 'says go-away', 'hears go-away']
  for (const event of events) {
    expect(LINK.opening, event).not.toHaveProperty([event])
    expect(LINK.closed, event).not.toHaveProperty([event])
  }
})
