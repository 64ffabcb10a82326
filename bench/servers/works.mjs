/** What the works share, so that every server gives the same answers. */

/** `node servers/NAME.mjs WORK FOLDER`: which work, and the folder for its files. */
export const [work, folder] = process.argv.slice(2)

/** As the tests find it; Debian's, where Flask and gunicorn are packages of the system. */
export const PYTHON = process.env.HAGAKI_PYTHON || '/usr/bin/python3'
/** Debian's too, with Sinatra and Puma. */
export const RUBY = process.env.HAGAKI_RUBY || '/usr/bin/ruby'
/** Where the apps in Python are, and those in Ruby. */
export const PYTHON_APPS = new URL('python/', import.meta.url)
export const RUBY_APPS = new URL('ruby/', import.meta.url)

export const TEXT = 'text/plain; charset=utf-8'
export const OCTETS = 'application/octet-stream'

const PIECE = new Uint8Array(64 * 1024).fill(0x68)

const LINE = new TextEncoder().encode(
  `${JSON.stringify({ text: 'Greetings from Kyoto', to: ['anna', 'ben'] })}\n`,
)

/** 1 MiB in sixteen pieces, or 32 lines, each there as soon as it is asked for. */
export async function* pieces() {
  if (work === 'lines') for (let count = 0; count < 32; count++) yield LINE
  else for (let count = 0; count < 16; count++) yield PIECE
}

/** Says which work a server does not do, and ends. Lines are a stream of other pieces. */
export function choose(works) {
  const name = work === 'lines' ? 'stream' : work
  if (Object.hasOwn(works, name)) return works[name]
  process.stderr.write(`does not do ${work}\n`)
  process.exit(3)
}
