# frozen_string_literal: true

# Rack's own check around an app that passes it, and around the middleware between.

require 'rack/lint'

Upper = Struct.new(:app) do
  def call(env)
    status, headers, body = app.call(env)
    [status, headers, body]
  end
end

HEADERS = { 'content-type' => 'text/plain' }.freeze

app = lambda do |env|
  said = env['rack.input'].read
  case env['PATH_INFO']
  when '/stream' then [200, HEADERS.dup, ->(stream) { stream << 'one' << 'two' && stream.close }]
  when '/each' then [200, HEADERS.dup, Enumerator.new { |yielder| yielder << 'one' << 'two' }]
  when '/no-content' then [204, {}, []]
  else [200, HEADERS.dup, [env['REQUEST_METHOD'] == 'HEAD' ? '' : "fine #{said.bytesize}"]]
  end
end

linted = Rack::Lint.new(Upper.new(Rack::Lint.new(app)))
run linted
