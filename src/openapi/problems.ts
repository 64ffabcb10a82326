/**
 * Refusals: the problems (RFC 9457) that any handler may answer with, and the failures that one declares.
 *
 * @module
 */
import { FAILURE_STATUSES, type FailureKind } from '../call/failure.ts'
import type { HandlerContract } from '../handler/contract.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import { reasonPhrase } from '../value/status.ts'
import type { Header, Reference, Response } from './document.ts'
import { pascal, type Schemas } from './schemas.ts'

const PROBLEM_TYPE = 'application/problem+json'
const PROBLEM = { $ref: '#/components/schemas/Problem' }
const INPUT_PROBLEM = { $ref: '#/components/schemas/InputProblem' }

interface Shared {
  readonly name: string
  readonly description: string
  readonly schema: Reference
  readonly isOf: (handler: HandlerContract) => boolean
}

const takesBody = ({ takes }: HandlerContract): boolean => takes !== undefined
const any = (): boolean => true

/** By status: what the gateway itself refuses, and of which handlers. */
const SHARED: { readonly [status: string]: Shared } = {
  400: {
    name: 'BadRequest',
    description: 'The request is malformed, or has a member in the wrong place.',
    schema: PROBLEM,
    isOf: any,
  },
  406: {
    name: 'NotAcceptable',
    description: 'The answer has no media type that `accept` names.',
    schema: PROBLEM,
    isOf: ({ offers }) => offers !== undefined,
  },
  412: {
    name: 'PreconditionFailed',
    description: 'What is there is not what the request was made for.',
    schema: PROBLEM,
    isOf: ({ versioned }) => versioned === true,
  },
  413: {
    name: 'ContentTooLarge',
    description: 'The body is over its limit.',
    schema: PROBLEM,
    isOf: takesBody,
  },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is in a format that is not read; `accept` names those that are.',
    schema: PROBLEM,
    isOf: takesBody,
  },
  422: {
    name: 'InvalidInput',
    description: 'The input does not fit; the problem says where.',
    schema: INPUT_PROBLEM,
    isOf: ({ accepts, takes }) => accepts !== undefined || takes?.schema !== undefined,
  },
  503: {
    name: 'Unavailable',
    description: 'The server is stopping, or something that it needs is not there.',
    schema: PROBLEM,
    isOf: any,
  },
}

const UNEXPECTED: Response = {
  description: 'Anything else that went wrong.',
  content: { [PROBLEM_TYPE]: { schema: PROBLEM } },
}

/** Puts the schemas of problems among the others. They go before any of the contract. */
export function addProblemSchemas(schemas: Schemas): void {
  schemas.own('Problem', {
    type: 'object',
    description: 'A refusal (RFC 9457), told by its code.',
    properties: {
      status: { type: 'integer' },
      title: { type: 'string' },
      code: { type: 'string', description: 'Public and stable.' },
      detail: { type: 'string' },
      data: {},
    },
    required: ['status', 'title', 'code'],
  })
  const issue: JsonSchema = {
    type: 'object',
    properties: {
      pointer: { type: 'string', description: 'Where, as JSON Pointer (RFC 6901).' },
      message: { type: 'string' },
      in: {
        enum: ['path', 'query', 'header', 'cookie'],
        description: 'Where the request has it; left out for what is in its body.',
      },
      name: { type: 'string', description: 'What it is called there.' },
    },
    required: ['pointer', 'message'],
  }
  schemas.own('InputProblem', {
    ...problemOf(422, 'input_invalid', {
      type: 'object',
      properties: { issues: { type: 'array', items: issue } },
      required: ['issues'],
    }),
    description: 'The input does not fit.',
  })
}

/** The shared responses, by name. */
export function sharedResponses(): { readonly [name: string]: Response } {
  const entries = Object.values(SHARED).map(({ name, description, schema }): [string, Response] => [
    name,
    { description, content: { [PROBLEM_TYPE]: { schema } } },
  ])
  return Object.fromEntries([...entries, ['Unexpected', UNEXPECTED]])
}

/** All refusals of one handler by status. */
export function refusalsOf(
  handler: HandlerContract,
  schemas: Schemas,
): { readonly [status: string]: Response | Reference } {
  const declared = new Map<string, [code: string, kind: FailureKind, schema: Reference][]>()
  for (const [code, { kind, data }] of Object.entries(handler.errors)) {
    const status = FAILURE_STATUSES[kind]
    const origin = { of: code, role: 'Data' } as const
    const problem = problemOf(status, code, data && schemas.inline(data, origin))
    const schema = schemas.made(`${pascal(code)}Problem`, problem, origin)
    declared.set(String(status), [...(declared.get(String(status)) ?? []), [code, kind, schema]])
  }
  const found: Record<string, Response | Reference> = {}
  for (const [status, { name, isOf }] of Object.entries(SHARED))
    if (isOf(handler)) found[status] = { $ref: `#/components/responses/${name}` }
  for (const [status, failures] of declared) {
    const shared = found[status] === undefined ? undefined : SHARED[status]
    found[status] = declaredResponse(status, failures, shared)
  }
  const all = { ...found, default: { $ref: '#/components/responses/Unexpected' } }
  return handler.ownRefusals === true ? withoutContent(all) : all
}

// What a service writes by itself nobody can describe but it.
function withoutContent(all: { readonly [status: string]: Response | Reference }): {
  readonly [status: string]: Response
} {
  const named = sharedResponses()
  const entries = Object.entries(all).map(([status, one]): [string, Response] => {
    const { content: _, ...rest } = '$ref' in one ? named[one.$ref.split('/').at(-1)!]! : one
    return [status, rest]
  })
  return Object.fromEntries(entries)
}

function declaredResponse(
  status: string,
  failures: readonly (readonly [code: string, kind: FailureKind, schema: Reference])[],
  shared: Shared | undefined,
): Response {
  const said = failures.map(([code, kind]) => `\`${code}\` (${kind})`).join(', ')
  const alternatives = [...failures.map(([, , schema]) => schema), ...(shared ? [shared.schema] : [])]
  const schema = alternatives.length === 1 ? alternatives[0]! : toldApart(failures, alternatives, shared)
  return {
    description: shared === undefined ? `${said}.` : `${said}. ${shared.description}`,
    ...(status === '401' && { headers: { 'www-authenticate': CHALLENGE } }),
    ...((status === '429' || status === '503') && { headers: { 'retry-after': RETRY_AFTER } }),
    content: { [PROBLEM_TYPE]: { schema } },
  }
}

// A problem of any code tells nothing apart: what no mapping names would be taken for a schema's name.
function toldApart(
  failures: readonly (readonly [code: string, kind: FailureKind, schema: Reference])[],
  alternatives: readonly Reference[],
  shared: Shared | undefined,
): JsonSchema {
  if (shared !== undefined && shared.schema !== INPUT_PROBLEM) return { anyOf: alternatives }
  const mapping = Object.fromEntries([
    ...failures.map(([code, , { $ref }]) => [code, $ref]),
    ...(shared === undefined ? [] : [['input_invalid', INPUT_PROBLEM.$ref]]),
  ]) as Record<string, string>
  return { oneOf: alternatives, discriminator: { propertyName: 'code', mapping } }
}

const CHALLENGE: Header = {
  description: 'How to identify oneself (RFC 9110, section 11.6.1).',
  required: true,
  schema: { type: 'string' },
}

const RETRY_AFTER: Header = {
  description: 'Seconds until one may come again, where that is known (RFC 9110, section 10.2.3).',
  required: false,
  schema: { type: 'integer', minimum: 0 },
}

function problemOf(status: number, code: string, data: JsonSchema | undefined): JsonSchema {
  return {
    type: 'object',
    properties: {
      status: { const: status },
      title: { const: reasonPhrase(status) },
      code: { const: code },
      detail: { type: 'string' },
      ...(data !== undefined && { data }),
    },
    required: ['status', 'title', 'code', ...(data === undefined ? [] : ['data'])],
  }
}
