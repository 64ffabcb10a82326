/**
 * An app for a thread: it hangs, dies, streams and remembers, as its path says.
 *
 * @module
 */
import { type App, app, type Outcome, type Result, stream, text } from 'hagaki'
import { cart, jar } from './carts.ts'
import { Seen } from './seen.ts'
import { user } from './user.ts'

const CHUNK = 65_536
const threadName = crypto.randomUUID()

/** What a test asks for in a later request. */
const outcomes = new Seen<Outcome>()
const reasons = new Seen<string>()
const returns = new Seen<string>()
const gates = new Seen<string>()

/** The same, for tests that run side by side: each asks with a query of its own. */
interface Kept {
  readonly outcomes: Seen<Outcome>
  readonly returns: Seen<string>
  readonly hangs: Seen<string>
}
const keptByQuery = new Map<string, Kept>()

function keptOf(query: string | null): Kept {
  const kept = keptByQuery.get(query ?? '') ?? {
    outcomes: new Seen(),
    returns: new Seen(),
    hangs: new Seen(),
  }
  keptByQuery.set(query ?? '', kept)
  return kept
}
let made = 0

const far: App = app(async (method, path, headers, options, server) => {
  const { input, signal, deadline } = options
  if (path.startsWith('/cart')) return cart(method, path, headers, options, server)
  if (path.startsWith('/jar')) return jar(method, path, headers, options, server)
  switch (path) {
    case '/thread':
      return text(threadName)
    case '/loop':
      for (;;);
    case '/loop-soon':
      setTimeout(() => {
        for (;;);
      })
      return text('soon')
    case '/hang':
      return new Promise<never>(() => {})
    case '/exit':
      process.exit(3)
    case '/throw-later':
      setTimeout(() => {
        throw new Error('later')
      })
      return new Promise<never>(() => {})
    case '/reject-later':
      void Promise.reject(new Error('nobody looks'))
      return text('fine')
    case '/print':
      console.log('printed')
      process.stdout.write('printed\n')
      return text('fine')
    case '/left':
      options.defer(outcomes.add)
      signal.addEventListener('abort', () => reasons.add(String((signal.reason as Error).message)))
      return streamed(endless(() => returns.add('/left')))
    case '/told/left': {
      const kept = keptOf(options.query)
      options.defer(kept.outcomes.add)
      return streamed(endless(kept.returns.add))
    }
    case '/told/hang': {
      const kept = keptOf(options.query)
      options.defer(kept.outcomes.add)
      kept.hangs.add('hanging')
      return new Promise<never>(() => {})
    }
    case '/told/hangs':
      return text(await keptOf(options.query).hangs.next())
    case '/told/outcome':
      return told(await keptOf(options.query).outcomes.next())
    case '/told/return':
      return text(await keptOf(options.query).returns.next())
    case '/breaks':
      return streamed(breaking())
    case '/trailers':
      options.trailer(() => ({ digest: 'abc' }))
      return streamed(brief())
    case '/size': {
      let size = 0
      for await (const piece of input.stream()) size += piece.length
      return text(String(size))
    }
    case '/outcome':
      return told(await outcomes.next())
    case '/reason':
      return text(await reasons.next())
    case '/returned':
      return text(await returns.next())
    case '/endless':
      return streamed(endless(() => returns.add('/endless')))
    case '/made':
      return text(String(made))
    case '/held-upload': {
      let size = 0
      for await (const piece of input.stream()) {
        if (size === 0) await gates.next()
        size += piece.length
      }
      return text(String(size))
    }
    case '/open':
      gates.add('open')
      return text('fine')
    case '/user': {
      const name = options.get(user)
      options.set(user, `${name} of the thread`)
      return text(String(name))
    }
    case '/deadline':
      return text(String(deadline === null ? null : deadline - Date.now()))
    case '/ask':
      return text(`${(await input.bytes()).length}`)
    case '/do-not-ask':
      return text('no need')
    case '/double':
      return text(String(2 * Number(headers['x-number'])))
    default:
      return text(`${method} ${path}`)
  }
})
export default far

function told({ status, aborted }: Outcome): Result {
  return text(JSON.stringify({ status, aborted }))
}

function streamed(chunks: AsyncIterable<Uint8Array>): Result {
  return [200, 'application/octet-stream', {}, stream(chunks)]
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('one')
  await new Promise((resolve) => setTimeout(resolve, 20))
  throw new Error('broke')
}

async function* brief(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('brief')
}

async function* endless(returned: (word: string) => void): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      made++
      yield new Uint8Array(CHUNK)
    }
  } finally {
    returned('returned')
  }
}
