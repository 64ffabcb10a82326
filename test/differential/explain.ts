/**
 * Which row of the table of differences explains a parting, if any does.
 *
 * @module
 */
import type { Parting, Verdict } from './compare.ts'
import { DIFFERENCES, type Difference, type Octets } from './differences.ts'

/** The row that explains a parting, or null. */
export function explain({ ours, theirs, text, before }: Parting): Difference | null {
  const [we, they] = said(ours, theirs)
  const [request, last] = [octets(text), octets(before)]
  const row = DIFFERENCES.find(
    (one) => we.includes(one.ours) && one.theirs === they && one.when(request, last),
  )
  return row ?? null
}

function said(ours: Verdict, theirs: Verdict): [ours: readonly string[], theirs: string] {
  if (ours.kind === 'ends') return [['closes'], 'read on']
  if (theirs.kind === 'ends') return [['reads on'], 'close']
  if (ours.kind === 'refuses') return [['refuses it', ours.why.slice(0, ours.why.indexOf(' '))], 'take it']
  if (theirs.kind === 'refuses') return [['takes it'], 'refuse it']
  const unread = theirs.kind === 'takes' && theirs.request.body === ''
  return [['takes it'], unread ? 'read no body' : 'read another one']
}

function octets(text: string): Octets {
  // One empty line before a request is let pass by everybody.
  const from = text.startsWith('\r\n') ? 2 : 0
  const lineEnd = text.indexOf('\r\n', from)
  const headEnd = text.indexOf('\r\n\r\n', from)
  const end = headEnd < 0 ? text.length : headEnd + 4
  return {
    line: text.slice(from, lineEnd < 0 ? undefined : lineEnd),
    head: text.slice(from, end),
    body: text.slice(end),
  }
}
