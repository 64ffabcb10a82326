/**
 * How large the bodies are whose heap is measured, and within which bounds.
 *
 * @module
 */
import { type Bounds, DEFAULT_BOUNDS } from '../../src/codec/format.ts'

const { depth, members, values, heap } = DEFAULT_BOUNDS

/** A quarter of what the default bounds are made for, and of these: as telling, and four times as fast. */
export const MEASURED: { readonly bytes: number; readonly bounds: Bounds } = {
  bytes: 256 * 1024,
  bounds: { depth, members: members / 4, values: values / 4, heap: heap / 4 },
}
