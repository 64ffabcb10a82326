/** The letter of the JSON rows, as the schema of each library. */

export function zodLetter(z) {
  return z.object({
    to: z.array(z.string()),
    from: z.string(),
    place: z.string(),
    stars: z.number(),
    public: z.boolean(),
    replyTo: z.string().nullable(),
    tags: z.array(z.string()),
    at: z.object({ lat: z.number(), lon: z.number() }),
    text: z.string(),
  })
}

const text = { type: 'string' }
const texts = { type: 'array', items: text }
const number = { type: 'number' }

export const JSON_LETTER = {
  type: 'object',
  properties: {
    to: texts,
    from: text,
    place: text,
    stars: number,
    public: { type: 'boolean' },
    replyTo: { type: ['string', 'null'] },
    tags: texts,
    at: {
      type: 'object',
      properties: { lat: number, lon: number },
      required: ['lat', 'lon'],
      additionalProperties: false,
    },
    text,
  },
  required: ['to', 'from', 'place', 'stars', 'public', 'replyTo', 'tags', 'at', 'text'],
  additionalProperties: false,
}

/** How many routes there are where one is looked for. */
export const ROUTES = 300
