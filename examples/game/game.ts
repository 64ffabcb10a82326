/**
 * The game as a service: who plays whom, moves, and what everybody sees of it. It knows neither HTTP nor
 * sockets.
 *
 * @module
 */
import { resource, service, verbs } from 'hagaki'
import * as stream from 'hagaki/stream'
import { topic } from 'hagaki/topic'
import { z } from 'zod'
import { CellTaken, HouseFull, Match, Matches, MatchMissing, NotYourTurn, SeatUnknown } from './matches.ts'

const matches = resource(({ now }) => new Matches(now))
const newsOf = (id: string) => topic(`match.${id}`, { schema: Match })

const { acts } = verbs({ matches })
const live = stream.verbs({ matches })

const join = acts(
  '/matches',
  {
    accepts: z.object({ player: z.string().min(1).max(32) }),
    returns: z.object({ match: z.string(), mark: z.enum(['x', 'o']), key: z.string() }),
    errors: [HouseFull],
    summary: 'Finds you somebody to play with',
  },
  ({ player }, { matches }) => {
    const seat = matches.join(player)
    newsOf(seat.match).publish(matches.find(seat.match))
    return seat
  },
)

const move = acts(
  '/moves',
  {
    accepts: z.object({ key: z.string(), cell: z.number().int().min(0).max(8) }),
    returns: Match,
    errors: [SeatUnknown, MatchMissing, NotYourTurn, CellTaken],
    summary: 'Marks a cell',
  },
  ({ key, cell }, { matches }) => {
    const moved = matches.move(key, cell)
    newsOf(moved.id).publish(moved)
    return moved
  },
)

const watch = live.reads(
  '/matches/{match}',
  {
    accepts: z.object({ match: z.string() }),
    gives: stream.items(Match),
    errors: [MatchMissing],
    summary: 'The match as it is, and after each move, to its end',
  },
  ({ match }, { matches, signal }) => {
    const news = newsOf(match).subscribe(signal) // before it is looked at: nothing comes between
    return toTheEnd(matches.find(match), news)
  },
)

async function* toTheEnd(match: Match, news: AsyncIterable<Match>): AsyncGenerator<Match, void, undefined> {
  yield match
  if (match.winner !== null) return
  for await (const moved of news) {
    yield moved
    if (moved.winner !== null) return
  }
}

export const game = service({ join, move, watch })
export type Game = typeof game
export default game
