/**
 * The almanac: what the wall says when one counts. Drawing its stamp takes the whole processor for
 * a moment, so this app runs in a thread of its own (`isolate`), where it shares nothing with the
 * wall and reads the cards file itself.
 *
 * @module
 */
import { type App, app, consoleLog, Fault, html, type Result } from 'hagaki'
import { Board, ROOM } from '../board.ts'
import { type Card, Entry } from '../card.ts'
import { cardsFile } from '../cards.ts'
import { readJournal } from '../journal/reader.ts'
import { visit } from '../members/visit.ts'
import { almanacPage } from './almanac-page.ts'
import { stampOf } from './stamp.ts'
import { tally } from './tally.ts'

const almanac: App = app(async (method, path, _headers, options) => {
  const { mount } = options
  if (method !== 'GET' && method !== 'HEAD') {
    throw new Fault('method_not_allowed', { method, allow: ['GET', 'HEAD'] })
  }
  switch (path) {
    case '/':
      return html(
        almanacPage({
          root: mount.replace(/[^/]*$/, ''),
          mount,
          visitor: options.get(visit) ?? null,
          tally: tally(await hanging()),
        }),
      )
    case '/stamp.png':
      return stamp(await hanging())
    default:
      throw new Fault('route_missing', { path: mount + path })
  }
})
export default almanac

/** The cards that hang now, the newest first. */
async function hanging(): Promise<Card[]> {
  const board = new Board()
  await readJournal(cardsFile(), Entry, (entry) => void board.take(entry), consoleLog)
  return board.before(Number.MAX_SAFE_INTEGER, ROOM)
}

// The same cards give the same stamp: drawn once, and again when a card comes or goes.
let last: { readonly of: string; readonly png: Buffer } = { of: '', png: Buffer.alloc(0) }

function stamp(cards: readonly Card[]): Result {
  const of = JSON.stringify(cards.map((card) => card.id))
  if (last.of !== of || last.png.length === 0) last = { of, png: stampOf(of) }
  return [200, 'image/png', { 'cache-control': 'no-cache' }, last.png]
}
