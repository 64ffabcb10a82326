/**
 * The formats that bodies and answers are written in: `formats: [json, cbor, form, multipart({ files: '5mb' })]`,
 * and what else turns bytes into data.
 *
 * @module
 */
export { cbor, decodeCbor, encodeCbor } from './cbor.ts'
export { decodeContent, knownCodings, provideCoding, type UndoCoding } from './coding.ts'
export { form, formFormat } from './form.ts'
export { type Bounds, boundsOf, DEFAULT_BOUNDS, type Entries, type Format } from './format.ts'
export { decodeJson, encodeJson, json } from './json.ts'
export { decodeLines, encodeLine, LINES_TYPES, type LineLimits } from './lines.ts'
export { decodeMsgpack, encodeMsgpack, msgpack } from './msgpack.ts'
export { type MultipartOptions, multipart } from './multipart.ts'
