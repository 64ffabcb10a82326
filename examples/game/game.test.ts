/** The house with all its doors: who comes by one plays with who comes by another, and all see the same. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { silentLog } from 'hagaki'
import { client, clientByName, http } from 'hagaki/client'
import { socket } from 'hagaki/socket'
import { webSocket } from 'hagaki/websocket'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Game, game } from './game.ts'
import { openHouse } from './house.ts'
import { type Match, MatchMissing, NotYourTurn, SeatUnknown } from './matches.ts'

let house: Awaited<ReturnType<typeof openHouse>>
beforeAll(async () => {
  house = await openHouse({ port: 0, tcpPort: 0, log: silentLog })
})
afterAll(() => house.close())

function doors() {
  const links = { webSocket: webSocket(house.doors.webSocket), tcp: socket(house.doors.tcp) }
  onTestFinished(() => Promise.all(Object.values(links).map((link) => link.close())).then(() => {}))
  return {
    http: client<Game>(game.contract, http(house.doors.http)),
    webSocket: clientByName<Game>(game.contract, links.webSocket),
    tcp: clientByName<Game>(game.contract, links.tcp),
  }
}

async function all(matches: AsyncIterable<Match>): Promise<string[]> {
  const seen: string[] = []
  for await (const { board, winner } of matches) seen.push(`${board} ${winner}`)
  return seen
}

test('one plays over a WebSocket, the other over TCP, and who watches over HTTP sees it all', async () => {
  const { webSocket, tcp, http } = doors()
  const anna = await webSocket.join({ player: 'anna' })
  const bert = await tcp.join({ player: 'bert' })
  expect([anna.mark, bert.mark, bert.match]).toEqual(['x', 'o', anna.match])

  const watched = [http, webSocket, tcp].map(async ({ watch }) => all(watch({ match: anna.match })))
  const first = http.watch({ match: anna.match })[Symbol.asyncIterator]()
  expect(((await first.next()).value as Match).players).toEqual(['anna', 'bert'])
  for (const cell of [0, 1, 2]) {
    await webSocket.move({ key: anna.key, cell })
    if (cell < 2) await tcp.move({ key: bert.key, cell: cell + 3 })
  }
  const boards = await Promise.all(watched)
  for (const seen of boards) expect(seen.at(-1)).toBe('xxxoo.... x')
  expect((await http.watch({ match: anna.match })[Symbol.asyncIterator]().next()).value).toMatchObject({
    winner: 'x',
  })
})

test('what must not be is the same failure at each door', async () => {
  for (const api of Object.values(doors())) {
    const { match, key } = await api.join({ player: 'anna' })
    const early = api.move({ key, cell: 0 })
    await expect(early).rejects.toSatisfy((error) => NotYourTurn.is(error) && error.data.next === null)
    await api.join({ player: 'bert' })
    await expect(api.move({ key: `${key}x`, cell: 0 })).rejects.toSatisfy((error) => SeatUnknown.is(error))
    await expect(api.move({ key, cell: 9 })).rejects.toMatchObject({
      detail: { status: 422, code: 'input_invalid' },
    })
    await expect(api.watch({ match: `${match}x` }).next()).rejects.toSatisfy((error) =>
      MatchMissing.is(error),
    )
  }
})

test('two consoles that play by themselves end their match', async () => {
  const [x, o] = await Promise.all([
    atConsole(house.doors.tcp, 'anna'),
    atConsole(house.doors.webSocket, 'bert'),
  ])
  for (const { code, said } of [x, o]) {
    expect({ code, said }).toMatchObject({ code: 0, said: expect.stringContaining('X has won') as string })
  }
})

test('a console that is told too little says what it takes', async () => {
  const { code, said } = await atConsole('nowhere', 'anna')
  expect(code).toBe(2)
  expect(said).toContain('DOOR is missing, or is none')
})

async function atConsole(door: string, name: string): Promise<{ code: number | null; said: string }> {
  const script = fileURLToPath(new URL('console.ts', import.meta.url))
  const args = ['--conditions=hagaki-source', '--import', 'tsx', script, door, name, '--bot']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const from of [child.stdout, child.stderr])
    from.setEncoding('utf8').on('data', (text: string) => (said += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, said }
}
