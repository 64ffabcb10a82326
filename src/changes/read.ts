/**
 * Reading a contract that was written down: by whom, and when, nobody knows.
 *
 * @module
 */
import { Fault } from '../fault.ts'
import type { Contract, HandlerContract } from '../handler/contract.ts'
import { VERBS } from '../handler/verb.ts'
import { checkReferences } from '../schema/json-schema.ts'
import { isRecord } from '../value/data.ts'

/**
 * Reads the JSON of a contract.
 *
 *   what   names it in messages: its file
 *   Fault  setup_faulty: no JSON, no contract, or one of another version
 */
export function readContract(text: string, what: string): Contract {
  const fix = 'Write it anew from what is served: hagaki contract MODULE -o FILE'
  const refuse = (reason: string, cause?: unknown): Fault =>
    new Fault('setup_faulty', { what, reason, fix }, cause)
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (error) {
    // Not as its cause, which is no mistake in a module.
    throw refuse(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isRecord(read) || !('hagaki' in read)) {
    const isDocument = isRecord(read) && 'openapi' in read
    throw refuse(isDocument ? 'it is an OpenAPI document, and no contract' : 'it is no contract')
  }
  if (read['hagaki'] !== 1)
    throw refuse(`it is a contract of version ${JSON.stringify(read['hagaki'])}, and 1 is known here`)
  const { handlers, schemes = {} } = read
  if (!isRecord(handlers) || !isRecord(schemes)) throw refuse('it is a contract without handlers')
  if (Object.values(handlers).some(isForClients))
    throw refuse('it is what clients need of a contract, and not all of it')
  for (const [name, handler] of Object.entries(handlers))
    if (!isHandler(handler)) throw refuse(`its handler ${JSON.stringify(name)} is none`)
  try {
    for (const handler of Object.values(handlers as Contract['handlers'])) checkSchemas(handler)
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error)
  }
  return read as unknown as Contract
}

// Throws for a reference that leads nowhere.
function checkSchemas({ accepts, takes, returns, errors }: HandlerContract): void {
  for (const schema of [accepts, takes?.schema, returns, ...Object.values(errors).map(({ data }) => data)])
    if (schema !== undefined) checkReferences(schema)
}

// As `hagaki contract --client` writes it.
function isForClients(handler: unknown): boolean {
  return isRecord(handler) && 'verb' in handler && !('errors' in handler) && !('guards' in handler)
}

// What is compared has to be there; what it holds may be of a later minor version.
function isHandler(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { verb, path, gives, errors, guards, takes, from } = value
  return (
    typeof verb === 'string' &&
    Object.hasOwn(VERBS, verb) &&
    typeof path === 'string' &&
    typeof gives === 'string' &&
    isRecord(errors) &&
    Object.values(errors).every(isRecord) &&
    Array.isArray(guards) &&
    (takes === undefined || (isRecord(takes) && Array.isArray(takes['mediaTypes']))) &&
    (from === undefined || (isRecord(from) && Object.values(from).every(isRecord)))
  )
}
