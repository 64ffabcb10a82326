# frozen_string_literal: true

require_relative '../hagaki_worker/link'
require_relative '../hagaki_worker/writer'
require_relative 'vectors'

# The frames' vectors.
class FrameVectorsTest < Minitest::Test
  include HagakiWorker

  VECTORS = Vectors.read('frames.json')
  TYPES = {
    'hello' => 1, 'request' => 2, 'response' => 3, 'data' => 4, 'end' => 5, 'credit' => 6, 'cancel' => 7,
    'failed' => 8, 'call' => 9, 'result' => 10, 'timeout' => 11, 'ping' => 12, 'pong' => 13, 'go-away' => 14,
    'hint' => 15
  }.freeze

  # What the link tells: an app that neither reads nor answers.
  class Events
    def initialize
      @ended = Thread::Queue.new
    end

    def offer(_call); end

    def withdraw(_call); end

    def ended(fault)
      @ended << [fault]
    end

    def fault
      @ended.pop[0]
    end
  end

  def test_frames_are_read_and_written
    refute_empty VECTORS['frames']
    VECTORS['frames'].each do |vector|
      decoder = Frames::Decoder.new
      decoder.receive(octets_of(vector))
      assert decoder.advance, vector['name']
      assert_equal [TYPES[vector['type']], vector['call']], [decoder.type, decoder.call], vector['name']
      assert_equal octets_of(vector), Frames.encode(decoder.type, decoder.call, decoder.payload)
      assert_holds vector, decoder.payload
      refute decoder.advance, vector['name']
    end
  end

  # As the link does: into one buffer, which the next octets take over.
  def test_frames_are_the_same_however_they_are_cut
    whole = VECTORS['frames'].map { |vector| octets_of(vector) }.join
    [1, 7, 997, whole.bytesize].each do |piece|
      decoder = Frames::Decoder.new
      buffer = String.new
      frames = []
      (0...whole.bytesize).step(piece) do |at|
        decoder.receive(buffer.replace(whole.byteslice(at, piece)))
        frames << [decoder.type, decoder.call, decoder.payload] while decoder.advance
      end
      assert_equal whole, frames.map { |frame| Frames.encode(*frame) }.join, piece
    end
  end

  def test_a_faulty_stream_closes_the_link_however_it_is_cut
    to_worker('faulty').each do |vector|
      octets = octets_of(vector)
      [octets.bytesize, octets.bytesize < 2_000 ? 1 : 997].each do |piece|
        fault = fault_of(octets, piece)
        refute_nil fault, vector['name']
        refute_equal 'the worker is at fault', fault, vector['name']
      end
    end
  end

  def test_a_sound_stream_leaves_the_link_open
    to_worker('sound').each do |vector|
      octets = octets_of(vector)
      [octets.bytesize, 1].each { |piece| assert_nil fault_of(octets, piece), vector['name'] }
    end
  end

  private

  def to_worker(name)
    VECTORS[name].select { |vector| vector['to'] == 'worker' }.tap { |found| refute_empty found }
  end

  def octets_of(vector)
    fill = vector['fill'] || { 'octet' => '', 'times' => 0 }
    Vectors.octets(vector['hex']) + (Vectors.octets(fill['octet']) * fill['times'])
  end

  # What a link that is sent these octets takes for a fault of the caller's; nil when it is sound.
  def fault_of(octets, piece)
    input, sending = IO.pipe(binmode: true)
    answers, output = IO.pipe(binmode: true)
    drain = Thread.new { answers.read }
    events = Events.new
    link = Link.new(input, Writer.new(output) { nil }, events, 'the app')
    link.open('ruby-rack')
    begin
      (0...octets.bytesize).step(piece) { |at| sending.write(octets.byteslice(at, piece)) }
    rescue Errno::EPIPE
      nil # it has seen enough
    end
    sending.close
    events.fault
  ensure
    [input, output].each(&:close)
    drain.join
    answers.close
  end

  # The payload is what the vector says, as far as a worker reads or writes such a frame.
  def assert_holds(vector, octets)
    holds = vector['holds']
    case vector['type']
    when 'hello'
      assert_equal holds['inline'], Payload.read_hello(octets) if holds['role'] == 'caller'
    when 'request' then assert_request(holds, octets)
    when 'response' then assert_response(holds, octets)
    when 'data' then assert_equal Vectors.octets(holds['hex']), octets
    when 'end'
      holds.nil? ? assert_nil(Payload.read_trailers(octets)) : assert_equal(holds, Payload.read_trailers(octets))
    when 'credit'
      assert_equal holds, Payload.read_credit(octets)
      assert_equal octets, Payload.write_credit(holds)
    when 'hint' then assert_equal octets, Payload.write_hint(holds)
    when 'cancel' then assert_equal holds['reason'], Payload.read_cancel(octets)
    when 'call' then assert_equal holds['head']['name'], Head.read_call(octets, Frames::MAX_INLINE)[0].name
    when 'timeout'
      holds.nil? ? assert_nil(Payload.read_timeout(octets)) : assert_equal(holds, Payload.read_timeout(octets))
    when 'go-away'
      assert_equal holds['reason'], Payload.read_go_away(octets)
      assert_equal octets, Payload.write_go_away(holds['last'], holds['reason'])
    when 'failed' # a Rack app declares none, which have a kind
      assert_equal octets, Payload.write_failed(holds['code'], holds['detail']) unless holds.key?('kind')
    end
  end

  def assert_request(holds, octets)
    head, body = Head.read_request(octets, Frames::MAX_INLINE)
    head.each_pair do |name, member|
      expected = holds['head'][name.to_s]
      expected = expected.each_slice(2).to_h if name == :headers
      expected.nil? ? assert_nil(member) : assert_equal(expected, member)
    end
    told = body_of(holds['body'])
    told.nil? ? assert_nil(body) : assert_equal(told, body)
  end

  def assert_response(holds, octets)
    told = holds['head']
    return unless told['context'].empty? # Rack has none

    written = Head.write_response(told['status'], told['contentType'], told['headers'], body_of(holds['body']))
    assert_equal octets, written
  end

  def body_of(told)
    return nil if told.nil?

    told.key?('hex') ? Vectors.octets(told['hex']) : Head::Pending.new(told['length'])
  end
end
