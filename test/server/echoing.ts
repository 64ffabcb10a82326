/**
 * An app that takes connections over and sends back what comes, and requests that ask for it.
 *
 * @module
 */
import { type App, type Duplex, json, takeover } from 'hagaki'
import { head } from './wire-request.ts'

export const asking = (line: string, protocols = 'echo', ...fields: readonly string[]): string =>
  head(line, 'Connection: upgrade', `Upgrade: ${protocols}`, ...fields)

/** Sends back what it receives until the client ends. */
export async function echo(duplex: Duplex): Promise<void> {
  for await (const bytes of duplex) duplex.write(bytes)
  duplex.end()
}

export const echoing: App = (_method, path, _headers, { upgrade }) =>
  path === '/echo' || !path.startsWith('/')
    ? [101, null, { 'x-a': '\xe9' }, takeover(echo)]
    : json({ path, upgrade })
