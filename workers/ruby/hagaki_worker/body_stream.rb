# frozen_string_literal: true

module HagakiWorker
  # What a streaming body of Rack 3 is called with: reads are of the request's body, writes of the answer's.
  #
  # The app may keep it and go on in another thread, as with a socket: the answer ends when it is closed. The
  # Rack specification, "Streaming Body".
  class BodyStream
    # `ended` is called once, with nil or the error, when the stream is closed.
    def initialize(call, response, input, &ended)
      @call = call
      @response = response
      @input = input
      @ended = ended
      @lock = Mutex.new
      @closed = false
    end

    def read(*arguments)
      @input.read(*arguments)
    end

    def readpartial(*arguments)
      @input.readpartial(*arguments)
    end

    # Sends them at once; waits until the client takes them. Gives how many octets. CallOver, an IOError.
    def write(*blocks)
      @lock.synchronize do
        raise IOError, 'closed stream' if @closed

        blocks.sum do |block|
          text = block.to_s
          @response.write(text)
          text.bytesize
        end
      end
    end

    def <<(block)
      write(block)
      self
    end

    # Nothing is kept back.
    def flush
      self
    end

    def close
      error = nil
      @lock.synchronize do
        return if @closed

        @closed = true
        begin
          @response.finish
        rescue StandardError => e
          error = e
        end
      end
      @ended.call(error)
      nil
    end
    alias close_write close

    def close_read
      @input.close
    end

    # True when the app has closed it.
    def ended?
      @closed
    end

    # True as well when nobody reads it any more.
    def closed?
      @closed || @call.over?
    end
  end
end
