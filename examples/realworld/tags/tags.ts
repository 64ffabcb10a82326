/**
 * Tags as a service. It knows no HTTP.
 *
 * @module
 */
import { service, verbs } from 'hagaki'
import { z } from 'zod'
import { tags as table } from './tag-table.ts'

const { reads } = verbs({ tags: table })

const list = reads(
  '/tags',
  { returns: z.object({ tags: z.array(z.string()) }), summary: 'Tags of articles, the most popular first' },
  (_, { tags }) => ({ tags: tags.popular() }),
)

export const tags = service({ list })
