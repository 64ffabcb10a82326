/**
 * Contracts that nobody wrote: any handlers, with schemas that define, refer and recur.
 *
 * @module
 */
import fc from 'fast-check'
import type { Contract, HandlerContract } from 'hagaki'

type Schema = { readonly [keyword: string]: unknown }

// No member is called `$ref`: the validator takes any of that name for a reference.
const NAMES = ['a', 'id', 'text', '$defs', 'items', 'others', 'ü x']
const DEFS = ['Note', 'A b', '__schema0', 'Problem']
const name = fc.constantFrom(...NAMES)
const refTo = fc.constantFrom('#', ...DEFS.map((def) => `#/$defs/${encodeURIComponent(def)}`))

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.constantFrom<Schema>({}, { type: 'string' }, { type: 'number', minimum: 1 }, { const: { items: {} } }),
  fc.record({ enum: fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 3 }) }),
  fc.record({ $ref: refTo }),
)

const { schema: tree, object } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie('object'),
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
  ),
  object: fc.record({
    type: fc.constant('object'),
    properties: fc.dictionary(name, tie('schema'), { maxKeys: 4 }),
    required: fc.uniqueArray(name, { maxLength: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), tie('schema')),
  }),
}))

const definitions = fc.record(Object.fromEntries(DEFS.map((def) => [def, tree])))
/** A whole document: each has all definitions, so that no reference is broken. */
const schema = fc.tuple(tree, definitions).map(([root, $defs]): Schema => ({ ...root, $defs }))
const accepts = fc.tuple(object, definitions).map(([root, $defs]): Schema => ({ ...root, $defs }))

const code = fc.constantFrom('gone', 'note_gone', 'taken')
const kind = fc.constantFrom(
  'missing',
  'invalid',
  'unavailable',
  'unauthenticated',
  'outdated',
) as fc.Arbitrary<'missing'>
const mediaTypes = fc.uniqueArray(fc.constantFrom('application/json', 'image/*', 'text/event-stream'), {
  minLength: 1,
})

const handler: fc.Arbitrary<Partial<HandlerContract>> = fc.record(
  {
    verb: fc.constantFrom('reads', 'creates', 'replaces', 'updates', 'deletes', 'acts'),
    summary: fc.string(),
    deprecated: fc.constant(true),
    accepts,
    from: fc.dictionary(
      fc.constantFrom('text', 'page'),
      fc.record({ in: fc.constantFrom('query', 'header', 'cookie'), name: fc.constantFrom('p', 'if-match') }),
      { maxKeys: 1 },
    ),
    takes: fc.record(
      {
        as: fc.constantFrom('data', 'bytes', 'text', 'items', 'parts', 'chunks'),
        mediaTypes,
        body: fc.constantFrom('members', 'whole', 'member'),
        schema,
      },
      { requiredKeys: ['as', 'mediaTypes', 'body'] },
    ),
    gives: fc.constantFrom('data', 'bytes', 'text', 'items', 'chunks'),
    offers: mediaTypes,
    returns: schema,
    errors: fc.dictionary(code, fc.record({ kind, data: schema }, { requiredKeys: ['kind'] })),
    guards: fc.uniqueArray(fc.constantFrom('member', 'a b', 'ä'), { maxLength: 2 }),
    limit: fc.nat(),
    versioned: fc.constant(true),
    tagged: fc.constant(true),
    fresh: fc.constant('public, max-age=60'),
    location: fc.constant('/{id}'),
  },
  { requiredKeys: ['verb', 'gives', 'errors', 'guards'] },
) as fc.Arbitrary<Partial<HandlerContract>>

const scheme = fc.constantFrom({ type: 'http', scheme: 'bearer' } as const)

/** Paths are all different, but for one that its verbs tell apart. */
export const contracts: fc.Arbitrary<Contract> = fc
  .tuple(
    fc.array(fc.tuple(handler, fc.boolean(), fc.boolean()), { maxLength: 5 }),
    fc.dictionary(fc.constantFrom('member', 'a b', 'ä'), scheme),
  )
  .map(([all, schemes]) => {
    const handlers = all.map(([one, isNested, isNamed], at): [string, HandlerContract] => [
      isNested ? `room.h${at}` : `h${at}`,
      { ...one, path: `/p${at}${isNamed ? '/{id}' : ''}` } as HandlerContract,
    ])
    return { hagaki: 1, handlers: Object.fromEntries(handlers), schemes }
  })
