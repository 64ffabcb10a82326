# frozen_string_literal: true

require_relative 'body_stream'
require_relative 'fault'
require_relative 'forked'
require_relative 'log'
require_relative 'response'

module HagakiWorker
  # One call of the app, from its environment to `close` and `rack.response_finished`.
  #
  # The Rack specification, "The Body": a body that answers `each` is enumerable, one that answers only `call`
  # is streaming, and `close` comes once, whatever happened.
  class Exchange
    PIECE = 65_536 # octets of a file at once
    CONCLUDING = Mutex.new # of any exchange: held for a comparison
    private_constant :PIECE, :CONCLUDING

    # `name` is what the gateway calls the app, in faults.
    def initialize(call, env, name)
      @call = call
      @env = env
      @name = name
      @input = env['rack.input'] # the app may put another there
      @finished = env['rack.response_finished']
      @concluded = false
      @goes_on = false # a streaming body, in another thread
    end

    # Calls the app and sends its answer. Raises nothing.
    def run(app)
      ended = false
      @status, @headers, @body = app.call(@env)
      ended = deliver
    rescue Exception => e # rubocop:disable Lint/RescueException
      Forked.finish(e) if Forked.here?
      # SystemExit as well: one call must not end the others.
      ended = true
      conclude(e)
    else
      conclude(nil) if ended
    ensure
      # Neither an error nor a result: the app ends the thread it runs on.
      conclude(AnswerFaulty.new('the app ended its thread')) unless ended || @goes_on
    end

    private

    # True when the answer is whole; a streaming body may go on when its `call` is over.
    def deliver
      response = Response.new(@call, @status, @headers)
      if response.bodyless?
        response.finish
      elsif @body.respond_to?(:to_ary)
        # All there, and read by `each` all the same: to_ary would close it, and under Rack::Lint twice.
        response.write_whole([].tap { |blocks| @body.each { |block| blocks << block } })
      elsif @body.respond_to?(:each)
        (path = file_of(@body)) ? write_file(response, path) : write_each(response)
      elsif @body.respond_to?(:call)
        stream(response)
        return false
      else
        raise TypeError, "a body must have each or call, and #{@body.class} has neither"
      end
      true
    end

    def write_each(response)
      @body.each { |block| response.write(block) }
      response.finish
    end

    # Only a file that is one: a pipe would be read for ever.
    def file_of(body)
      path = body.to_path if body.respond_to?(:to_path)
      path if path && File.file?(path)
    end

    def write_file(response, path)
      File.open(path, 'rb') do |file|
        response.expect(file.size)
        while (block = file.read(PIECE))
          response.write(block)
        end
      end
      response.finish
    end

    # The head goes out first, as the client may wait for it before anything is written.
    def stream(response)
      response.open
      stream = BodyStream.new(@call, response, @input) { |error| conclude(error) }
      # Nobody may be writing when the client goes away, and the reader thread runs no app code.
      @call.when_over { |reason| Thread.new { conclude(CallOver.new(reason)) } unless stream.ended? }
      @body.call(stream)
      @goes_on = true
    end

    # Once: tells the caller of a failure, closes the body, and runs what waits for the end of the response.
    def conclude(error)
      CONCLUDING.synchronize do
        return if @concluded

        @concluded = true
      end
      tell(error) unless error.nil?
      guarded('close') { @body.close if @body.respond_to?(:close) }
      # The last one first, as the specification has it.
      @finished.reverse_each do |task|
        guarded('rack.response_finished') { task.call(@env, @status, @headers, error) }
      end
      @input.close
    end

    def tell(error)
      case error
      when AnswerFaulty
        Log.say("#{request}: cannot use the app's answer: #{error.message}")
        @call.fail('call_faulty', { to: @name, reason: error.message })
      else
        # CallOver is what every read and write says once nobody waits, and no failure; unless it is that of
        # another call, whose rack.input the app has kept.
        return if error.is_a?(CallOver) && @call.over?

        Log.say_failure("#{request}: the app failed", error)
        @call.fail('app_failed', {})
      end
    end

    # Its failure changes nothing for the client.
    def guarded(what)
      yield
    rescue Exception => e # rubocop:disable Lint/RescueException
      Log.say_failure("#{request}: #{what} failed", e) unless e.is_a?(CallOver)
    end

    def request
      "#{@call.head.method} #{@call.head.path}"
    end
  end
end
