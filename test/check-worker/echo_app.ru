# frozen_string_literal: true

# An echo worker of spec/check-worker.md as a Rack app, for `hagaki check-worker`.

# Answers nothing. An empty block is what an app looks with whether anybody waits.
HELD = Enumerator.new do |blocks|
  loop do
    blocks << ''
    sleep 0.01
  end
end

run(lambda do |env|
  path = env['PATH_INFO']
  next [200, {}, HELD] unless path.start_with?('/echo')

  fields = { 'content-type' => 'application/octet-stream', 'echo-method' => env['REQUEST_METHOD'], 'echo-path' => path }
  [200, fields, [env['rack.input'].read]]
end)
