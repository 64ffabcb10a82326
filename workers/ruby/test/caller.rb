# frozen_string_literal: true

require 'io/wait'
require 'json'
require 'rbconfig'

# The other end of the link, for tests: starts a worker as a child process and calls it.
#
# It has its own few lines of framing, so that no mistake of the worker's codec is shared. Every wait ends after
# SECONDS, with what the worker wrote on standard error.
class Caller
  SECONDS = 20
  HELLO, REQUEST, RESPONSE, DATA, END_, CREDIT, CANCEL, FAILED = (1..8).to_a
  CALL, RESULT, TIMEOUT, PING, PONG, GO_AWAY, HINT = (9..15).to_a
  APPS = File.join(__dir__, 'apps')
  RUN = File.expand_path('../run.rb', __dir__)
  # A folder that stands for a Rack gem of version 3.
  THREE = File.join(__dir__, 'three')

  Received = Struct.new(:type, :payload) do
    def json
      JSON.parse(payload)
    end

    def head
      JSON.parse(payload.byteslice(4, payload.unpack1('N')))
    end

    def inline
      payload.byteslice((4 + payload.unpack1('N'))..)
    end
  end

  Answer = Struct.new(:head, :body, :ending) do
    def status
      head['status']
    end

    def text
      (body || '').dup.force_encoding(Encoding::UTF_8)
    end

    def fields
      head['headers'].each_slice(2).to_a
    end
  end

  def self.frame(type, call, payload = '')
    [5 + payload.bytesize, type, call].pack('NCN') + payload.b
  end

  def self.packed(data, inline = '')
    text = JSON.generate(data)
    [text.bytesize].pack('N') + text.b + inline.b
  end

  def self.hello(**members)
    data = { v: 1, role: 'caller', name: 'test', inline: 65_536, **members }
    frame(HELLO, 0, JSON.generate(data))
  end

  def self.request(call, target = '/', method: 'GET', headers: {}, inline: '', **members)
    path, query = target.split('?', 2)
    head = {
      v: 1, kind: 'request', method: method, path: path, query: query, mount: '', http: '1.1',
      client: '192.0.2.7', protocol: 'http', upgrade: nil, timeoutMs: nil,
      headers: { 'host' => 'example.com', **headers }.to_a.flatten, context: {}, body: nil, **members
    }
    frame(REQUEST, call, packed(head, inline))
  end

  # Starts a worker, and ends it after the block.
  def self.open(app, *options, **named)
    caller = new(app, *options, **named)
    yield caller
  ensure
    caller&.close
  end

  attr_reader :pid

  # `env` for the worker's process; `release` 3 for a stand-in of Rack 3, and none for the installed gem.
  def initialize(app, *options, kind: 'rack', inline: 65_536, hello: true, env: {}, release: nil, cwd: APPS)
    load = release.nil? ? [] : ['-I', THREE]
    child_in, @out = IO.pipe(binmode: true)
    @in, child_out = IO.pipe(binmode: true)
    @err, child_err = IO.pipe(binmode: true)
    @pid = spawn({ 'BUNDLE_GEMFILE' => nil, 'RUBYOPT' => nil, **env }, RbConfig.ruby, *load, RUN, kind, app, *options,
                 in: child_in, out: child_out, err: child_err, chdir: cwd, pgroup: true)
    [child_in, child_out, child_err].each(&:close)
    @lock = Mutex.new
    @changed = ConditionVariable.new
    @received = Hash.new { |hash, call| hash[call] = [] }
    @closed = false
    @log = String.new
    @number = 0
    @threads = [Thread.new { read }, Thread.new { read_log }]
    write(Caller.hello(inline: inline)) if hello
  end

  # -- out

  def write(octets)
    @out.write(octets)
    @out.flush
  end

  def send_frame(type, call, payload = '')
    write(Caller.frame(type, call, payload))
  end

  # Sends a request; `body` is nil, octets, or { length: ... }. Gives its number.
  def ask(method, target, body = nil, **members)
    @number += 1
    inline = body.is_a?(String) ? body : ''
    member = body.is_a?(String) ? body.bytesize : body
    write(Caller.request(@number, target, method: method, inline: inline, body: member, **members))
    @number
  end

  # Calls by name: with a line of JSON beside the head, or with a body still to come. Gives its number.
  def call(name, line = nil, body: nil, context: {})
    @number += 1
    inline = line.nil? ? '' : JSON.generate(line)
    member = body || (line.nil? ? nil : inline.bytesize)
    head = { v: 1, kind: 'call', name: name, timeoutMs: nil, context: context, body: member }
    write(Caller.frame(CALL, @number, Caller.packed(head, inline)))
    @number
  end

  # What a call by name gives: as what, the body, and the frame that was the last.
  def result(call, credit: 2**20)
    result = self.next(call)
    result = self.next(call) while result.type == CREDIT
    raise "call #{call} failed: #{result.json}; #{said}" if result.type == FAILED

    head = result.head
    return [head['gives'], head['body'] && result.inline, result] unless head['body'].is_a?(Hash)

    self.credit(call, credit)
    body = String.new
    while (received = self.next(call)).type == DATA
      body << received.payload
      self.credit(call, received.payload.bytesize)
    end
    [head['gives'], body, received]
  end

  def credit(call, octets)
    send_frame(CREDIT, call, [octets].pack('N'))
  end

  # Sends a request body as credit comes; gives the most octets that were outstanding.
  def send_body(call, octets, piece: 65_536)
    sent = granted = most = 0
    while sent < octets.bytesize
      if sent == granted
        received = self.next(call)
        raise "no credit: #{received.inspect}" unless received.type == CREDIT

        granted += received.payload.unpack1('N')
        most = [most, granted - sent].max
      end
      size = [piece, granted - sent, octets.bytesize - sent].min
      send_frame(DATA, call, octets.byteslice(sent, size))
      sent += size
    end
    send_frame(END_, call)
    most
  end

  def cancel(call, reason = 'client went away')
    send_frame(CANCEL, call, JSON.generate({ reason: reason }))
  end

  # -- in

  # The next frame for a call.
  def next(call)
    @lock.synchronize do
      wait("a frame for call #{call}") { !@received[call].empty? || @closed }
      raise "the link closed before a frame for call #{call}; #{said}" if @received[call].empty?

      @received[call].shift
    end
  end

  # How many frames of a call came and were not yet taken.
  def waiting(call)
    @lock.synchronize { @received[call].size }
  end

  # The whole answer. Grants credit when the body is still to come, and takes that of the worker's.
  def answer(call, credit: 2**20)
    response = self.next(call)
    response = self.next(call) while response.type == CREDIT
    raise "call #{call} failed: #{response.json}; #{said}" if response.type == FAILED

    head = response.head
    return Answer.new(head, head['body'] && response.inline, response) unless head['body'].is_a?(Hash)

    self.credit(call, credit)
    body = String.new
    while (received = self.next(call)).type == DATA
      body << received.payload
      self.credit(call, received.payload.bytesize)
    end
    Answer.new(head, body, received)
  end

  def get(target, **members)
    answer(ask('GET', target, **members))
  end

  # The code and detail of a call that must fail before its response.
  def failure(call)
    received = self.next(call)
    raise "no failure: #{received.inspect}; #{said}" unless received.type == FAILED

    received.json
  end

  def log
    @log.dup.force_encoding(Encoding::UTF_8).scrub
  end

  # Waits until the worker's standard error holds `text`.
  def logged(text)
    @lock.synchronize { wait(text.inspect) { log.include?(text) } }
  end

  def said
    "the worker said:\n#{log}"
  end

  # -- the end

  def signal(name)
    Process.kill(name, @pid)
  end

  def hang_up
    @out.close
  end

  # Reads nothing more, so that the worker's writes fail.
  def stop_reading
    @threads[0].kill.join
    @in.close
  end

  # Waits for the worker to exit; afterwards `log` is complete. The status, or the number of the signal.
  def exit_status
    return @status unless @status.nil?

    waiter = Process.detach(@pid)
    raise "it did not exit within #{SECONDS} s; #{said}" unless waiter.join(SECONDS)

    @threads.each { |thread| thread.join(SECONDS) }
    @status = waiter.value.exitstatus || -waiter.value.termsig
  end

  def close
    hang_up unless @out.closed?
    exit_status
  rescue StandardError
    Process.kill('KILL', @pid)
    raise
  ensure
    [@in, @err].each { |io| io.close unless io.closed? }
  end

  private

  def wait(what)
    deadline = now + SECONDS
    until yield
      left = deadline - now
      raise "waited #{SECONDS} s for #{what}; #{said}" if left <= 0

      @changed.wait(@lock, left)
    end
  end

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def read
    while (prefix = @in.read(9)) && prefix.bytesize == 9
      length, type, call = prefix.unpack('NCN')
      payload = @in.read(length - 5)
      @lock.synchronize do
        @received[call] << Received.new(type, payload)
        @changed.broadcast
      end
    end
  rescue IOError
    nil
  ensure
    @lock.synchronize do
      @closed = true
      @changed.broadcast
    end
  end

  def read_log
    loop do
      octets = @err.readpartial(65_536)
      @lock.synchronize do
        @log << octets
        @changed.broadcast
      end
    end
  rescue IOError
    nil
  end
end
