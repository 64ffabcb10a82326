# frozen_string_literal: true

# A service whose resources say when they are opened and closed, and break as the environment says.
require 'hagaki_handlers'

BREAKS = ENV.fetch('BREAKS', '')

def self.breaks(what)
  raise IOError, "#{what}: no such host.\nanother line" if BREAKS.include?(what)
end
MAIN = self

class Cards < Hagaki::Service
  Nobody = failure('not_signed_in', 'unauthenticated')

  Settings = resource do
    warn 'open settings'
    { greeting: 'hi' }
  end

  close_db = lambda do |_|
    sleep if BREAKS.include?('db stays')
    MAIN.breaks('close db')
    warn 'close db'
  end
  Db = resource(uses: { settings: Settings }, timeout: BREAKS.include?('hangs') ? 0.2 : 30, close: close_db) do |used|
    MAIN.breaks('open db')
    exit 3 if BREAKS.include?('db exits')
    Thread.exit if BREAKS.include?('db ends')
    sleep if BREAKS.include?('db hangs')
    warn "open db #{used.settings[:greeting]}"
    { 't1' => 'anna' }
  end

  Counts = resource(uses: { db: Db }, close: ->(_) { warn 'close counts' }) do |used|
    MAIN.breaks('open counts')
    warn 'open counts'
    [used.db.size]
  end

  Member = guard('member', uses: { db: Db }, errors: [Nobody]) do |head, used|
    used.db[head.headers['x-token']] || raise(Nobody)
  end

  reads '/me', returns: {}, guards: { user: Member }
  def me(_, context)
    context.user
  end

  reads '/counts', returns: {}, guards: { user: Member }, uses: { counts: Counts, config: Settings }
  def counted(_, context)
    [context.user, context.counts, context.config[:greeting]]
  end

  reads '/letters', gives: items({}), uses: { config: Settings }
  def letters(_, context)
    context.config[:greeting].each_char { |letter| yield letter }
  end

  acts '/hangs'
  def hangs
    warn 'hanging'
    sleep
  end
end

class Outer < Hagaki::Service
  includes inner: Cards

  acts '/echo', accepts: {}, returns: {}
  def echo(data)
    data
  end
end
