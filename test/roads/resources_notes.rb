# frozen_string_literal: true

# A service that writes down when its resources are opened and closed, and when it answered.
require 'hagaki_handlers'

FILE = ENV.fetch('TOLD_TO', File::NULL)
TELL = ->(what) { File.write(FILE, "#{what}\n", mode: 'a') }

class Notes < Hagaki::Service
  Nobody = failure('not_signed_in', 'unauthenticated')

  Users = resource(close: ->(_) { TELL.call('users closed') }) do
    raise Errno::ECONNREFUSED, 'db.internal:5432' if ENV['USERS'] == 'none'

    TELL.call('users open')
    { 't1' => 'anna' }
  end

  Counts = resource(uses: { users: Users }, close: ->(_) { TELL.call('notes closed') }) do |used|
    TELL.call('notes open')
    ["#{used.users.size} user"]
  end

  Member = guard('member', uses: { users: Users }, errors: [Nobody]) do |head, used|
    used.users[head.headers['x-token']] || raise(Nobody)
  end

  reads '/notes', returns: {}, guards: { user: Member }, uses: { notes: Counts }
  def listed(_, context)
    [context.user, *context.notes]
  end

  reads '/slow', returns: {}, uses: { notes: Counts }
  def slow(_, context)
    TELL.call('slow begun')
    sleep 0.3
    TELL.call('slow answers')
    context.notes
  end
end
