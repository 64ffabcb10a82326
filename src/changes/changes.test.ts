import { expect, test } from 'vitest'
import type { Contract, HandlerContract } from '../handler/contract.ts'
import { changes } from './changes.ts'

const ADD: HandlerContract = {
  verb: 'creates',
  path: '/notes',
  accepts: { type: 'object', properties: { text: { type: 'string', maxLength: 80 } }, required: ['text'] },
  takes: { as: 'data', mediaTypes: ['application/json', 'application/cbor'], body: 'members' },
  gives: 'data',
  offers: ['application/json', 'application/cbor'],
  returns: {
    type: 'object',
    properties: { id: { type: 'number' }, by: { type: 'string' } },
    required: ['id', 'by'],
    additionalProperties: false,
  },
  errors: {
    full: { kind: 'conflict', data: { type: 'object', properties: { max: {} }, required: ['max'] } },
    odd: { kind: 'invalid' },
  },
  guards: ['member'],
  limit: 1_000,
  versioned: true,
  location: '/{id}',
  fresh: 'no-cache',
}

const contract = (handlers: Contract['handlers'], schemes?: Contract['schemes']): Contract => ({
  hagaki: 1,
  handlers,
  ...(schemes && { schemes }),
})

function told(before: Contract, after: Contract): string[] {
  return changes(before, after).map(({ verdict, handler, what }) => `${verdict} ${handler}: ${what}`)
}

/** What is told of a change of one handler, without its name. */
function ofOne(before: Partial<HandlerContract>, after: Partial<HandlerContract>): string[] {
  const all = told(contract({ add: { ...ADD, ...before } }), contract({ add: { ...ADD, ...after } }))
  return all.map((line) => line.replace(' add: ', ' '))
}

type Row = [before: Partial<HandlerContract>, after: Partial<HandlerContract>, told: string[]]

function expectRows(rows: readonly Row[]): void {
  for (const [before, after, wanted] of rows) expect(ofOne(before, after)).toEqual(wanted)
}

// To take a member of the contract away.
const NONE = undefined as never

test('a contract that is the same has no changes', () => {
  expect(told(contract({ add: ADD }), structuredClone(contract({ add: ADD })))).toEqual([])
  expectRows([[{ summary: 'a' }, { summary: 'b', description: 'c' }, []]])
})

test('handlers that are gone, new, or called otherwise', () => {
  const other = { ...ADD, path: '/other' }
  expect(told(contract({ add: ADD }), contract({ other }))).toEqual([
    'breaks add: is gone',
    'fits other: is new',
  ])
  expect(told(contract({ add: ADD }), contract({ put: { ...ADD, path: '/notes', limit: 10 } }))).toEqual([
    'breaks add: is called put now',
    'breaks add: limit is 10 bytes now, before 1000 bytes',
  ])
})

test('verb, path and host', () => {
  expectRows([
    [{}, { verb: 'updates' }, ['breaks verb is updates (PATCH) now, before creates (POST)']],
    [{}, { verb: 'acts' }, ['perhaps verb is acts now, before creates']],
    [{}, { path: '/cards' }, ['breaks path is /cards now, before /notes']],
    [{ path: '/{a}' }, { path: '/{b}' }, ['fits path is /{b} now, before /{a}']],
    [{}, { host: 'a.example' }, ['breaks host is a.example now, before any']],
    [{ host: 'a.example' }, {}, ['fits host is any now, before a.example']],
    [{}, { deprecated: true }, ['fits is deprecated now']],
  ])
})

test('less that is taken breaks who sends it', () => {
  const accepts = (properties: object, required: string[], more: object = {}): Partial<HandlerContract> => ({
    accepts: { type: 'object', properties, required, ...more },
  })
  const text = { text: { type: 'string', maxLength: 80 } }
  expectRows([
    [{}, accepts(text, []), ['fits accepts /text may be left out now']],
    [accepts(text, []), {}, ['breaks accepts /text is required now']],
    [{}, accepts({ ...text, due: {} }, ['text', 'due']), ['breaks accepts /due is required now']],
    [{}, accepts({ ...text, due: {} }, ['text']), ['fits accepts /due is new']],
    [accepts({ ...text, due: {} }, ['text']), {}, ['perhaps accepts /due is not looked at any more']],
    [
      accepts({ ...text, due: {} }, ['text'], { additionalProperties: false }),
      accepts(text, ['text'], { additionalProperties: false }),
      ['breaks accepts /due is refused now'],
    ],
    [
      {},
      accepts({ text: { type: 'string', maxLength: 20 } }, ['text']),
      ['breaks accepts /text takes at most 20 characters, before at most 80 characters'],
    ],
    [
      {},
      accepts({ text: { type: 'string' } }, ['text']),
      ['fits accepts /text takes any number of characters, before at most 80 characters'],
    ],
    [
      {},
      accepts({ text: { type: 'number' } }, ['text']),
      ['breaks accepts /text takes no string any more', 'fits accepts /text takes number as well'],
    ],
    [{}, { accepts: NONE }, ['perhaps accepts /text is not looked at any more']],
    [{ accepts: NONE }, {}, ['breaks accepts /text is required now']],
  ])
})

test('more that is given breaks who does not expect it, but members that are new', () => {
  const returns = (properties: object, required: string[]): Partial<HandlerContract> => ({
    returns: { type: 'object', properties, required, additionalProperties: false },
  })
  const [id, by] = [{ id: { type: 'number' } }, { by: { type: 'string' } }]
  expectRows([
    [{}, returns({ ...id, ...by, at: {} }, ['id', 'by', 'at']), ['fits returns /at is new']],
    [{}, returns(id, ['id']), ['breaks returns /by is gone']],
    [{}, returns({ ...id, ...by }, ['id']), ['breaks returns /by may be absent now']],
    [returns({ ...id, ...by }, ['id']), {}, ['fits returns /by is always there now']],
    [returns({ ...id, ...by }, ['id']), returns(id, ['id']), ['perhaps returns /by is gone']],
    [
      {},
      returns({ ...id, by: { type: ['string', 'null'] } }, ['id', 'by']),
      ['breaks returns /by gives null as well'],
    ],
    [{}, returns({ ...id, by: { enum: ['ann'] } }, ['id', 'by']), ['fits returns /by gives "ann" alone now']],
    [{}, { returns: NONE, offers: NONE }, ['breaks gives nothing any more']],
    [{ returns: NONE, offers: NONE }, {}, ['perhaps gives an answer now']],
  ])
})

test('what cannot be compared may break, and is told once', () => {
  const pattern = (text: string): Partial<HandlerContract> => ({
    accepts: { type: 'object', properties: { text: { type: 'string', pattern: text } } },
  })
  expectRows([
    [pattern('a'), pattern('b'), ['perhaps accepts /text takes what matches b, before what matches a']],
  ])
})

test('places of members, and bodies', () => {
  const from = { text: { in: 'query', name: 'q' } } as const
  const takes = ADD.takes!
  expectRows([
    [{}, { from }, ['breaks accepts /text is taken from the query "q" now, before from where its verb says']],
    [
      { from },
      { from: { text: { in: 'header', name: 'q' } } },
      ['breaks accepts /text is taken from the header "q" now, before from the query "q"'],
    ],
    [{}, { takes: { ...takes, as: 'bytes' } }, ['breaks takes bytes now, before data']],
    [
      {},
      { takes: { ...takes, body: 'whole', schema: {} } },
      ['breaks its body is its input now, before members of its input'],
    ],
    [{}, { takes: NONE }, ['breaks takes no body any more']],
    [{ takes: NONE }, { takes: { ...takes, body: 'member' } }, ['breaks takes a body now']],
    [
      { takes: { ...takes, body: 'whole', schema: { type: 'string' } } },
      { takes: { ...takes, body: 'whole', schema: { type: 'number' } } },
      ['breaks body takes no string any more', 'fits body takes number as well'],
    ],
  ])
})

test('formats that are not read or offered any more, and the one that comes first', () => {
  const types = (...mediaTypes: string[]): Partial<HandlerContract> => ({
    takes: { ...ADD.takes!, mediaTypes },
    offers: mediaTypes,
  })
  expectRows([
    [
      {},
      types('application/json'),
      ['breaks reads no application/cbor any more', 'breaks offers no application/cbor any more'],
    ],
    [
      types('application/json'),
      {},
      ['fits reads application/cbor as well', 'fits offers application/cbor as well'],
    ],
    [
      {},
      types('application/cbor', 'application/json'),
      ['breaks offers application/cbor first now, before application/json'],
    ],
    [
      types('image/png'),
      types('image/*'),
      [
        'breaks offers image/* first now, before image/png',
        'fits reads image/* as well',
        'fits offers image/* as well',
      ],
    ],
  ])
})

test('limits that are lower', () => {
  expectRows([
    [{}, { limit: 999 }, ['breaks limit is 999 bytes now, before 1000 bytes']],
    [{}, { limit: 1_001 }, ['fits limit is 1001 bytes now, before 1000 bytes']],
    [{}, { limit: NONE }, ["fits limit is the server's now, before 1000 bytes"]],
    [{ limit: NONE }, {}, ["perhaps limit is 1000 bytes now, before the server's"]],
    [
      { decodedLimit: 5_000 },
      { decodedLimit: 4_000 },
      ['breaks decoded limit is 4000 bytes now, before 5000 bytes'],
    ],
    [{ takes: NONE, limit: NONE }, { takes: NONE }, []],
  ])
})

test('limits of what flows in that are lower', () => {
  const parts = (limits: object): Partial<HandlerContract> => ({
    takes: { as: 'parts', mediaTypes: ['multipart/form-data'], body: 'member', limits },
  })
  expectRows([
    [parts({ parts: 3 }), parts({ parts: 2 }), ['breaks limit of parts is 2 parts now, before 3 parts']],
    [parts({ part: 3 }), parts({ part: 4 }), ['fits limit of a part is 4 bytes now, before 3 bytes']],
    [parts({}), parts({ part: 4 }), ['breaks limit of a part is 4 bytes now, before none']],
    [parts({ part: 4 }), parts({}), ['fits limit of a part is none now, before 4 bytes']],
  ])
})

test('streams that are not gone on with, and what is longer than callers were told', () => {
  const items = (more: object): Partial<HandlerContract> => ({ gives: 'items', ...more })
  expectRows([
    [items({ resumes: true }), items({}), ['breaks is not gone on with any more']],
    [items({}), items({ resumes: true }), ['fits is gone on with after last-event-id now']],
    [
      items({ itemLimit: 5 }),
      items({ itemLimit: 9 }),
      ['perhaps its longest item is 9 bytes now, before 5 bytes'],
    ],
    [
      items({ itemLimit: 5 }),
      items({ itemLimit: 4 }),
      ['fits its longest item is 4 bytes now, before 5 bytes'],
    ],
    [items({ heartbeatMs: 5 }), items({}), ['perhaps its longest silence is any now, before 5 ms']],
  ])
})

test('streams instead of data, versions and locations that are gone', () => {
  expectRows([
    [{}, { gives: 'items' }, ['breaks gives items now, before data']],
    [{}, { versioned: NONE }, ['breaks has no versions any more']],
    [{ versioned: NONE }, {}, ['fits has versions now']],
    [{ tagged: true }, {}, ['breaks gives no version any more']],
    [{}, { tagged: true }, ['fits gives the version of what it has changed now']],
    [{}, { location: NONE }, ['breaks says no location any more']],
    [{}, { location: '/x/{id}' }, ['fits location is /x/{id} now, before /{id}']],
    [{}, { fresh: NONE }, ['fits stays fresh by nothing now, before no-cache']],
  ])
})

test('errors that are gone, new, or of another kind', () => {
  const { full, odd } = ADD.errors as { readonly [code: string]: HandlerContract['errors'][string] }
  expectRows([
    [{}, { errors: { odd: odd! } }, ['breaks error full is gone']],
    [{ errors: { odd: odd! } }, {}, ['perhaps error full is new']],
    [
      {},
      { errors: { full: { ...full!, kind: 'gone' }, odd: odd! } },
      ['breaks error full is gone (410) now, before conflict (409)'],
    ],
    [
      {},
      { errors: { full: { kind: 'conflict', data: { type: 'object' } }, odd: odd! } },
      ['breaks error full /max is gone'],
    ],
    [{}, { errors: { full: { kind: 'conflict' }, odd: odd! } }, ['breaks error full has no data any more']],
    [{ errors: { full: { kind: 'conflict' }, odd: odd! } }, {}, ['fits error full has data now']],
  ])
})

test('guards that are new, and schemes that changed', () => {
  expectRows([
    [{}, { guards: ['hours', 'member'] }, ['breaks guard hours is new']],
    [{}, { guards: [] }, ['fits guard member is gone']],
    [{ guards: ['member', 'hours'] }, { guards: ['hours', 'member'] }, []],
  ])
  const bearer = { member: { type: 'http', scheme: 'bearer' } } as const
  const basic = { member: { type: 'http', scheme: 'basic' } } as const
  const [add, none] = [{ add: ADD }, undefined]
  expect(told(contract(add, bearer), contract(add, basic))).toEqual([
    'breaks add: guard member asks otherwise who is calling',
  ])
  expect(told(contract(add, none), contract(add, basic))).toEqual([
    'fits add: guard member says how callers identify themselves',
  ])
})

test('each change that breaks says why; what breaks comes first', () => {
  const found = changes(
    contract({ add: ADD }),
    contract({ add: { ...ADD, path: '/x', guards: [], errors: {} } }),
  )
  expect(found.map(({ verdict }) => verdict)).toEqual(['breaks', 'breaks', 'breaks', 'fits'])
  expect(found[0]).toEqual({
    verdict: 'breaks',
    handler: 'add',
    what: 'path is /x now, before /notes',
    why: 'callers that know the old one do not find it',
  })
  for (const { verdict, why } of found) expect(why === '').toBe(verdict === 'fits')
})
