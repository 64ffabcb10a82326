# frozen_string_literal: true

# What an app tells before its answer, by its path.

require 'rack/lint'

TEXT = { 'content-type' => 'text/plain' }.freeze
LINK = { 'link' => '</a.css>; rel=preload' }.freeze

early = lambda do |env|
  hints = env['rack.early_hints']
  case env['PATH_INFO']
  when '/twice'
    hints.call({ 'link' => ['</a.css>; rel=preload', '</b.js>; rel=preload'], 'x-a' => %w[1 2] })
    hints.call({ 'connection' => 'close', 'content-length' => '5', 'content-type' => 'a/b', 'x-b' => "h\u00e9" })
  when '/nothing' then [{}, { 'connection' => 'close' }, { 'x-a' => 'x' * 8_192 }].each { |fields| hints.call(fields) }
  when '/many' then 100.times { |number| hints.call({ 'x-a' => number.to_s }) }
  when '/faulty'
    [{ 'link' => "a\r\nb: c" }, { "l\nink" => 'a' }, 'link', nil].each do |faulty|
      hints.call(faulty)
    rescue ArgumentError, TypeError => e
      env['rack.errors'].puts "refused: #{e.message}"
    end
  end
  [200, TEXT.dup, [hints.nil? ? 'no hints' : 'hinted']]
end

# A body that hints once its answer has begun, and a thread that hints all the time while one does.
late = lambda do |env|
  hints = env['rack.early_hints']
  if env['PATH_INFO'] == '/late'
    body = Enumerator.new do |yielder|
      3.times do |at|
        yielder << at.to_s
        hints.call(LINK)
      end
    end
    return [200, TEXT.dup, body]
  end
  stop = false
  thread = Thread.new { hints.call(LINK) until stop }
  [200, TEXT.dup, Enumerator.new { |yielder| 50.times { yielder << 'x' } && (stop = true) && thread.join }]
end

run(lambda { |env| (%w[/late /thread].include?(env['PATH_INFO']) ? late : Rack::Lint.new(early)).call(env) })
