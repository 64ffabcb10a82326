# frozen_string_literal: true

require_relative 'fault'

module HagakiWorker
  # The way out: whole frames, one after the other, from any thread.
  #
  # A write waits when the pipe is full. The gateway always reads its link, since it has granted the credit for
  # all that comes on it, so that wait is short.
  class Writer
    LOST = 'the link is lost'
    NEVER = { Object => :never }.freeze
    private_constant :NEVER

    # The block is called once, when the other end turns out to be gone.
    def initialize(out, &lost)
      @out = out
      @lost = lost
      @turn = Mutex.new
      @closed = false
    end

    # Writes a frame. CallOver when the link is lost.
    def write(frame)
      # An app's Timeout, which raises in whatever its thread does, must not cut a frame in two.
      Thread.handle_interrupt(NEVER) do
        @turn.synchronize do
          raise CallOver, LOST if @closed

          begin
            put(frame)
          rescue IOError, SystemCallError
            @closed = true
            @lost.call
            raise CallOver, LOST
          end
        end
      end
    end

    # At once where there is room, as nearly always: a write that may wait lets other threads run first.
    def put(frame)
      written = @out.write_nonblock(frame, exception: false)
      written = 0 unless written.is_a?(Integer)
      @out.write(frame.byteslice(written, frame.bytesize - written)) if written < frame.bytesize
    end
    private :put

    # No more frames. Does not wait for its turn: a thread may be stuck in a write for ever.
    def close
      @closed = true
    end
  end
end
