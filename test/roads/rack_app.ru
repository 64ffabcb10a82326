# frozen_string_literal: true

# The twin of echo.ts as a Rack app, as far as Rack can say what it says.

require 'digest'
require 'json'

LARGE = 300_000
OF_CGI = %w[HTTP_VERSION].freeze # no field, whatever its name

def echo(env)
  body = env['rack.input'].read
  fields = env.select { |name, _| name.start_with?('HTTP_') && !OF_CGI.include?(name) }
              .map { |name, value| [name.delete_prefix('HTTP_').downcase.tr('_', '-'), code_units(value)] }
  fields << ['content-type', code_units(env['CONTENT_TYPE'])] if env.key?('CONTENT_TYPE')
  told = {
    method: env['REQUEST_METHOD'],
    path: env['PATH_INFO'],
    mount: env['SCRIPT_NAME'],
    query: env['QUERY_STRING'],
    http: env['SERVER_PROTOCOL'].delete_prefix('HTTP/'),
    client: env['REMOTE_ADDR'],
    protocol: env['rack.url_scheme'],
    headers: fields.sort,
    body: { bytes: body.bytesize, sha256: Digest::SHA256.hexdigest(body) }
  }
  [200, { 'Content-Type' => 'application/json' }, [JSON.generate(told)]]
end

# Each octet as the character of its number, as JSON can tell it.
def code_units(value)
  value.dup.force_encoding('ISO-8859-1').encode('UTF-8')
end

def text(body, status = 200, headers = {}, kind: 'text/plain; charset=utf-8')
  [status, { 'Content-Type' => kind, **headers }, [body]]
end

# A body that is not all there.
Blocks = Struct.new(:blocks) do
  def each(&block)
    blocks.each(&block)
  end
end

ANSWERS = {
  '/text' => -> { text("h\u00e9llo \u20ac\n") },
  '/bytes' => -> { text("\x00\xff\xfe\n\r".b, kind: 'application/octet-stream') },
  '/null' => -> { [200, {}, []] },
  '/empty' => -> { text('', kind: 'text/plain') },
  '/inline' => -> { text('i' * 65_536, kind: 'text/plain') },
  '/beyond' => -> { text('b' * 65_537, kind: 'text/plain') },
  '/large' => -> { text('x' * LARGE, kind: 'text/plain') },
  '/stream' => -> { [200, { 'Content-Type' => 'text/plain' }, Blocks.new(['one ', '', "tw\u00f6 ", 'x' * LARGE])] },
  '/counted' => lambda {
    [200, { 'Content-Type' => 'text/plain', 'Content-Length' => '7' }, Blocks.new(['one ', 'two'])]
  },
  '/no-chunk' => -> { [200, { 'Content-Type' => 'text/plain' }, Blocks.new([])] },
  '/no-content' => -> { [204, { 'X-A' => 'b' }, []] },
  '/not-modified' => -> { [304, { 'ETag' => '"1"' }, []] },
  '/redirect' => -> { [303, { 'Location' => '/there' }, []] },
  '/teapot' => -> { text('short and stout', 418) },
  '/cookies' => -> { text('', 200, { 'Set-Cookie' => "a=1; Path=/\nb=2", 'X-One' => 'only' }) },
  '/latin1' => -> { text('', 200, { 'X-Latin1' => "\xe9\xff\x80".b }) },
  '/error' => -> { raise 'a secret' }
}.freeze

run ->(env) { env['PATH_INFO'].start_with?('/echo') ? echo(env) : ANSWERS.fetch(env['PATH_INFO']).call }
