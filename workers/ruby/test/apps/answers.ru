# frozen_string_literal: true

# An app that answers in every way there is, right and wrong.

require 'tempfile'
require 'timeout'

PLAIN = { 'content-type' => 'text/plain' }.freeze
OPEN = Thread::Queue.new
FINISHED = Thread::Queue.new
FILE = Tempfile.new('hagaki-answer').tap { |file| file.write('f' * 200_000) && file.flush }

# Yields each block, and tells when it is closed.
class Blocks
  def initialize(*blocks)
    @blocks = blocks
  end

  def each
    @blocks.each { |block| yield(block.respond_to?(:call) ? block.call : block) }
  end

  def close
    warn 'closed'
  end
end

# A file as Rack::Files gives one.
class Path < Blocks
  def initialize(path)
    super()
    @path = path
  end

  def to_path
    @path
  end

  def each
    raise 'nobody reads it by each'
  end
end

# A body that answers to_ary, which has to close it (Rack 3).
class All < Blocks
  def to_ary
    @blocks
  ensure
    close
  end
end

# Gives up by an exception that another thread raises in it, as Rack::Timeout does.
class Timed < Blocks
  def each(&block)
    Timeout.timeout(0.2) { super }
  end
end

# A streaming body with something to close.
class Streaming
  def initialize(&block)
    @block = block
  end

  def call(stream)
    @block.call(stream)
  end

  def close
    warn 'closed'
  end
end

def streaming(&block)
  [200, PLAIN, Streaming.new(&block)]
end

def finishing(env, answer)
  env['rack.response_finished'] << ->(_, status, _, error) { warn "first told #{status} #{error.class}" }
  env['rack.response_finished'] << ->(*) { warn 'second told' }
  answer
end

ANSWERS = {
  '/array' => -> { [200, PLAIN, %w[one two]] },
  '/unicode' => -> { [200, PLAIN, ["h\u00e9", "\xff".b]] },
  '/frozen' => -> { [200, PLAIN, ['frozen'].freeze].freeze },
  '/each' => -> { [200, PLAIN, Blocks.new('one', '', 'two')] },
  '/enumerator' => -> { [200, PLAIN, Enumerator.new { |yielder| 3.times { |n| yielder << n.to_s } }] },
  '/waits' => -> { [200, PLAIN, Blocks.new('one', -> { OPEN.pop })] },
  '/open' => -> { [200, PLAIN, [(OPEN << 'opened').size.to_s]] },
  '/path' => -> { [200, PLAIN, Path.new(FILE.path)] },
  '/small-path' => -> { [200, PLAIN, Path.new(__FILE__)] },
  '/no-path' => -> { [200, PLAIN, Class.new(Blocks) { def to_path; end }.new('by each')] },
  '/to-ary' => -> { [200, PLAIN, All.new('one', 'two')] },
  '/counted' => -> { [200, { 'Content-Length' => 6 }, Blocks.new('one', 'two')] },
  '/counted-one' => -> { [200, { 'content-length' => '3' }, Blocks.new('one')] },
  '/too-much' => -> { [200, { 'content-length' => '3' }, Blocks.new('on', 'etwo')] },
  '/too-little' => -> { [200, { 'content-length' => '9' }, %w[one]] },
  '/no-content' => -> { [204, {}, Blocks.new('never sent')] },
  '/not-modified' => -> { [304, { 'ETag' => '"1"', 'content-length' => '5' }, []] },
  '/two' => -> { [200, { 'Set-Cookie' => "a=1\nb=2", 'X-A' => 'c' }, []] },
  '/three' => -> { [200, { 'set-cookie' => %w[a=1 b=2], 'x-a' => 'c' }, []] },
  '/pairs' => -> { [200, [['X-A', 'b'], ['x-a', 'c']], []] },
  '/nil-field' => -> { [200, { 'X-A' => nil, 'X-B' => 7, :'X-C' => :d, 'rack.own' => Object.new }, []] },
  '/of-the-connection' => -> { [200, { 'Connection' => 'close', 'Keep-Alive' => 'timeout=5', 'Upgrade' => 'x' }, []] },
  '/octets' => -> { [200, { 'X-A' => "\xe9".b, 'X-B' => 'é', 'X-C' => ' blank ' }, []] },
  '/status-text' => -> { ['201', {}, []] },
  '/large-head' => -> { [200, { 'x-large' => 'x' * 70_000 }, []] },
  '/hijacks' => -> { [200, { 'rack.hijack' => ->(_) {} }, []] },
  '/chunked' => -> { [200, { 'Transfer-Encoding' => 'chunked' }, ["3\r\none\r\n0\r\n\r\n"]] },
  '/large-coding' => -> { [200, { 'Transfer-Encoding' => 'x' * 200_000 }, []] },
  '/split' => -> { [200, { 'X-A' => "b\r\nX-B: c" }, []] },
  '/nul' => -> { [200, { 'X-A' => "b\0" }, []] },
  '/name' => -> { [200, { 'X A' => 'b' }, []] },
  '/no-status' => -> { [nil, {}, []] },
  '/early' => -> { [103, {}, []] },
  '/async' => -> { throw :async },
  '/no-body' => -> { [200, {}, nil] },
  '/no-blocks' => -> { [200, {}, [7]] },
  '/no-answer' => -> { nil },
  '/raises' => -> { raise 'a secret' },
  '/raises-midway' => -> { [200, PLAIN, Blocks.new('one', -> { raise 'a secret' })] },
  '/close-raises' => -> { [200, PLAIN, Blocks.new('fine').tap { |body| def body.close = raise('not closed') }] },
  '/exit' => -> { exit },
  '/thread-exit' => -> { Thread.exit },
  '/throws' => -> { throw :nothing },
  '/stream' => -> { streaming { |stream| stream << 'one' << 'two'; stream.write('th', 'ree'); stream.flush.close } },
  '/stream-echo' => lambda {
    streaming do |stream|
      while (piece = stream.read(4))
        stream.write(piece.upcase)
      end
      stream.close
    end
  },
  '/stream-later' => lambda {
    streaming { |stream| Thread.new { stream.write(OPEN.pop) && stream.close } }
  },
  '/stream-endless' => lambda {
    streaming do |stream|
      stream.write('x' * 1_000) until stream.closed?
    rescue IOError => e
      warn "told #{e.class.ancestors.include?(IOError)}"
      raise
    end
  },
  '/stream-idle' => -> { streaming { |stream| Thread.new { sleep } && stream.write('idle') } },
  '/stream-raises' => -> { streaming { |stream| stream.write('one') && raise('a secret') } },
  '/stream-exits' => -> { streaming { Thread.exit } },
  '/stream-closed' => -> { streaming { |stream| 2.times { stream.close } && stream.write('late') } },
  '/timed' => -> { [200, PLAIN, Timed.new(*([-> { 'x' * 65_536 }] * 10_000))] },
  '/endless' => -> { [200, PLAIN, Blocks.new(*([-> { 'x' * 65_536 }] * 10_000))] },
  '/pid' => -> { [200, PLAIN, [Process.pid.to_s]] }
}.freeze

run(lambda do |env|
  answer = ANSWERS.fetch(env['PATH_INFO']).call
  env['QUERY_STRING'] == 'finished' ? finishing(env, answer) : answer
end)
