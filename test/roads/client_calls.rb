# frozen_string_literal: true

# Calls a service by its contract and prints what came, one line of JSON for each: see python-handlers.test.ts.
require 'hagaki_client'
require 'json'

def failing
  yield
rescue Hagaki::Failure => e
  ['Failure', e.code, e.kind, e.data]
rescue Hagaki::Client::Answered => e
  ['Answered', e.status, e.code, e.issues.map { |one| one['pointer'] }]
rescue Hagaki::Client::CallLost, Hagaki::Client::CallTimeout, Hagaki::Client::InputInvalid => e
  [e.class.name.delete_prefix('Hagaki::Client::')]
end

def tell(said)
  puts JSON.generate(said)
end

contract = JSON.parse(File.read(ARGV[0]))
api = Hagaki::Client.new(contract, ARGV[1], headers: { 'x-user': 'anna' }, timeout: 20)
made = api.add(text: "from Ruby \u2603")
tell made['text']
tell api.call('read', { id: made['id'] }) == made
tell api.rename(id: made['id'], text: 'changed')['text']
tell api.asked(tags: ['a b', 'c/d'], most: 3, exact: true)
tell api.asked(tags: [])
tell api.total([1, 2, 3.5])
tell api.me
tell api.large(size: 300_000).size
tell api.remove(id: made['id'])
tell(failing { api.read(id: 77) })
tell(failing { api.add(text: '') })
tell(failing { api.read(id: '') })
tell(failing { api.breaks })
tell(failing { api.call('slow', timeout: 0.05) })
tell(failing { Hagaki::Client.new(contract, 'http://127.0.0.1:1').me })
