/**
 * A console to play at: the same over each door of the house.
 *
 * @module
 */
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { client, clientByName, http } from 'hagaki/client'
import { socket } from 'hagaki/socket'
import { webSocket } from 'hagaki/websocket'
import { type Board, drawn, isFree } from './board.ts'
import { type Game, game } from './game.ts'
import { CellTaken } from './matches.ts'

const HELP = `Plays noughts and crosses with whoever comes next.

  node --conditions=hagaki-source --import tsx examples/game/console.ts DOOR NAME [--bot]

  DOOR    http://127.0.0.1:9292, ws://127.0.0.1:9292/ws or tcp://127.0.0.1:9293
  --bot   plays by itself

Exit status: 0 when the match is over, 2 for arguments that make no sense.`

const { door, name, isBot } = settings()
const link = linkTo(door)
const lines = isBot ? null : createInterface({ input: process.stdin, output: process.stdout })
try {
  await play()
} finally {
  lines?.close()
  await link.close()
}

async function play(): Promise<void> {
  const { api } = link
  const seat = await api.join({ player: name })
  console.log(`You are ${seat.mark.toUpperCase()}; waiting for somebody to play with`)
  for await (const { board, next, winner, players } of api.watch({ match: seat.match })) {
    if (players.length < 2) continue
    console.log(`\n${players.join(' (X) against ')} (O)\n${drawn(board)}`)
    if (winner !== null)
      return console.log(winner === 'nobody' ? 'Nobody has won' : `${winner.toUpperCase()} has won`)
    if (next === seat.mark) await move(seat.key, board)
  }
}

async function move(key: string, board: Board): Promise<void> {
  for (;;) {
    const cell = lines === null ? board.indexOf('.') : Number(await lines.question('Your cell, 1 to 9: ')) - 1
    try {
      if (Number.isInteger(cell) && isFree(board, cell)) return void (await link.api.move({ key, cell }))
    } catch (error) {
      if (!CellTaken.is(error)) throw error
    }
    console.log('That is no free cell')
  }
}

/** HTTP says each call as a request; the links say its name and data. */
function linkTo(url: string) {
  const { contract } = game
  if (url.startsWith('http')) return { api: client<Game>(contract, http(url)), close: async () => {} }
  const transport = url.startsWith('ws') ? webSocket(url) : socket(url)
  return { api: clientByName<Game>(contract, transport), close: () => transport.close() }
}

function settings() {
  const options = { bot: { type: 'boolean' }, help: { type: 'boolean' } } as const
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    if (values.help === true) {
      console.log(HELP)
      process.exit(0)
    }
    const [door, name, ...rest] = positionals
    if (door === undefined || !/^(?:https?|ws|tcp):/.test(door))
      throw new Error('DOOR is missing, or is none')
    if (name === undefined || rest.length > 0) throw new Error('NAME is missing, or comes twice')
    return { door, name, isBot: values.bot ?? false }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`)
    process.exit(2)
  }
}
