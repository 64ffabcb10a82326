/**
 * The formats that bodies and answers are written in: `formats: [json, cbor, form, multipart({ files: '5mb' })]`.
 *
 * @module
 */
export { cbor } from './cbor.ts'
export { form, formFormat } from './form.ts'
export {
  type Bounds,
  boundsOf,
  DEFAULT_BOUNDS,
  type Entries,
  type Format,
  malformed,
  tooComplex,
} from './format.ts'
export { json } from './json.ts'
export { msgpack } from './msgpack.ts'
export { type MultipartOptions, multipart } from './multipart.ts'
