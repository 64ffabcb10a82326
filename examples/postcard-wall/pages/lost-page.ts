/**
 * What answers for an address where nothing is.
 *
 * @module
 */
import type { Member } from '../members/member.ts'
import { layout } from './layout.ts'
import { markup } from './markup.ts'

export function lostPage(root: string, path: string, visitor: Member | null): string {
  return layout({
    title: 'Return to sender: The Postcard Wall',
    root,
    visitor,
    content: markup`<h1>Return to sender</h1>
<p>Nobody lives at <code>${path}</code>. <a href="${root}">Back to the wall</a>.</p>`,
  })
}
