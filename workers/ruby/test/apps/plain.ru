# frozen_string_literal: true

# An app that tells what it was given, and lets calls wait for each other.

require 'json'

OPEN = Thread::Queue.new

TOLD = %w[
  rack.version rack.multithread rack.multiprocess rack.run_once rack.hijack? rack.url_scheme rack.hijack
  rack.response_finished
].freeze

def text(body)
  [200, { 'content-type' => 'text/plain' }, [body]]
end

def told(env)
  names = env.select { |name, value| value.is_a?(String) && !name.include?('.') }
  octets = names.transform_values { |value| value.b.unpack1('H*') if value.b =~ /[\x80-\xff]/n }.compact
  {
    cgi: names.reject { |name, _| octets.key?(name) },
    octets: octets,
    encodings: octets.keys.map { |name| env[name].encoding.to_s }.uniq,
    frozen: names.select { |_, value| value.frozen? }.keys,
    rack: TOLD.select { |name| env.key?(name) }.to_h { |name| [name, env[name]] },
    errors: %i[puts write flush].all? { |name| env['rack.errors'].respond_to?(name) }
  }
end

READ = {
  '/read' => ->(input) { input.read },
  '/read-5' => ->(input) { [input.read(5), input.read(0), input.read(5), input.read(5)].inspect },
  '/read-into' => lambda { |input|
    buffer = +'old'
    Array.new(2) { |at| [input.read(at.zero? ? 3 : 9, buffer).equal?(buffer), buffer.dup] }.inspect
  },
  '/gets' => ->(input) { [input.gets, input.gets, input.gets, input.gets].inspect },
  '/each' => ->(input) { [].tap { |lines| input.each { |line| lines << line } }.inspect },
  '/size' => ->(input) { input.read.bytesize.to_s },
  '/encoding' => ->(input) { [input.read.encoding, input.external_encoding].inspect },
  '/end' => ->(input) { [input.read, input.read, input.read(1), input.gets].inspect },
  '/twice' => ->(input) { input.read.then { |first| input.rewind && first == input.read }.to_s },
  '/partly-twice' => ->(input) { input.read(70_000).then { |first| input.rewind && input.read.start_with?(first) }.to_s },
  '/rewinds' => ->(input) { input.respond_to?(:rewind).to_s },
  '/close' => ->(input) { input.read(1) && input.close.inspect }
}.freeze

run(lambda do |env|
  path = env['PATH_INFO']
  case path
  when '/hello' then text('hello')
  when '/env' then text(JSON.generate(told(env)))
  when '/changes' then text(JSON.generate(told(env))).tap { env.each_value { |value| value << '!' if value.is_a?(String) } }
  when '/held' then env['rack.input'].read && text('waited')
  when '/wait' then OPEN.pop && text('waited')
  when '/open' then text((OPEN.num_waiting.times { OPEN << true }).to_s)
  when '/print'
    puts 'printed by the app'
    $stdout.write("written by the app\n")
    system('echo printed by a child')
    env['rack.errors'].puts('told as an error')
    text($stdin.read.inspect)
  when '/context'
    told = JSON.generate(env['hagaki.context'])
    (env['hagaki.context']['seen'] ||= []) << 1
    env['hagaki.context']['set'] = env['QUERY_STRING'] == 'odd' ? 1.5 : 'here'
    text(told)
  when '/room' then text(GC.stat(:heap_free_slots).to_s)
  when '/fork'
    # Some before and some after they are done with what they inherit.
    forks = Array.new(40) { |turn| fork { sleep }.tap { |pid| sleep(turn / 10_000.0) && Process.kill('TERM', pid) } }
    text(forks.map { |pid| Process.wait2(pid)[1].termsig }.uniq.inspect)
  when '/fork-comes-back'
    forks = %i[raise exit].map { |how| fork || (how == :raise ? raise('lost') : exit(3)) }
    text(forks.map { |pid| Process.wait2(pid)[1].exitstatus }.inspect)
  when '/fork-prints'
    Process.wait(fork { puts 'printed by a fork' })
    text('fine')
  else text(READ.fetch(path).call(env['rack.input']))
  end
end)
