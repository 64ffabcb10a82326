# frozen_string_literal: true

# A client of a service over HTTP, from its contract: `hagaki contract notes.ts -o notes.json`.
#
#   require 'hagaki_client'
#
#   notes = Hagaki::Client.new(JSON.parse(File.read('notes.json')), 'http://127.0.0.1:9292/api', timeout: 5)
#   notes.add(text: 'hi')
#   notes.call('add', { text: 'hi' })       the same, for any name
#
# It gives what the handler gives: JSON data, with names that are strings, bytes, a text, or nil. What flows goes to the
# block of the call, or into an Enumerator; what flows in is the member `body`: anything with `each`, a file, a String. Who
# leaves the block ends the call. A file in a form is a `Hagaki::FormFile`; the parts of one that flows are the member
# `body`, `Hagaki::Part`s. What it raises is in `refused`.
#
# Standard library only. What is where:
#
#   refused    what a call raises        composed   a request, of data
#   texts      data as texts             form       forms
#   sent       a body                    flowing    a request whose body flows
#   exchange   a request over HTTP       items      of an answer that flows
#   calls      by name, again where they may be     client     its handlers as methods
require_relative 'hagaki_client/client'
