/**
 * Errors as plain text, for a report: short enough to be read, with the frames of the project.
 *
 * @module
 */
import type { Shown } from './describe.ts'
import type { Frame } from './frames.ts'

export function plainText(errors: readonly Shown[]): string {
  return errors.map(errorText).join('\n\n')
}

function errorText({ relation, name, message, code, fix, frames }: Shown): string {
  const head = `${relation === '' ? '' : `${relation}: `}${name}${code === null ? '' : ` [${code}]`}: ${message}`
  return [
    head,
    ...(fix === null ? [] : [`  fix: ${fix}`]),
    ...frames.map((frame) => `  at ${frameText(frame)}`),
  ].join('\n')
}

/** "Notes.add (src/notes.ts:12:7)" */
export function frameText({ call, place, line, column }: Frame): string {
  const where = `${place}${line === null ? '' : `:${line}`}${column === null ? '' : `:${column}`}`
  return call === '' ? where : `${call} (${where})`
}
