/**
 * The same for a client that asks for no page: the problem it would get anyway (RFC 9457), with what
 * was thrown as its extension `error`.
 *
 * @module
 */
import type { Problem } from '../../call/answer.ts'
import type { Shown } from './describe.ts'
import { frameText } from './text.ts'

export function problemText(problem: Problem, errors: readonly Shown[]): string {
  const [first, ...others] = errors
  const error = first === undefined ? null : { ...plainError(first), causes: others.map(plainError) }
  try {
    return JSON.stringify({ ...problem, detail: first?.message, error })
  } catch {
    const { data: _, ...bare } = problem // data that no JSON can hold
    return JSON.stringify({ ...bare, detail: first?.message, error })
  }
}

function plainError({ relation, name, message, code, fix, frames }: Shown): object {
  return {
    ...(relation === '' ? {} : { relation }),
    name,
    message,
    ...(code === null ? {} : { code }),
    ...(fix === null ? {} : { fix }),
    frames: frames.map(frameText),
  }
}
