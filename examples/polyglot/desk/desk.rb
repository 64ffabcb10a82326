# frozen_string_literal: true

require 'json'
require 'sinatra/base'

# The lending desk: a Sinatra app like any other. It knows nothing of Hagaki, which runs it by `rack`.
class Desk < Sinatra::Base
  LOCK = Mutex.new
  LOANS = {} # book => reader

  before do
    content_type :json
    # Whoever the gateway has let in; nobody can say so by a field.
    @reader = env['REMOTE_USER'] or halt 401, { error: 'sign in first' }.to_json
  end

  get '/loans' do
    mine = LOCK.synchronize { LOANS.filter_map { |book, reader| book if reader == @reader } }
    { reader: @reader, books: mine.sort }.to_json
  end

  put '/loans/:book' do |book|
    holder = LOCK.synchronize { LOANS[Integer(book, 10)] ||= @reader }
    halt 409, { error: 'it is lent' }.to_json if holder != @reader
    { book: Integer(book, 10), reader: holder }.to_json
  rescue ArgumentError
    halt 404, { error: 'there is no such book' }.to_json
  end

  delete '/loans/:book' do |book|
    LOCK.synchronize { LOANS.delete_if { |number, reader| number.to_s == book && reader == @reader } }
    status 204
  end
end
