/**
 * The packed form of a nine-field POST, beside the fastest binary codecs there are. They check nothing
 * of what they decode; ours is a request that passed its checks.
 *
 * @module
 */
import { built, peer } from './built.ts'
import type { Case, Experiment, Missing } from './rounds.ts'

const [{ request }, { decodePacked, encodePacked }] = await Promise.all([
  built('value/message.js'),
  built('value/packed.js'),
])

const BODY = JSON.stringify({ text: 'Greetings from Kyoto', to: ['anna', 'ben'], stars: 4.5 })

const VALUE = request('POST', '/cards?from=anna', {
  http: '1.1',
  client: '127.0.0.1',
  headers: {
    host: 'example.org',
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    accept: 'application/json',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en-GB,en;q=0.9,ja;q=0.8',
    'content-type': 'application/json',
    'content-length': String(BODY.length),
    origin: 'https://example.org',
    referer: 'https://example.org/cards/new',
  },
  body: BODY,
})
const PACKED = encodePacked(VALUE)

interface Codec {
  encode(value: unknown): Uint8Array
  decode(bytes: Uint8Array): unknown
}

const PEERS = ['cbor-x', 'msgpackr']
const codecs = await Promise.all(PEERS.map(async (name) => [name, await peer<Codec>(name)] as const))

function experiment(
  name: string,
  title: string,
  ours: () => unknown,
  theirs: (codec: Codec) => () => unknown,
): Experiment {
  const cases = codecs.map(([peerName, codec]): Case | Missing =>
    codec === null
      ? { name: peerName, title: peerName, kind: 'peer', absent: 'not installed here' }
      : { name: peerName, title: peerName, kind: 'peer', run: theirs(codec) },
  )
  return {
    name,
    title,
    base: 'cbor-x',
    cases: [{ name: 'packed', title: 'Hagaki: packed', kind: 'ours', run: ours }, ...cases],
    targets: [{ of: 'packed', against: PEERS, atMost: 1 }],
  }
}

export const EXPERIMENTS: readonly Experiment[] = [
  experiment(
    'encode',
    'a POST of nine fields, encoded',
    () => encodePacked(VALUE),
    (codec) => () => codec.encode(VALUE),
  ),
  experiment(
    'decode',
    'a POST of nine fields, decoded',
    () => decodePacked(PACKED),
    (codec) => {
      const bytes = codec.encode(VALUE)
      return () => codec.decode(bytes)
    },
  ),
]
