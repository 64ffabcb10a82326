# frozen_string_literal: true

require 'minitest/autorun'
require_relative 'caller'
require_relative '../hagaki_worker/link'
require_relative '../hagaki_worker/writer'

# A link without a process: what it takes while it is told to take no more.
class LinkTest < Minitest::Test
  # Hears the calls of a link, and tells it to stop as the first of them comes.
  class Events
    attr_reader :said, :over
    attr_writer :link

    def initialize
      @said = []
      @over = Thread::Queue.new
    end

    def offer(_call)
      @stopping = Thread.new { @said << @link.stop_taking }
      @stopping.join(0.1) # it has all the time that it could want
      @said << 'offered'
    end

    def ended(_fault)
      @over << @stopping.join
    end
  end

  # Or a call that is offered late would run here, and once more where its caller sends it.
  def test_what_was_taken_was_offered_before_it_is_said_what_was_taken
    reading, sending = IO.pipe(binmode: true)
    events = Events.new
    writer = HagakiWorker::Writer.new(File.open(File::NULL, 'wb'))
    events.link = link = HagakiWorker::Link.new(reading, writer, events, 'test')
    link.open('test')
    sending.write(Caller.hello, Caller.request(1))
    sending.close
    events.over.pop
    assert_equal ['offered', 1], events.said
  end
end
