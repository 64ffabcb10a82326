/**
 * Gateway, NATS and workers on hosts of their own, whose links to the others are cut and healed (SAFETY, "NATS
 * lost and back"): what is under way is answered, nothing is done twice, and later calls work.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Command, Place } from '../../cli/command.ts'
import { WAIT_MS } from '../../wait.ts'
import { Gateway } from './gateway.ts'
import { mayMakeNamespaces } from './namespaces.ts'
import { type Network, namespaces, wires } from './network.ts'

const NETWORKS: [name: string, make: (hosts: readonly string[]) => Promise<Network>][] = [
  ['wires of one machine', wires],
  // Elsewhere, and for others than root, the wires have to do.
  ...(mayMakeNamespaces() ? [['network namespaces', namespaces] as [string, typeof namespaces]] : []),
]

/** Writes down each call that it begins. A path /hang... is answered by nothing. */
const appOf = (host: string): string => `
  import { appendFileSync } from 'node:fs'
  import { text } from 'hagaki'
  export default async (method, path, headers, { signal }) => {
    appendFileSync('begun', method + ' ' + path.slice(1) + ' ${host}\\n')
    if (path.startsWith('/hang')) await new Promise((done) => signal.addEventListener('abort', done))
    return text('${host}')
  }
`

const FRONT = `
  import { mount, remote } from 'hagaki'
  import { nats } from 'hagaki/nats'
  export default mount({
    '/': remote(nats(process.env.OVER, 'notes', { ping: '2s' })),
    '/timed': remote(nats(process.env.OVER, 'notes', { timeout: '2s' })),
  })
`

test.each(NETWORKS)(
  'hosts cut off and back, over %s',
  async (_, make) => {
    const network = await make(['gateway', 'one', 'two'])
    const place = new Place(onTestFinished, {
      'one.mjs': appOf('one'),
      'two.mjs': appOf('two'),
      'front.mjs': FRONT,
      begun: '',
    })
    for (const host of ['one', 'two']) {
      const args = [
        'work',
        `${host}.mjs`,
        '--over',
        network.natsUrl(host),
        '--name',
        'notes',
        '-E',
        'production',
      ]
      const worker = Command.startWithin(network.within(host), place, args)
      await worker.says(/ as notes \(production\)/)
    }
    const gateway = await Gateway.start(
      place,
      'front.mjs',
      network.natsUrl('gateway'),
      network.within('gateway'),
    )
    await gateway.isAnsweredBy(['one', 'two'])

    // A worker's host: its calls are lost, and the other one has all that come.
    const hanging = new Map(['hang-a', 'hang-b'].map((path) => [path, gateway.post(path)]))
    const begun = (): string => readFileSync(join(place.folder, 'begun'), 'utf8')
    await expect.poll(() => begun().match(/POST hang/g)?.length, { timeout: WAIT_MS }).toBe(2)
    const [, ofOne] = /POST (\S+) one/.exec(begun())!
    const [, ofTwo] = /POST (hang\S+) two/.exec(begun())!
    network.cut('one')
    expect(await hanging.get(ofOne!)).toMatchObject({ status: 502, text: /"call_lost"/ })
    for (let n = 0; n < 20; n++)
      expect(await gateway.post(`away-${n}`)).toMatchObject({ status: 200, text: 'two' })
    network.heal('one')
    await gateway.isAnsweredBy(['one', 'two'])

    // The gateway's own host: what is under way is answered all the same, and what comes is refused in time.
    const timed = gateway.post('timed/hang-c')
    await expect.poll(() => begun().includes('hang-c'), { timeout: WAIT_MS }).toBe(true)
    network.cut('gateway')
    const answers = await Promise.all([
      hanging.get(ofTwo!),
      timed,
      gateway.post('new-1'),
      gateway.post('timed/new-2'),
    ])
    expect(answers.map((answer) => answer?.status)).toEqual([
      502,
      504,
      expect.toBeOneOf([502, 503]),
      expect.toBeOneOf([503, 504]),
    ])
    network.heal('gateway')
    await gateway.isAnsweredBy(['one', 'two'])
    // The network itself may wait before it sends again what was not acknowledged.
    let tries = 0
    const last = async (): Promise<number> => (await gateway.post(`timed/last-${tries++}`)).status
    await expect.poll(last, { timeout: WAIT_MS }).toBe(200)

    const posts = begun().match(/POST \S+/g)!
    expect(posts).toHaveLength(new Set(posts).size) // none twice
  },
  180_000,
)
