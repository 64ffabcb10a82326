/**
 * The moon: a service that any number of workers run. It tells which of them has answered.
 *
 *   hagaki work examples/cluster/moon.ts --over nats://127.0.0.1:4222 --name moon
 *
 * @module
 */
import { service, verbs } from 'hagaki'
import { z } from 'zod'

/** Of the moon, in days: from one new moon to the next. */
const MONTH = 29.530588853
const NEW_MOON_MS = Date.UTC(2000, 0, 6, 18, 14)
const DAY_MS = 86_400_000

const Moon = z.object({
  date: z.string(),
  /** How much of it is lit, 0 to 1. */
  lit: z.number(),
  waxing: z.boolean(),
  /** The process that has answered. */
  by: z.number(),
})

const { reads } = verbs({})

const on = reads(
  '/moon/{date}',
  { accepts: z.object({ date: z.iso.date() }), returns: Moon, summary: 'The moon, as it stands on a day' },
  ({ date }) => {
    const days = (Date.parse(date) - NEW_MOON_MS) / DAY_MS
    const turn = (((days / MONTH) % 1) + 1) % 1
    const lit = (1 - Math.cos(2 * Math.PI * turn)) / 2
    return { date, lit: Math.round(lit * 1_000) / 1_000, waxing: turn < 0.5, by: process.pid }
  },
)

export default service({ on })
