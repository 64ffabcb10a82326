/**
 * An OpenAPI document as we write it: version 3.1, or 3.2 where something streams.
 *
 * Sources: the OpenAPI Specification, versions 3.1.1 and 3.2.0.
 *
 * @module
 */
import type { SecurityScheme } from '../handler/provide.ts'
import type { JsonSchema } from '../schema/json-schema.ts'

export interface OpenApiDocument {
  /** "3.2.0" where something streams, which 3.1 cannot say; else "3.1.1". */
  readonly openapi: '3.1.1' | '3.2.0'
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly servers?: readonly ServerObject[]
  readonly tags?: readonly { readonly name: string }[]
  readonly paths: { readonly [path: string]: PathItem }
  readonly components: Components
}

export interface ServerObject {
  /** A URL, or a path on the host that the document comes from. */
  readonly url: string
  readonly description?: string
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export type PathItem = { readonly [M in Method]?: Operation }

export interface Operation {
  /** The handler's name. */
  readonly operationId: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly deprecated?: true
  readonly servers?: readonly ServerObject[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: RequestBody
  readonly responses: { readonly [status: string]: Response | Reference }
  readonly security?: readonly SecurityRequirement[]
  /** What the handler does to the resource. */
  readonly 'x-verb': string
  /** The names of its guards, those without a scheme included. */
  readonly 'x-guards'?: readonly string[]
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required: boolean
  readonly description?: string
  readonly deprecated?: true
  readonly style?: 'form'
  readonly explode?: true
  readonly schema: JsonSchema
}

export interface RequestBody {
  readonly description?: string
  readonly required: boolean
  readonly content: Content
  /** The most bytes it may have. */
  readonly 'x-limit'?: number
  /** The most bytes it may have once its content codings are undone. */
  readonly 'x-decoded-limit'?: number
}

/** By media type. */
export interface Content {
  readonly [mediaType: string]: MediaTypeObject
}

export interface MediaTypeObject {
  readonly schema?: JsonSchema
  /** Of one item of a stream; only in 3.2. */
  readonly itemSchema?: JsonSchema
}

export interface Response {
  readonly description: string
  readonly headers?: { readonly [name: string]: Header | Reference }
  readonly content?: Content
}

export interface Header {
  readonly description: string
  readonly required?: boolean
  readonly schema: JsonSchema
}

export type Reference = { readonly $ref: string }

export interface SecurityRequirement {
  readonly [scheme: string]: readonly string[]
}

export interface Components {
  readonly schemas: { readonly [name: string]: JsonSchema }
  readonly responses: { readonly [name: string]: Response }
  readonly headers?: { readonly [name: string]: Header }
  readonly securitySchemes?: { readonly [name: string]: SecurityScheme }
}
