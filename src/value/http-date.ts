/**
 * Dates in fields: written in the one form that may be sent, read in all three that were.
 *
 * RFC 9110 section 5.6.7.
 *
 * @module
 */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const MONTH = `(${MONTHS.join('|')})`
const TIME = '([0-9]{2}):([0-9]{2}):([0-9]{2})'

// Names of days and months are case-sensitive. That the day of the week fits the date is not asked:
// the grammar does not, and nothing hangs on it.
const IMF_FIXDATE = new RegExp(
  `^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), ([0-9]{2}) ${MONTH} ([0-9]{4}) ${TIME} GMT$`,
)
const RFC_850 = new RegExp(
  `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, ([0-9]{2})-${MONTH}-([0-9]{2}) ${TIME} GMT$`,
)
const ASCTIME = new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} ([0-9]{2}| [0-9]) ${TIME} ([0-9]{4})$`)

// The first and last instants that four digits of a year can say, epoch milliseconds.
const MIN = Date.parse('0000-01-01T00:00:00.000Z')
const MAX = Date.parse('9999-12-31T23:59:59.999Z')

/**
 * Writes an instant as IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT"; what is within a second is cut off.
 *
 *   in    epoch milliseconds, of the years 0 to 9999; else a RangeError
 */
export function httpDate(epochMs: number): string {
  if (!(epochMs >= MIN && epochMs <= MAX)) throw new RangeError(`Cannot write ${epochMs} as a date of HTTP`)
  return new Date(epochMs).toUTCString()
}

/**
 * Reads IMF-fixdate, and the obsolete forms of RFC 850 and of C's asctime(). Gives epoch
 * milliseconds, or null for what is no date: most fields are then as if they were not there.
 *
 *   now   epoch milliseconds: a year of two digits is never over 50 years ahead of it
 */
export function parseHttpDate(text: string, now: number): number | null {
  const imf = IMF_FIXDATE.exec(text)
  if (imf !== null) return instant(Number(imf[3]), imf[2]!, imf[1]!, imf.slice(4))
  const asctime = ASCTIME.exec(text)
  if (asctime !== null) return instant(Number(asctime[6]), asctime[1]!, asctime[2]!, asctime.slice(3, 6))
  const rfc850 = RFC_850.exec(text)
  if (rfc850 === null) return null
  const [, day, month, digits, ...time] = rfc850
  const century = Math.floor(new Date(now).getUTCFullYear() / 100) * 100
  const found = instant(century + Number(digits), month!, day!, time)
  if (found !== null && found <= fiftyYearsAfter(now)) return found
  // Read again, as 29 February may be in one of the two years only.
  return instant(century - 100 + Number(digits), month!, day!, time)
}

function fiftyYearsAfter(epochMs: number): number {
  const date = new Date(epochMs)
  return date.setUTCFullYear(date.getUTCFullYear() + 50)
}

function instant(year: number, month: string, day: string, time: readonly string[]): number | null {
  const [hour, minute, second] = time.map(Number) as [number, number, number]
  // The grammar has 60 for a leap second; it is the first of the next minute here.
  if (hour > 23 || minute > 59 || second > 60) return null
  const date = new Date(0)
  // Date.UTC would take the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day))
  if (date.getUTCDate() !== Number(day)) return null
  return date.setUTCHours(hour, minute, second)
}
