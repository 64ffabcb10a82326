# frozen_string_literal: true

require_relative '../hagaki_worker/fault'
require_relative '../hagaki_worker/forked'
require_relative '../hagaki_worker/head'
require_relative '../hagaki_worker/log'
require_relative 'opened'
require_relative 'plan'

module Hagaki
  # Runs a service on a call: by the name of a handler, of a guard, or to be told what the service offers.
  #
  #   in   a call, on one of the pool's threads
  #   out  its result, or `failed`; never an exception
  #
  # `spec/frames.md`, "Calls by name".
  class Gateway
    OFFER = 'hagaki:offer'
    GUARD = 'hagaki:guard'
    private_constant :OFFER, :GUARD

    attr_reader :name

    # `name` is what the other side calls this service in its faults: "ruby('notes.rb')". Without open resources it
    # only says what it offers.
    def initialize(plans, name, opened)
      @plans = plans
      @name = name
      @opened = opened
    end

    # Closes its resources, as nobody calls any more.
    def close(seconds)
      @opened&.close(seconds)
    end

    # The mark of what may be called by name.
    def contract
      @plans.mark
    end

    def serve(call)
      unless call.head.is_a?(HagakiWorker::Head::Call)
        return call.fail('call_refused', { to: @name, reason: 'it is called by name alone' })
      end

      ended = false
      answer(call)
      ended = true
    rescue Exception => e # rubocop:disable Lint/RescueException
      # SystemExit as well: one call must not end the others.
      HagakiWorker::Forked.finish(e) if HagakiWorker::Forked.here?
      ended = true
      tell(call, e)
    ensure
      # Neither an error nor a result: the method ends the thread it runs on.
      call.fail('app_failed', {}) unless ended || call.over?
    end

    private

    def answer(call)
      return give(call, Flow.write(@plans.offer, 'the service')) if call.head.name == OFFER
      return call.fail('call_refused', { to: @name, reason: 'it only says what it offers' }) if @opened.nil?

      case call.head.name
      when GUARD then decide(call)
      else
        plan = @plans[call.head.name]
        return call.fail('handler_unknown', { name: call.head.name }) if plan.nil?

        run(call, plan)
      end
    end

    def decide(call)
      line = Flow::Arrival.new(call.body).line
      guard = @plans.guards.fetch(line['guard'])
      what = "guard #{guard.name.inspect}"
      head = GuardHead.new(*line['head'].values_at('method', 'path', 'query', 'headers', 'client', 'protocol'),
                           call.head.context)
      decided = declared(what, guard.errors.to_h { |one| [one.code, one] }) { guard.decided(head, @opened, line['used']) }
      give(call, Flow.write(decided, what))
    end

    def run(call, plan)
      arrival = Flow::Arrival.new(call.body)
      answer_with(call, plan, arrival)
    ensure
      arrival&.close
    end

    def answer_with(call, plan, arrival)
      what = "handler #{plan.name.inspect}"
      case plan.gives
      when :data
        returned = returned(call, plan, arrival, what)
        give(call, plan.returns? ? Flow.write(returned, what) : nil)
      when :whole
        returned = returned(call, plan, arrival, what)
        flow(call, :chunks) { call.data(Flow.octets(returned, what)) }
      else
        flow(call, plan.gives) { declared(what, plan.failures) { flowing(call, plan, arrival, what) } }
      end
    end

    def returned(call, plan, arrival, what)
      Reply.unwrap(declared(what, plan.failures) { plan.run(call, arrival, @opened) }, call.head.context)
    end

    def flowing(call, plan, arrival, what)
      items = plan.gives == :items
      plan.run(call, arrival, @opened) do |one|
        call.check # a method that gives nothing for long is left when it gives something
        call.data(items ? Flow.write(one, what) << "\n" : Flow.octets(one, what))
        nil
      end
    end

    def give(call, data)
      alone
      call.give(data)
    end

    def flow(call, gives)
      call.begin_giving(gives)
      yield
      alone
      call.finish
    end

    # A fork that returned from its method ends as a program does.
    def alone
      exit!(0) if HagakiWorker::Forked.here?
    end

    # What was raised, as the caller may see it: nothing of an error that nobody declared.
    def declared(what, failures)
      yield
    rescue Failure => e
      known = failures[e.code]
      raise e if known && known.kind == e.kind

      HagakiWorker::Log.say("#{what} raised #{e.code}, which it does not declare: add it to its errors")
      raise Undeclared
    end

    # The log has it.
    class Undeclared < StandardError; end
    private_constant :Undeclared

    def tell(call, error)
      case error
      when Failure then refuse(call, error)
      when Undeclared then call.fail('app_failed', {})
      when Refused then call.fail(error.code, error.detail)
      when HagakiWorker::AnswerFaulty
        HagakiWorker::Log.say("#{@name}: #{error.message}")
        call.fail('call_faulty', { to: @name, reason: error.message })
      else
        return if error.is_a?(HagakiWorker::CallOver) && call.over?

        HagakiWorker::Log.say_failure("handler #{call.head.name.inspect} failed", error)
        call.fail('app_failed', {})
      end
    end

    def refuse(call, failure)
      call.fail(failure.code, failure.data.nil? ? {} : Flow.checked(failure.data), failure.kind)
    rescue TypeError => e
      HagakiWorker::Log.say_failure("the data of #{failure.code} cannot be sent", e)
      call.fail('app_failed', {})
    end
  end
end
