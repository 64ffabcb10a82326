# frozen_string_literal: true

# Calls a service whose bodies flow, and prints what came, one line of JSON for each: see stream-clients.test.ts.
require 'hagaki_client'
require 'json'
require 'stringio'

def tell(said)
  puts JSON.generate(said)
end

api = Hagaki::Client.new(JSON.parse(File.read(ARGV[0])), ARGV[1], timeout: 60)
tell api.count(from: 5).first(3)
got = []
begin
  api.tired { |item| got << item }
rescue Hagaki::Failure => e
  tell [got, e.code, e.kind, e.data]
end
tell api.double(body: (1..3).each).to_a
tell api.double(body: [{ bad: 1 }]).to_a rescue tell [$!.class.name.split('::').last, $!.status, $!.code]
said = Queue.new
said << 1
heard = []
api.double(body: Enumerator.new { |to| while (one = said.pop) do to << one end }) do |item|
  heard << item
  said << (item < 50 ? item : nil)
end
tell heard
tell api.size(body: StringIO.new('x' * 3_000_000))
tell api.upper(body: %w[ab cd]).to_a.join
tell api.upper(body: Enumerator.new { |to| 200.times { to << 'x' * 65_536 } }).sum(&:bytesize)
tell api.double(body: api.count(from: 0).lazy.take(4)).to_a
