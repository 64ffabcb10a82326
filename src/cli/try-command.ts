/**
 * `hagaki try MODULE METHOD TARGET`: one request to an app, with no server.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { answer } from '../call/answer.ts'
import { Call } from '../call/call.ts'
import { abandon, chunkBytes, chunksOf, leave } from '../call/chunks.ts'
import { closeApp, openApp } from '../call/life.ts'
import { consoleLog, logThrown } from '../call/log.ts'
import { type Outgoing, outgoing } from '../call/outgoing.ts'
import { optionsOf, responseHead } from '../call/perform.ts'
import { serverFacts } from '../call/server-facts.ts'
import type { App, Result, Server } from '../contract.ts'
import { Fault, isFault } from '../fault.ts'
import { type RequestValue, request } from '../value/message.ts'
import { isStream, isTakeover } from '../value/result.ts'
import { reasonPhrase } from '../value/status.ts'
import type { TryCommand } from './command.ts'
import { hold } from './dress.ts'
import { loadModule, urlOf } from './load-module.ts'
import { UsageError } from './usage-error.ts'

/**
 * Prints the answer, a stream as it comes. Resolves with the exit status: 0, or 1 for an answer of
 * 400 and above. Faults: setup_faulty, of a module that does not load; result_faulty for a stream
 * that is not what its head said.
 */
export async function tryModule(command: TryCommand): Promise<number> {
  const value = requestOf(command)
  const url = urlOf(command.module)
  const app = hold(await loadModule(url, command.module, command.foreign), command.environment)
  const server = serverFacts({ environment: command.environment })
  await openApp(app, server)
  try {
    return await tried(app, value, server, command.include)
  } finally {
    await closeApp(app)
  }
}

async function tried(app: App, value: RequestValue, server: Server, include: boolean): Promise<number> {
  const call = new Call(server, consoleLog, undefined, value.context)
  const sent = await answered(app, value, call)
  const { status } = sent
  try {
    if (include) await print(headText(sent))
    await printBody(sent)
  } catch (error) {
    await call.settle({ status, error, aborted: true })
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error // `| head -1` has seen enough
  }
  await call.settle({ status, error: null, aborted: false }) // counts once
  return status < 400 ? 0 : 1
}

async function answered(app: App, value: RequestValue, call: Call): Promise<Outgoing> {
  const { method, path, headers } = value
  const options = optionsOf(value, call, call.server)
  let result: unknown = null
  try {
    result = await app(method, path, headers, options, call.server)
    const sent = outgoing(result as Result, method)
    if (isTakeover(sent.body)) throw new Fault('upgrade_unavailable', { method })
    if (sent.body === null) abandon(result)
    return sent
  } catch (error) {
    abandon(result)
    if (!isFault(error) || error.status >= 500) logThrown(call.log, error, { path })
    return outgoing(answer(error), method)
  }
}

async function printBody({ body, length }: Outgoing): Promise<void> {
  if (body === null) return
  if (!isStream(body)) return print(body as string | Uint8Array)
  const chunks = chunksOf(body)
  let size = 0
  try {
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
      const bytes = chunkBytes(next.value)
      size += bytes.byteLength
      await print(bytes)
    }
  } catch (error) {
    await leave(chunks)
    throw error
  }
  if (length !== null && length !== size)
    throw new Fault('result_faulty', { reason: `its stream has ${size} octets and declared ${length}` })
}

/** Resolves when it is written, so that a slow reader holds a stream back. */
function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

function headText(sent: Outgoing): string {
  const { contentType, headers } = responseHead(sent)
  const lines = [`${sent.status} ${reasonPhrase(sent.status)}`.trimEnd()]
  if (contentType !== null) lines.push(`content-type: ${contentType}`)
  for (const [name, value] of Object.entries(headers))
    for (const one of typeof value === 'string' ? [value] : value) lines.push(`${name}: ${one}`)
  return `${lines.join('\n')}\n\n`
}

function requestOf({ method, target, fields, data, json }: TryCommand): RequestValue {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  for (const field of fields) {
    const at = field.indexOf(':')
    if (at < 1) throw new UsageError(`-H ${JSON.stringify(field)} is no field: write it as -H 'name: value'`)
    const [name, value] = [
      field.slice(0, at).toLowerCase(),
      field.slice(at + 1).replace(/^[ \t]+|[ \t]+$/g, ''),
    ]
    const joint = name === 'cookie' ? '; ' : ', '
    headers[name] = Object.hasOwn(headers, name) ? headers[name] + joint + value : value
  }
  if (json) headers['accept'] ??= 'application/json'
  if (json && data !== null) headers['content-type'] ??= 'application/json'
  try {
    return request(method, target, { headers, body: data === null ? null : bodyOf(data) })
  } catch (error) {
    // What is wrong with the request was typed.
    if (isFault(error) && error.status < 500) throw new UsageError(error.message)
    throw error
  }
}

function bodyOf(data: string): string | Uint8Array {
  if (!data.startsWith('@')) return data
  const name = data.slice(1)
  try {
    return readFileSync(name === '-' ? 0 : name)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'there is no such file' : message
    throw new UsageError(`-d ${data}: ${reason}; a body that begins with @ comes from a file`)
  }
}
