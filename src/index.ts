/**
 * Hagaki: HTTP requests and responses as plain values. This entry imports nothing of Node.
 *
 * @module
 */
export { after } from './call/after.ts'
export { answer, type Problem, problemOf, thrown } from './call/answer.ts'
export { type FailureKind, raise } from './call/failure.ts'
export { keeping, key } from './call/keys.ts'
export { closeApp, drainApp, life, living, openApp } from './call/life.ts'
export { DEFAULT_LIMITS } from './call/limits.ts'
export { consoleLog, silentLog } from './call/log.ts'
export { capture, type PerformOptions, perform } from './call/perform.ts'
export { type ServerFacts, serverFacts } from './call/server-facts.ts'
export type { Near, Transport } from './call/transport.ts'
export { use } from './call/use.ts'
export type {
  App,
  Body,
  Chunk,
  Duplex,
  Environment,
  Input,
  Key,
  Life,
  Limits,
  Log,
  Middleware,
  Options,
  OptionsChanges,
  OptionsData,
  Outcome,
  RequestHeaders,
  ResponseHeaders,
  Result,
  Server,
  Stream,
  Takeover,
} from './contract.ts'
export { FAULT_CODES, Fault, type FaultCode, type FaultDetail, type Issue, isFault } from './fault.ts'
export type { Contract, HandlerContract } from './handler/contract.ts'
export { type AnyFailureType, type FailureType, failure } from './handler/failure.ts'
export type {
  AnyHandler,
  DataArgument,
  Handler,
  HandlerContext,
  HandlerTypes,
  TypesOf,
} from './handler/handler.ts'
export type { AnyService, HandlerOf, Handlers, NamesOf, Overrides } from './handler/handlers.ts'
export {
  type Guard,
  type GuardHead,
  guard,
  type Provided,
  type Provider,
  type Providers,
  type Resource,
  resource,
} from './handler/provide.ts'
export type { Refusals, Refused } from './handler/refusals.ts'
export { type Reply, type ReplyParts, reply, setting } from './handler/reply.ts'
export { type Caller, type Service, service } from './handler/service.ts'
export { cookie, header, query, type Source } from './handler/source.ts'
export type { Spec } from './handler/spec.ts'
export type { Verb } from './handler/verb.ts'
export { type MakeHandler, type Verbs, verbs } from './handler/verbs.ts'
export { mount } from './middleware/mount.ts'
export type { JsonSchema } from './schema/json-schema.ts'
export type { AnySchema, InputOf, OutputOf, Schema } from './schema/standard.ts'
export { remote } from './transport/remote.ts'
export { type CookieAttributes, type Cookies, cookies, setCookie } from './value/cookie.ts'
export type { Json } from './value/data.ts'
export { headersFrom, withField, withoutField } from './value/headers.ts'
export { encodeHttp } from './value/http.ts'
export { httpPart } from './value/http-part.ts'
export {
  bodyJson,
  bodyText,
  type Carried,
  type RequestParts,
  type RequestValue,
  type ResponseValue,
  request,
  revive,
  sameValue,
} from './value/message.ts'
export { decodePacked, encodePacked } from './value/packed.ts'
export { fullPath, segments } from './value/path.ts'
export { app, html, json, redirect, stream, takeover, text } from './value/result.ts'
export { decodeText, encodeText } from './value/text.ts'
export { VERSION } from './version.ts'
export { decodeHttpRequest, decodeHttpResponse } from './wire/http1/message.ts'
