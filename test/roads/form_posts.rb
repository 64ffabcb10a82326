# frozen_string_literal: true

# Sends forms to a service by its contract and prints what came, one line of JSON for each: see form-clients.test.ts.
require 'hagaki_client'
require 'json'

def tell(said)
  puts JSON.generate(said)
end

File_ = Hagaki::FormFile
Part = Hagaki::Part
api = Hagaki::Client.new(JSON.parse(File.read(ARGV[0])), ARGV[1], timeout: 60)
photo = File_.new("a \"b\" \\ \u2603.jpg", 'image/jpeg', "\x00\xff\r\n" * 100)
tell api.add(title: "Kyoto\n\u2603", photo: photo, more: [photo, File_.new('', '', 'x')], year: 1999)
tell api.rated(id: 7, body: { photo: photo })
pieces = Enumerator.new { |to| 50.times { to << "\0" * 65_536 } }
tell api.upload(body: [Part.new('title', ['Kyoto']),
                       Part.new('f', pieces, filename: 'big.bin', media_type: 'application/x-big')])
tell JSON.parse(api.signed(name: "a b&c=\u2603", tags: %w[x y], age: 7))
tell api.echo(body: "\x00\xff".b).unpack1('H*')
tell api.shout(body: "na\u00efve")
begin
  api.add(title: 'Kyoto', photo: 'no file')
rescue Hagaki::Client::Answered => e
  tell [e.code, e.issues]
end
