# frozen_string_literal: true

require 'date'
require 'hagaki_handlers'

# When the room is open: a handler in Ruby, under the same contract as those in TypeScript. The gateway runs it by
# `ruby`.
class Hours < Hagaki::Service
  OPEN = { 'Saturday' => %w[10:00 14:00], 'Sunday' => nil }.freeze
  WEEKDAYS = %w[09:00 20:00].freeze

  NotSignedIn = failure 'not_signed_in', 'unauthenticated'
  NoDay = failure 'no_day', 'invalid'

  DAY = {
    type: 'object',
    properties: { on: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' } },
    required: ['on'],
    additionalProperties: false
  }.freeze
  TIMES = {
    type: 'object',
    properties: {
      reader: { type: 'string' },
      day: { type: 'string' },
      open: { type: ['array', 'null'], items: { type: 'string' } }
    },
    required: %w[reader day open]
  }.freeze

  # Whoever the gateway has let in; nobody can say so by a field.
  Reader = guard('reader', errors: [NotSignedIn]) { |head| head.carried['remote-user'] || raise(NotSignedIn) }

  reads '/', accepts: DAY, returns: TIMES, errors: [NoDay], guards: { reader: Reader }, fresh: '1h',
             summary: 'When the room is open on a day'
  def hours(asked, context)
    day = Date.iso8601(asked['on']).strftime('%A')
    { reader: context.reader, day: day, open: OPEN.fetch(day, WEEKDAYS) }
  rescue Date::Error
    raise NoDay # the thirtieth of February
  end
end
