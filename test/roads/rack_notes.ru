# frozen_string_literal: true

# A plain Rack app that hangs, dies and remembers, as its path says.

OPEN = Thread::Queue.new
CLOSED = Thread::Queue.new
MADE = [0]

# A body without an end, whose close is told.
class Endless
  def each
    loop do
      MADE[0] += 1
      yield "\0" * 65_536
    end
  end

  def close
    CLOSED << 'closed'
  end
end

SAID = {
  '/pid' => ->(_) { Process.pid },
  '/hang' => ->(_) { OPEN.pop },
  '/die' => ->(_) { Process.kill('KILL', Process.pid) },
  '/exit' => ->(_) { exit!(3) },
  '/made' => ->(_) { MADE[0] },
  '/closed' => ->(_) { CLOSED.pop },
  '/multi' => ->(env) { env.values_at('rack.multithread', 'rack.multiprocess').inspect },
  '/user' => ->(env) { env['REMOTE_USER'].inspect },
  '/environment' => ->(_) { ENV['RACK_ENV'] }
}.freeze

run(lambda do |env|
  if env['PATH_INFO'] == '/endless'
    [200, { 'content-type' => 'application/octet-stream' }, Endless.new]
  else
    [200, { 'content-type' => 'text/plain' }, [SAID.fetch(env['PATH_INFO']).call(env).to_s]]
  end
end)
